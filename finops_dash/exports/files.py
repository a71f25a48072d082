"""Parquet and XLSX files, written by a process of their own from CSV that is piped to it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryFile

import structlog

from finops_dash.domain.errors import FinOpsError
from finops_dash.exports.convert import Order

XLSX_ROWS = 1_048_575  # that a sheet has room for below its head
KINDS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
_COMMAND = [sys.executable, "-m", "finops_dash.exports.convert"]
log = structlog.get_logger()


class UnwritableError(FinOpsError):
    """A file that could not be written, though nothing is wrong with what was asked."""


class GoneError(Exception):
    """Who wanted the file has gone."""


def write_file(order: Order, pieces: Iterable[bytes], is_gone: Callable[[], bool]) -> None:
    """The file of the order, whole; `GoneError` as soon as nobody waits for it."""
    with TemporaryFile(dir=Path(order.path).parent) as complaints:
        child = subprocess.Popen(  # noqa: S603 - our own command
            _COMMAND, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=complaints
        )
        try:
            _feed(child, order, pieces, is_gone)
        except BrokenPipeError:
            pass  # it has ended already, and says why
        except BaseException:
            child.kill()
            raise
        finally:
            child.wait()
        if child.returncode:
            complaints.seek(0)
            why = complaints.read()[-4000:].decode(errors="replace")
            log.error("export_not_written", kind=order.kind, code=child.returncode, why=why)
            message = f"The {order.kind} file could not be written: export to CSV, which holds any."
            raise UnwritableError(message)


def _feed(
    child: subprocess.Popen[bytes],
    order: Order,
    pieces: Iterable[bytes],
    is_gone: Callable[[], bool],
) -> None:
    """Give the child its order and the rows, then wait for what it makes of them."""
    with child.stdin as pipe:  # type: ignore[union-attr] # it was asked for
        pipe.write(order.line())
        for piece in pieces:
            if is_gone():
                raise GoneError
            pipe.write(piece)
    while child.poll() is None:
        if is_gone():
            raise GoneError
        try:
            child.wait(0.5)
        except subprocess.TimeoutExpired:
            continue

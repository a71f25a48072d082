"""Files written by processes of their own: Parquet and XLSX from CSV, PDF from HTML."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryFile
from time import monotonic

import structlog

from finops_dash.domain.errors import FinOpsError
from finops_dash.exports.convert import Order
from finops_dash.exports.printing import LIBRARIES_MISSING

XLSX_ROWS = 1_048_575  # that a sheet has room for below its head
KINDS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
LONGEST_PRINT = 90.0  # seconds
_CONVERT = [sys.executable, "-m", "finops_dash.exports.convert"]
_PRINT = [sys.executable, "-m", "finops_dash.exports.printing"]
IsGone = Callable[[], bool]
log = structlog.get_logger()


class UnwritableError(FinOpsError):
    """A file that could not be written, though nothing is wrong with what was asked."""


class LibraryMissingError(FinOpsError):
    """PDFs need libraries of the system that are not on it."""


class GoneError(Exception):
    """Who wanted the file has gone."""


def write_file(order: Order, pieces: Iterable[bytes], is_gone: IsGone) -> None:
    """The file of the order, whole; `GoneError` as soon as nobody waits for it."""
    code, why = _ran(_CONVERT, _after(order.line(), pieces), is_gone)
    if code:
        log.error("export_not_written", kind=order.kind, code=code, why=why)
        message = f"The {order.kind} file could not be written: export to CSV, which holds any."
        raise UnwritableError(message)


def print_page(html: str, path: Path, is_gone: IsGone) -> None:
    """The page as a PDF at the path; `LibraryMissingError` says what the system lacks."""
    code, why = _ran([*_PRINT, str(path)], [html.encode()], is_gone, LONGEST_PRINT)
    if code == LIBRARIES_MISSING:
        message = (
            "PDFs need Pango, which is not installed on the server: on Debian, install "
            f"libpango-1.0-0, libpangoft2-1.0-0 and libharfbuzz-subset0. ({why.strip()})"
        )
        raise LibraryMissingError(message)
    if code:
        log.error("page_not_printed", code=code, why=why)
        message = "The PDF could not be made within its time and memory: choose a shorter period."
        raise UnwritableError(message)


def _after(first: bytes, pieces: Iterable[bytes]) -> Iterable[bytes]:
    yield first
    yield from pieces


def _ran(
    command: list[str], pieces: Iterable[bytes], is_gone: IsGone, longest: float = float("inf")
) -> tuple[int, str]:
    """How the command ended that was given the pieces, and what it complained of."""
    with TemporaryFile() as complaints:
        child = subprocess.Popen(  # noqa: S603 - our own command
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=complaints
        )
        try:
            _feed(child, pieces, is_gone, monotonic() + longest)
        except BrokenPipeError:
            pass  # it has ended already, and says why
        except BaseException:
            child.kill()
            raise
        finally:
            child.wait()
        complaints.seek(0)
        return child.returncode, complaints.read()[-4000:].decode(errors="replace")


def _feed(
    child: subprocess.Popen[bytes], pieces: Iterable[bytes], is_gone: IsGone, until: float
) -> None:
    """Give the child the pieces, then wait for what it makes of them."""
    with child.stdin as pipe:  # type: ignore[union-attr] # it was asked for
        for piece in pieces:
            if is_gone():
                raise GoneError
            pipe.write(piece)
    while child.poll() is None:
        if is_gone():
            raise GoneError
        if monotonic() > until:
            child.kill()
        try:
            child.wait(0.25)
        except subprocess.TimeoutExpired:
            continue

"""Back-ups of the store, made and read by PostgreSQL's own tools."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import make_url, text

from data_layer.embedded import bundled_tools
from data_layer.engine import Engines
from finops_dash.domain.errors import FinOpsError

DEBIAN = "/usr/lib/postgresql/{major}/bin"
# What readers keep is keyed by the data version, so no version may come twice.
BEFORE = """
BEGIN;
CREATE TEMP TABLE version_before AS SELECT tenant_id, version FROM finops.data_version;
DROP SCHEMA finops CASCADE;
"""
AFTER = """
UPDATE finops.data_version d SET version = greatest(d.version, b.version) + 1
FROM version_before b WHERE b.tenant_id = d.tenant_id;
COMMIT;
"""


class BackupError(FinOpsError):
    """A back-up that could not be written or read; what the store held stands."""


def back_up(engines: Engines, file: Path) -> None:
    """Write the store to the file, which appears when it is whole."""
    if not file.parent.is_dir():
        message = f"{file.parent} is no folder."
        raise BackupError(message)
    partial = file.with_name(file.name + ".partial")
    tool = _tool(engines, "pg_dump")
    command = [tool, "--format=custom", "--schema=finops", "--file", str(partial)]
    try:
        with _where(engines) as where:
            ran = subprocess.run(  # noqa: S603 - a tool of PostgreSQL's, and arguments of our own
                [*command, "--dbname", where], capture_output=True, text=True, check=False
            )
        if ran.returncode:
            message = f"The back-up failed: {_last_line(ran.stderr)}"
            raise BackupError(message)
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


def restore(engines: Engines, file: Path) -> None:
    """Replace all the store holds with what the file holds, or nothing at all.

    Other users of the database wait meanwhile. The schema is that of the back-up's time.
    """
    if not file.is_file():
        message = f"{file} is not there."
        raise BackupError(message)
    arguments = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output", os.devnull]
    with (
        _where(engines) as where,
        subprocess.Popen(  # noqa: S603 - a tool of PostgreSQL's, and arguments of our own
            [_tool(engines, "psql"), *arguments, "--dbname", where],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as psql,
    ):
        said = _replay(psql, [_tool(engines, "pg_restore"), "--file=-", str(file)])
    if said:
        message = f"{file} cannot be restored, so nothing was changed: {said}"
        raise BackupError(message)


def _replay(psql: subprocess.Popen[str], unpack: list[str]) -> str:
    """Feed psql what the tool unpacks; without its last line, the COMMIT, nothing of it counts.

    Returns what went wrong.
    """
    if psql.stdin is None or psql.stderr is None:
        return "there is no pipe to psql"
    psql.stdin.write(BEFORE)
    psql.stdin.flush()
    unpacked = subprocess.run(  # noqa: S603 - a tool of PostgreSQL's, and arguments of our own
        unpack, stdout=psql.stdin, stderr=subprocess.PIPE, text=True, check=False
    )
    with suppress(BrokenPipeError):  # psql has stopped at an error, which it tells below
        if unpacked.returncode == 0:
            psql.stdin.write(AFTER)
        psql.stdin.close()
    said = psql.stderr.read()
    failed = psql.wait() or unpacked.returncode
    return (_last_line(said) or _last_line(unpacked.stderr) or "it ended early") if failed else ""


def _last_line(said: str) -> str:
    return said.strip().rsplit("\n", 1)[-1]


@contextmanager
def _where(engines: Engines) -> Iterator[str]:
    """The database for a tool; a password is in a file of ours, in no list of processes."""
    url = make_url(engines.plain_url)
    with tempfile.NamedTemporaryFile("w", prefix="finops-pass-") as file:
        if url.password:
            escaped = url.password.replace("\\", "\\\\").replace(":", "\\:")
            file.write(f"*:*:*:*:{escaped}\n")
            file.flush()
            url = url.set(password=None).update_query_dict({"passfile": file.name})
        yield url.render_as_string(hide_password=False)


def _tool(engines: Engines, name: str) -> str:
    """The tool of the server's own version, else the one on the PATH."""
    with engines.owner.connect() as connection:
        major = int(connection.scalar(text("SHOW server_version_num")) or 0) // 10000
    folders = [bundled_tools(major), Path(DEBIAN.format(major=major))]
    for folder in folders:
        if folder is not None and (folder / name).exists():
            return str(folder / name)
    found = shutil.which(name)
    if found is None:
        message = f"{name} is not on the PATH: install the client tools of PostgreSQL {major}."
        raise BackupError(message)
    return found

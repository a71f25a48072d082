"""What the database or the stage could not do, in words that a person can act on."""

from __future__ import annotations

from pathlib import Path

import duckdb
import psycopg

from data_layer.loading.rejects import first_nul
from data_layer.sources.focus.files import FileRefusedError, FocusFile
from finops_dash.domain.errors import FinOpsError

_NO_TEXT = {"22021", "22P05"}  # PostgreSQL's codes for characters that no text of it can hold


class LoadFailedError(FinOpsError):
    """A load that could not be carried out; nothing was stored."""


def understood(
    error: psycopg.Error | duckdb.Error, stage: duckdb.DuckDBPyConnection, files: list[FocusFile]
) -> FinOpsError:
    """The failure with its place in the files where that can be found."""
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    if isinstance(error, duckdb.Error):
        return LoadFailedError(f"The files cannot be brought together: {reason}")
    if error.sqlstate in _NO_TEXT and (place := first_nul(stage, files)):
        return FileRefusedError(Path(place.file), place.where, place.reason)
    if isinstance(error, psycopg.OperationalError):
        return LoadFailedError(f"The database went away, so nothing was stored: {reason}")
    context = (error.diag.context or "").splitlines()
    where = f" ({context[0]})" if context else ""
    return LoadFailedError(f"The database took none of it: {reason}{where}")

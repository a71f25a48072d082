"""The inbox: a folder per tenant, where whoever lays bills down has them delivered.

Each folder that holds files is one delivery of its own, because clouds export a billing period
(or a run of it) to a folder: whatever is new in it, all of its files are delivered together.
Nothing is moved or deleted; what was delivered stands in the runs of the job.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from finops_dash.domain.errors import FinOpsError
from finops_dash.domain.focus import FILE_SUFFIXES
from finops_dash.domain.scope import Scope
from finops_dash.services.ingestion import Covers, IngestionService, Report
from finops_dash.services.jobs import JobService, Run, Work

if TYPE_CHECKING:
    from data_layer.loading import Outcome
    from data_layer.sources.focus.files import FileRefusedError

INGEST = "ingest"
SETTLED_FOR = timedelta(seconds=10)
SHOWN = 5
Files = dict[str, list[int]]


class FilesRefusedError(FinOpsError):
    """Files of a delivery that cannot be loaded, each with its reason; the others were loaded."""

    def __init__(self, refused: list[FileRefusedError], loaded: str | None) -> None:
        self.refused = refused
        said = "; ".join(_why(error) for error in refused[:SHOWN])
        more = f" and {len(refused) - SHOWN} more" if len(refused) > SHOWN else ""
        rest = f"From the others: {loaded}" if loaded else "Nothing was loaded."
        super().__init__(f"Refused: {said}{more}. {rest}")


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of the inbox with its files: name → size and time of the last change."""

    path: Path
    name: str
    files: Files

    @property
    def slot(self) -> str:
        """The folder as it stands now; any change of a file makes another slot."""
        text = repr(sorted(self.files.items()))
        return f"{self.name} {hashlib.sha256(text.encode()).hexdigest()[:16]}"

    def holds_news(self, since: dict[str, Any] | None) -> bool:
        """Whether a file is new or changed since a delivery; a file taken away is no news."""
        before = (since or {}).get("files", {})
        return any(before.get(name) != stamp for name, stamp in self.files.items())


class InboxService:
    """Finds what lies in the inbox of a tenant, and delivers it."""

    def __init__(
        self,
        root: Path | None,
        ingestion: IngestionService,
        jobs: JobService,
        now: Callable[[], datetime],
        settled_for: timedelta = SETTLED_FOR,
    ) -> None:
        """Looks under `root` (None: nowhere), at folders nobody touched for `settled_for`."""
        self._root = root
        self._ingestion = ingestion
        self._jobs = jobs
        self._now = now
        self._settled_for = settled_for
        self._known: dict[int, set[str]] = {}

    def at_once(self) -> InboxService:
        """The same inbox for somebody who knows that all files are whole: it waits for nothing."""
        return InboxService(self._root, self._ingestion, self._jobs, self._now, timedelta(0))

    def due(self, scope: Scope) -> list[Work]:
        """The tenant's folders with files that were never delivered as they stand."""
        folders = [folder for folder in self._folders(scope) if self._is_settled(folder)]
        if {folder.slot for folder in folders} <= self._known.get(scope.tenant_id, set()):
            return []
        newest = self._jobs.newest_by_subject(scope, INGEST)
        before = {name: run.details for name, run in newest.items()}
        news = [folder for folder in folders if folder.holds_news(before.get(folder.name))]
        self._known[scope.tenant_id] = {f.slot for f in folders if f not in news}
        return [Work(folder.slot, folder.name, {"files": folder.files}) for folder in news]

    def deliver(self, scope: Scope, run: Run, report: Report) -> str:
        """Load the folder the run is about; what was done comes back in words.

        A refused file does not keep the others out: they are loaded without emptying any day,
        as the refused file may have held it, and `FilesRefusedError` says why.
        """
        folder = next((f for f in self._folders(scope) if f.name == run.subject), None)
        if folder is None:
            return "The folder is gone; nothing was loaded."
        if folder.holds_news(run.details):
            return "The folder has changed since; its newer files are a delivery of their own."
        refused, outcome = self._load(scope, folder, report)
        loaded = _words(outcome, len(folder.files) - len(refused)) if outcome else None
        if refused:
            raise FilesRefusedError(refused, loaded)
        return loaded or "There was nothing to load."

    def _load(
        self, scope: Scope, folder: Folder, report: Report
    ) -> tuple[list[FileRefusedError], Outcome | None]:
        from data_layer.sources.focus.files import FileRefusedError

        files = [str(path) for path in _bills(folder.path)]
        refused: list[FileRefusedError] = []
        while files:
            covers: Covers = "days" if refused else "period"
            try:
                outcome = self._ingestion.ingest(scope, files, covers=covers, report=report)
            except FileRefusedError as error:
                refused.append(error)
                files.remove(str(error.path))
            else:
                return refused, outcome
        return refused, None

    def _folders(self, scope: Scope) -> list[Folder]:
        """The tenant's folders with bills in them, older bills first."""
        if self._root is None:
            return []
        top = self._root / scope.tenant_slug
        found = []
        for place, inside, _ in os.walk(top):  # never through symbolic links
            inside[:] = [name for name in inside if not name.startswith(".")]
            path = Path(place)
            stamps = {_readable(bill.name): _stamp(bill) for bill in _bills(path)}
            files = {name: stamp for name, stamp in stamps.items() if stamp}
            if files:
                found.append(Folder(path, _readable(path.relative_to(top).as_posix()), files))
        return sorted(found, key=lambda f: (max(s[1] for s in f.files.values()), f.name))

    def _is_settled(self, folder: Folder) -> bool:
        """Whether nobody touched anything in the folder for a while, unfinished files included."""
        latest = (self._now() - self._settled_for).timestamp()
        try:
            touched = max(item.lstat().st_ctime for item in folder.path.iterdir())
        except FileNotFoundError:
            return False
        return touched <= latest


def _bills(folder: Path) -> list[Path]:
    """The files of a folder that are bills: whole, plain and not hidden."""
    return sorted(
        item
        for item in folder.iterdir()
        if item.name.lower().endswith(FILE_SUFFIXES)
        and not item.name.startswith(".")
        and item.is_file()
        and not item.is_symlink()
    )


def _stamp(path: Path) -> list[int]:
    """Size and time of the last change; nothing for a file that has just gone."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return []
    return [found.st_size, found.st_mtime_ns]


def _readable(name: str) -> str:
    """The name as text that every store takes."""
    return os.fsencode(name).decode(errors="backslashreplace")


def _why(error: FileRefusedError) -> str:
    where = f", {error.where}" if error.where else ""
    return f"{_readable(error.path.name)}{where}: {error.reason}"


def _words(outcome: Outcome, files: int) -> str:
    some = "1 file" if files == 1 else f"{files} files"
    if outcome.changed_nothing:
        return f"nothing changed, all {outcome.row_count:,} rows of {some} were stored before."
    aside = f"; {outcome.rejected_count:,} rows kept aside" if outcome.rejected_count else ""
    return (
        f"{outcome.row_count:,} rows of {some}: {outcome.new_slices} new, "
        f"{outcome.replaced_slices} replaced, {outcome.emptied_slices} emptied and "
        f"{outcome.unchanged_slices} unchanged slices{aside}."
    )

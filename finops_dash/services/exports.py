"""Files of any cost query: the answer as shown, or every charge line behind it."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from os import getpid
from pathlib import Path
from tempfile import TemporaryDirectory

from finops_dash.domain.cost_query import MOST_ROWS, CostQuery
from finops_dash.domain.errors import FinOpsError, PermissionDeniedError
from finops_dash.domain.money import ZERO, plain
from finops_dash.domain.period import DateRange
from finops_dash.domain.permissions import permissions_of
from finops_dash.domain.registry import find_measure
from finops_dash.domain.scope import Scope
from finops_dash.exports.charge_lines import charges_csv, check_width, opened
from finops_dash.exports.columns import Column
from finops_dash.exports.convert import Order
from finops_dash.exports.files import XLSX_ROWS, print_page, write_file
from finops_dash.exports.focus import TenantReads
from finops_dash.exports.table_csv import guarded, table_csv
from finops_dash.services.answers import CostAnswer
from finops_dash.services.comparison import columns_of, numbers_of, rows_of
from finops_dash.services.cost import CostReader
from finops_dash.services.turns import Turns

READ = "costs:read"
MOST_AT_ONCE = 3  # of the eight threads of a web process: the others answer pages
LONGEST_NAME = 100
_OUTSIDE_NAMES = re.compile(r"[^a-z0-9.]+")


class TooManyRowsError(FinOpsError):
    """More rows than the file can hold."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What to export, for whom, as what kind of file."""

    scope: Scope
    query: CostQuery
    kind: str


class ExportService:
    """Writes answers and charge lines as CSV, XLSX and Parquet, under the scope's tenant."""

    def __init__(
        self, engines: TenantReads, cost: CostReader, work_dir: Path, now: Callable[[], datetime]
    ) -> None:
        """Files are made in the work directory and leave it when they are sent."""
        self._engines = engines
        self._cost = cost
        self._work_dir = work_dir
        self._now = now
        self.turns = Turns(MOST_AT_ONCE)

    def shown(self, asked: Asked) -> CostAnswer:
        """The answer to export; raises what the answer raises, or `TooManyRowsError`."""
        _permit(asked.scope)
        answer = self._cost.answer(asked.scope, asked.query, self._now().date())
        if asked.query.limit is None and len(answer.rows) >= MOST_ROWS and answer.notices:
            message = (
                f"The answer has more than {MOST_ROWS:,} rows: filter it, group it by less, or "
                "export the charge lines, which have no such limit."
            )
            raise TooManyRowsError(message)
        return answer

    def lines(self, asked: Asked) -> tuple[DateRange, int]:
        """The days whose charge lines to export, and how many lines there are."""
        _permit(asked.scope)
        days = asked.query.period.resolve(self._now().date())
        count, _ = self._cost.counts(asked.scope, CostAnswer(asked.query, days, (), None))
        if asked.kind == "xlsx" and count > XLSX_ROWS:
            message = (
                f"There are {count:,} charge lines, and a sheet has room for {XLSX_ROWS:,}: choose "
                "a shorter period or more filters, or export to CSV or Parquet."
            )
            raise TooManyRowsError(message)
        return days, count

    def answer_csv(self, answer: CostAnswer) -> bytes:
        """The answer as a CSV file."""
        head = [column.name for column in _columns(answer)]
        return table_csv(head, (list(row.values()) for row in rows_of(answer))).encode()

    def lines_csv(self, asked: Asked, days: DateRange) -> Generator[bytes]:
        """The lines as a CSV file in pieces; closing it stops the database."""
        return charges_csv(self._engines, asked.scope, asked.query, days)

    @contextmanager
    def answer_file(
        self, asked: Asked, answer: CostAnswer, is_gone: Callable[[], bool]
    ) -> Iterator[Path]:
        """The answer as a file that is gone afterwards."""
        quote, columns = (guarded if asked.kind == "xlsx" else str), _columns(answer)
        if asked.kind == "parquet":
            _check_widths(answer, columns)
        pieces = (_line(row.values(), quote) for row in rows_of(answer))
        with self._place() as path:
            write_file(self._order(asked, path, answer.days, columns), pieces, is_gone)
            yield path

    @contextmanager
    def lines_file(
        self, asked: Asked, days: DateRange, is_gone: Callable[[], bool]
    ) -> Iterator[Path]:
        """The lines as a file that is gone afterwards."""
        is_sheet = asked.kind == "xlsx"
        reading = (self._engines, asked.scope, asked.query, days)
        with self._place() as path:
            with opened(*reading, guarded=is_sheet, measured=not is_sheet) as lines:
                order = self._order(asked, path, days, lines.columns)
                write_file(order, lines.pieces, is_gone)
            yield path

    @contextmanager
    def page_file(self, scope: Scope, html: str, is_gone: Callable[[], bool]) -> Iterator[Path]:
        """The page as a PDF that is gone afterwards."""
        _permit(scope)
        with self._place() as path:
            print_page(html, path, is_gone)
            yield path

    def stamp(self) -> str:
        """The moment, as the names of files have it."""
        return self._now().astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")

    def name(self, what: str, asked: Asked, days: DateRange) -> str:
        """The file's name: what it shows, of which days, made when."""
        query = asked.query
        view = "-by-".join([query.measure, *query.group_by])
        safe = _OUTSIDE_NAMES.sub("-", f"{what}-{view}".lower().replace("_", "-"))
        return f"{safe[:LONGEST_NAME].strip('-')}_{_span(query, days)}_{self.stamp()}.{asked.kind}"

    @contextmanager
    def _place(self) -> Iterator[Path]:
        self._work_dir.mkdir(parents=True, exist_ok=True)
        # What writes the file may leave parts of it beside it when it is called off.
        with TemporaryDirectory(dir=self._work_dir, prefix=f"export-{getpid()}-") as folder:
            yield Path(folder) / "file"

    def _order(
        self, asked: Asked, path: Path, days: DateRange, columns: tuple[Column, ...]
    ) -> Order:
        return Order(asked.kind, str(path), columns, self._about(asked, days))

    def _about(self, asked: Asked, days: DateRange) -> tuple[tuple[str, str], ...]:
        query = asked.query
        return (
            ("Question", guarded(query.sentence())),
            ("Days", f"{days.sentence()}, UTC"),
            ("Definition", find_measure(query.measure).definition),
            ("Tenant", guarded(asked.scope.tenant_slug)),
            ("Data version", str(self._cost.data_version(asked.scope))),
            ("Made", f"{self._now().astimezone(UTC):%Y-%m-%d %H:%M} UTC"),
            ("Numbers", "A spreadsheet keeps 15 digits of a number; CSV and Parquet keep all."),
        )


def _permit(scope: Scope) -> None:
    if READ not in permissions_of(scope.role):
        raise PermissionDeniedError(READ)


def _span(query: CostQuery, days: DateRange) -> str:
    """The days as a file's name has them; those of everything stored are the period's word."""
    if query.period.token == "all":  # noqa: S105 - a period
        return "all"
    return f"{days.start}..{days.last}"


def _columns(answer: CostAnswer) -> tuple[Column, ...]:
    """The answer's columns; the names of the numbers hold their currency or unit."""
    numbers = numbers_of(answer)
    unit = f"_{answer.unit}" if answer.unit else ""
    rows = rows_of(answer)
    found = []
    for name in columns_of(answer):
        if name in numbers:
            places = max((_places(row[name]) for row in rows), default=0)
            found.append(Column(f"{name}{unit}", "number", places))
        else:
            found.append(Column(name, "text"))
    return tuple(found)


def _check_widths(answer: CostAnswer, columns: tuple[Column, ...]) -> None:
    """`ExportError` where a number of the answer is too long for the columns of a Parquet file."""
    rows = rows_of(answer)
    for name, column in zip(columns_of(answer), columns, strict=True):
        if column.kind == "number":
            size = max((abs(row[name]) for row in rows if row[name] is not None), default=ZERO)
            check_width(name, size, column.places)


def _places(value: Decimal | None) -> int:
    return len(plain(value).partition(".")[2]) if value is not None else 0


def _line(cells: Iterable[str | Decimal | None], quote: Callable[[str], str]) -> bytes:
    """The cells as a line of CSV that tells no value from an empty text."""
    texts = []
    for cell in cells:
        if cell is None:
            texts.append("")
        elif isinstance(cell, Decimal):
            texts.append(plain(cell))
        else:
            texts.append('"' + quote(cell).replace('"', '""') + '"')
    return (",".join(texts) + "\n").encode()

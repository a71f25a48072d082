"""`finops-dash query`: answers a CostQuery as table, CSV or JSON."""

from __future__ import annotations

import csv
import json
import sys
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from finops_dash.domain.errors import MixedCurrenciesError, MixedUnitsError
from finops_dash.domain.money import plain

if TYPE_CHECKING:
    from finops_dash.services.answers import CostAnswer
    from finops_dash.services.freshness import Basis

FORMATS = ("table", "csv", "json")
NOT_UNDERSTOOD = 2
MIXED = 3


def query(
    text: Annotated[
        str, typer.Argument(help="a query string, such as group_by=service&period=mtd")
    ],
    tenant: Annotated[str, typer.Option(help="slug of the tenant")],
    output: Annotated[str, typer.Option("--format", help="table, csv or json")] = "table",
) -> None:
    """Answer a CostQuery; exits 2 when it is not understood, 3 when it would mix currencies."""
    from finops_dash.bootstrap import open_services
    from finops_dash.domain.url import from_url

    asked, notices = from_url(text)
    if notices or output not in FORMATS:
        problems = [notice.sentence() for notice in notices]
        if output not in FORMATS:
            problems.append(f"--format {output} is none of {', '.join(FORMATS)}.")
        _stop(problems, NOT_UNDERSTOOD)
    with open_services() as services:
        scope = services.tenancy.scope(tenant, "finops")
        try:
            answer = services.cost.answer(scope, asked, datetime.now(UTC).date())
        except (MixedCurrenciesError, MixedUnitsError) as error:
            _stop([str(error)], MIXED)
        _PRINTERS[output](answer, services.freshness.basis(scope, answer))


def _stop(problems: list[str], code: int) -> None:
    for problem in problems:
        typer.echo(problem, err=True)
    raise typer.Exit(code)


def _print_json(answer: CostAnswer, basis: Basis) -> None:
    from finops_dash.services.comparison import rows_of

    document = {
        "rows": [_texts(row) for row in rows_of(answer)],
        "basis": basis.as_json(),
        "notices": list(answer.notices),
    }
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False))


def _print_csv(answer: CostAnswer, _basis: Basis) -> None:
    from finops_dash.services.comparison import columns_of, rows_of

    writer = csv.writer(sys.stdout)
    rows = [_texts(row) for row in rows_of(answer)]
    writer.writerow(columns_of(answer))
    writer.writerows([row[name] for name in columns_of(answer)] for row in rows)


def _print_table(answer: CostAnswer, basis: Basis) -> None:
    from rich.console import Console
    from rich.table import Table

    from finops_dash.services.comparison import columns_of, numbers_of, rows_of

    shown = Table(
        title=f"{basis.sentence} ({answer.unit or 'several units'})", title_justify="left"
    )
    for name in columns_of(answer):
        shown.add_column(name, justify="right" if name in numbers_of(answer) else "left")
    for row in rows_of(answer):
        shown.add_row(*("–" if value is None else str(value) for value in _texts(row).values()))
    console = Console(markup=False, highlight=False)  # a name may hold brackets
    console.print(shown)
    totals = [f"{plain(amount)} {unit or ''}".strip() for unit, amount in answer.totals.items()]
    console.print(f"Total {' and '.join(totals) or 0} from {basis.row_count:,} charges.")
    for notice in answer.notices:
        console.print(notice)


_PRINTERS = {"json": _print_json, "csv": _print_csv, "table": _print_table}


def _texts(row: dict[str, Any]) -> dict[str, str | None]:
    return {name: plain(v) if isinstance(v, Decimal) else v for name, v in row.items()}

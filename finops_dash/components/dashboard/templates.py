"""The dashboards that are there to begin with: each is a link like any other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from finops_dash.domain.cost_query import Compare, CostQuery, Filter, Grain
from finops_dash.domain.dashboard import Card, Figure, Kind, asking
from finops_dash.domain.look import Chart, Look
from finops_dash.domain.period import Period

MONTHS, YEAR_SO_FAR = Period("last-12-months"), Period("ytd")
USE = Filter("charge_category", ("Usage",))
COMMITTED = Filter("commitment_status", ("Used", "Unused"))


@dataclass(frozen=True, slots=True)
class Template:
    """A dashboard to begin with, and whom it is for."""

    name: str
    sentence: str
    cards: tuple[Card, ...]


def _figures(*names: Figure) -> tuple[Card, ...]:
    return tuple(Card(Kind.FIGURE, name, 3, 2) for name in names)


def _over_time(group_by: Sequence[str], grain: Grain = Grain.DAY, **more: object) -> CostQuery:
    return CostQuery(group_by=tuple(group_by), grain=grain, **more)  # type: ignore[arg-type]


def _shares(group_by: Sequence[str], **more: object) -> CostQuery:
    return CostQuery(group_by=tuple(group_by), **more)  # type: ignore[arg-type]


EXECUTIVE = Template(
    "Executive",
    "What we spend, whether it is on plan, and where it goes.",
    (
        *_figures(Figure.SPEND, Figure.MONTH_END, Figure.MONTH_TO_DATE, Figure.SAVINGS_RATE),
        asking(
            "A year by provider",
            _over_time(("provider",), Grain.MONTH, period=MONTHS),
            Look(),
            8,
            6,
        ),
        asking(
            "By kind of service",
            _shares(("service_category",), period=YEAR_SO_FAR),
            Look(Chart.PIE),
            4,
            6,
        ),
        asking("Who owns it", _shares(("cost_center",)), Look(), 6, 6),
        asking("The dearest services", _shares(("service",)), Look(top=10), 6, 6),
    ),
)
PRACTITIONER = Template(
    "Practitioner",
    "What moved, what nobody planned, what nobody used, and what nobody owns.",
    (
        *_figures(Figure.RUN_RATE, Figure.ANOMALIES, Figure.IDLE, Figure.ALLOCATED),
        asking(
            "By service and day",
            _over_time(("service",), compare=Compare.PREVIOUS_PERIOD),
            Look(),
            8,
            6,
        ),
        asking("By account", _shares(("sub_account",)), Look(), 4, 6),
        asking(
            "Without a team",
            _shares(("service",), filters=(Filter("team", ("",)),)),
            Look(),
            4,
            6,
        ),
        asking(
            "Commitments, used and unused",
            _over_time(("commitment_status",), filters=(COMMITTED,)),
            Look(),
            4,
            6,
        ),
        asking("How it is paid for", _over_time(("pricing_category",)), Look(Chart.AREA), 4, 6),
        asking("The dearest SKUs", _shares(("service", "sku")), Look(Chart.TABLE, top=20), 12, 6),
    ),
)
TEAM = Template(
    "Engineering team",
    "A team’s own cost by service, environment and resource: filter by your team.",
    (
        *_figures(Figure.SPEND, Figure.RUN_RATE, Figure.MONTH_END, Figure.ANOMALIES),
        asking("By team", _over_time(("team",), filters=(USE,)), Look(), 8, 6),
        asking("By environment", _shares(("environment",), filters=(USE,)), Look(Chart.PIE), 4, 6),
        asking("By service", _over_time(("service",), filters=(USE,)), Look(Chart.LINE), 6, 6),
        asking("By region and service", _shares(("region", "service")), Look(Chart.TREEMAP), 6, 6),
        asking(
            "The dearest resources",
            _shares(("resource_name", "service"), filters=(USE,)),
            Look(Chart.TABLE, top=20),
            12,
            6,
        ),
    ),
)
TEMPLATES = (EXECUTIVE, PRACTITIONER, TEAM)

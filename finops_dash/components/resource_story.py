"""What the page of one resource shows: figures, tables, neighbours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from dash import dcc, html
from dash.development.base_component import Component
from flask_login import current_user

from finops_dash.components.figure_card import figure_body, legend
from finops_dash.components.keyed_place import KeyedPlace
from finops_dash.components.markup import data_table
from finops_dash.components.money import full
from finops_dash.components.resource_links import RESOURCES, SEARCH_KEY, resource_link
from finops_dash.components.states import nothing_here
from finops_dash.domain.cost_query import Compare, CostQuery, Grain, Order
from finops_dash.domain.errors import FinOpsError, MixedCurrenciesError
from finops_dash.domain.money import main_currency
from finops_dash.domain.registry import find_measure
from finops_dash.figures import bars
from finops_dash.figures.trend import Course, trend
from finops_dash.runtime import services
from finops_dash.services.answers import CostAnswer
from finops_dash.services.overview import DAILY_UP_TO
from finops_dash.services.resource_index import Pairs
from finops_dash.services.resources import Neighbours, Story
from finops_dash.services.sums import beside, day_totals

TREND, BARS, ROWS = 300, 160, 160
MOST_HIGH = 320
SPACE, BAR = 24, 40  # of a picture of bars
Parts = list[Component]


def unknown() -> Component:
    """The state of a page whose resource the person cannot see, or nobody can."""
    words = (
        "There is no such resource that you may see. Its id may be misspelt, it may belong to "
        "somebody else, or no bill that is loaded charges for it."
    )
    back = dcc.Link("Search the resources", href=RESOURCES.path, className="button")
    return html.Div([html.P(words), back], className="empty first")


def lines_query(query: CostQuery, resource_id: str) -> CostQuery:
    """The question of the resource's own charges, newest first."""
    return replace(_bare(query).where("resource", resource_id), order=Order.NAME)


def _bare(query: CostQuery) -> CostQuery:
    """The period, measure and currency of a query, alone."""
    return CostQuery(query.measure, period=query.period, currency=query.currency)


def _answer(query: CostQuery, today: date) -> CostAnswer:
    """The answer, in the main of several currencies unless the query names one."""
    cost, scope = services().cost, current_user.scope
    try:
        return cost.answer(scope, query, today)
    except MixedCurrenciesError as error:
        return cost.answer(scope, replace(query, currency=main_currency(error.currencies)), today)


def _told(draw: Callable[[], Parts]) -> Parts:
    """What is drawn, or why it cannot be, in words."""
    try:
        return draw()
    except FinOpsError as error:
        return [html.Div(str(error), className="notice", role="status")]


def cost_card(place: KeyedPlace, query: CostQuery, story: Story, today: date) -> Parts:
    """The resource's cost per day, or per month of a long period, against the period before."""
    return _told(lambda: _cost(place, query, story, today))


def _cost(place: KeyedPlace, query: CostQuery, story: Story, today: date) -> Parts:
    is_daily = query.period.resolve(today).days <= DAILY_UP_TO
    asked = replace(
        _bare(query).where("resource", story.id),
        grain=Grain.DAY if is_daily else Grain.MONTH,
        compare=query.compare,
    )
    answer = _answer(asked, today)
    now, before = day_totals(answer), beside(answer, answer.before)
    if not now:
        return [nothing_here(place.href(CostQuery(compare=Compare.PREVIOUS_PERIOD)))]
    unit = answer.unit or ""
    words = f"{answer.query.sentence()}. Total {full(answer.total, unit)}"
    if answer.before is not None:
        words += f", before {full(answer.before.total, unit)}"
    head = ("Time", "Cost", *(("Period before",) if before else ()))
    rows = [
        (day, full(cost, unit), *((full(before.get(day, Decimal(0)), unit),) if before else ()))
        for day, cost in now.items()
    ]
    partial = today if is_daily else today.replace(day=1)
    figure = trend(Course(_every_day(now) if is_daily else now, before, (), (), partial, unit))
    body = figure_body("resource-cost", figure, words, answer.query, [head, *rows], TREND)
    return [body[0], legend(figure), *body[1:]]


def _every_day(sums: dict[str, Decimal]) -> dict[str, Decimal]:
    """The sums with the days between that had none, so that an average is over days."""
    first, last = (date.fromisoformat(day) for day in (min(sums), max(sums)))
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return {day.isoformat(): sums.get(day.isoformat(), Decimal(0)) for day in days}


def sku_card(place: KeyedPlace, query: CostQuery, story: Story, today: date) -> Parts:
    """What the resource is charged for: by SKU and charge category."""
    return _told(lambda: _skus(place, query, story, today))


def _skus(place: KeyedPlace, query: CostQuery, story: Story, today: date) -> Parts:
    groups = ("sku", "charge_category")
    answer = _answer(replace(_bare(query).where("resource", story.id), group_by=groups), today)
    if not answer.rows:
        return [nothing_here(place.href(CostQuery(compare=Compare.PREVIOUS_PERIOD)))]
    measure, unit = answer.query.measure, answer.unit or ""
    sums = {
        f"{row['sku'] or 'No SKU'} · {row['charge_category']}": row[measure] or Decimal(0)
        for row in answer.rows
    }
    rows = [("SKU", "Charge category", "Cost")]
    rows += [
        (row["sku"] or "–", row["charge_category"] or "–", full(row[measure] or Decimal(0), unit))
        for row in answer.rows
    ]
    figure = bars.breakdown(sums, unit)
    words = f"{answer.query.sentence()}. Total {full(answer.total, unit)}"
    height = min(MOST_HIGH, SPACE + BAR * len(sums))
    return figure_body("resource-skus", figure, words, answer.query, rows, height)


def facts(story: Story) -> Parts:
    """What the resource is on its last day, in words."""
    place = story.latest.placing
    pairs = (
        ("Id", story.id),
        ("Type", story.latest.type),
        ("Provider", place.provider),
        ("Service", place.service),
        ("Account", " ".join(filter(None, (place.account_name, _inside(place.account))))),
        ("Billing account", place.billing_account),
        ("Region", place.region),
        ("Charged", f"from {_first(story)} to {story.latest.last}"),
    )
    found = [part for name, text in pairs for part in (html.Dt(name), html.Dd(text or "–"))]
    return [html.Dl(found, className="facts")]


def _inside(account: str) -> str:
    return f"({account})" if account else ""


def _first(story: Story) -> date:
    return min(span.first for span in story.spans)


def tags(story: Story) -> Parts:
    """Which tags it carried from when to when."""
    rows = [("Tags", "From", "To")]
    rows += [(_tags(found), str(first), str(last)) for found, first, last in story.tag_sets]
    return _spans(rows, "Each set of tags it was charged with, the latest first")


def _tags(pairs: Pairs) -> str:
    return ", ".join(f"{key}={value}" for key, value in pairs) or "no tags"


def places(story: Story) -> Parts:
    """The names, accounts, services and regions it had."""
    spans: dict[tuple[str, ...], tuple[date, date]] = {}
    for span in story.spans:
        place = span.placing
        account = place.account_name or place.account
        key = (span.name, span.type, account, place.service, place.region)
        first, last = spans.get(key, (span.first, span.last))
        spans[key] = (min(first, span.first), max(last, span.last))
    rows: list[tuple[str, ...]] = [("Name", "Type", "Account", "Service", "Region", "From", "To")]
    rows += [
        (*(text or "–" for text in key), str(first), str(last))
        for key, (first, last) in spans.items()
    ]
    return _spans(rows, "Each name and place it was charged under, the latest first")


def _spans(rows: Sequence[Sequence[str]], caption: str) -> Parts:
    return [html.Div(data_table(rows, caption), className="spans")]


def beside_card(query: CostQuery, story: Story, today: date) -> Parts:
    """The other resources of the same account, service and region."""
    place = story.latest.placing
    where = " · ".join(
        filter(None, (place.account_name or place.account, place.service, place.region))
    )

    def draw() -> Parts:
        found = _neighbours(services().resources.beside, query, story, today)
        words = f"{found.count:,} more in {where}" if found.count else f"Nothing else in {where}"
        return [_sentence(words, found), *_listed(found, query, story)]

    return _told(draw)


def alike_card(query: CostQuery, story: Story, today: date) -> Parts:
    """The other resources that share its tags."""
    own = story.latest.placing.tags
    if not own:
        return [html.P("It carries no tags.", className="card-sentence")]

    def draw() -> Parts:
        found = _neighbours(services().resources.alike, query, story, today)
        words = f"{found.count:,} more share some of {_tags(own)}"
        terms = " ".join(f"{key}={value}" for key, value in own)
        search = RESOURCES.with_own(**{SEARCH_KEY: terms}).href(_bare(query))
        onward = dcc.Link("All that carry every one", href=search)
        return [
            _sentence(words, found),
            *_listed(found, query, story),
            html.Div(onward, className="card-foot"),
        ]

    return _told(draw)


def _neighbours(
    find: Callable[..., Neighbours], query: CostQuery, story: Story, today: date
) -> Neighbours:
    scope, bare = current_user.scope, _bare(query)
    try:
        return find(scope, story, bare, today)
    except MixedCurrenciesError as error:
        chosen = replace(bare, currency=main_currency(error.currencies))
        return find(scope, story, chosen, today)


def _sentence(words: str, found: Neighbours) -> Component:
    months = f"{words}. Cost over {found.months.sentence()}, as resources are kept by whole months"
    return html.P(months, className="card-sentence")


def _listed(found: Neighbours, query: CostQuery, story: Story) -> Sequence[Component]:
    """The neighbours as a table of links."""
    if not found.rows:
        return []
    count, measure = len(story.latest.placing.tags), find_measure(query.measure).label
    head = html.Tr([html.Th(text, scope="col") for text in ("Resource", "Tags shared", measure)])
    body = [
        html.Tr(
            [
                html.Td(resource_link(one.resource.title, one.resource.id, query)),
                html.Td(f"{shared} of {count}" if count else "–"),
                html.Td(full(one.cost, found.unit)),
            ]
        )
        for one, shared in found.rows
    ]
    table = html.Table([html.Thead(head), html.Tbody(body)], className="plain-table")
    return [html.Div(table, className="table-wide")]

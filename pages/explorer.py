"""The explorer: one chart and one table for any question."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from dash import Input, Output, callback, dcc, html, register_page
from dash.development.base_component import Component
from flask_login import current_user

from finops_dash.components import explored
from finops_dash.components.filter_bar import filter_bar
from finops_dash.components.markup import aria
from finops_dash.components.places import EXPLORER
from finops_dash.components.states import empty_tenant
from finops_dash.domain.cost_query import CostQuery
from finops_dash.domain.errors import MixedCurrenciesError, MixedUnitsError, QueryError
from finops_dash.domain.money import main_currency
from finops_dash.runtime import services
from finops_dash.shell import notice_list, page_frame

register_page(__name__, path=EXPLORER.path, title="Explorer · FinOps Dash")

VIEW, BAR, ANSWER = "explorer-view", "explorer-bar", "explorer-answer"


def layout(**query: str | list[str]) -> Component:
    """The frame of the question in the URL; a callback answers it."""
    asked, _ = EXPLORER.read(query)
    scope = current_user.scope
    if not services().cost.currencies(scope):
        return page_frame("Explorer", empty_tenant(scope.tenant_slug))
    skeleton = html.Section(className="card-figure skeleton", style={"height": "560px"})
    return page_frame(
        "Explorer",
        html.Div(id=BAR, className="explorer-bar", role="group", **aria(label="What is shown")),
        dcc.Store(VIEW, data=_text(query) if query else EXPLORER.href(asked).partition("?")[2]),
        dcc.Loading(
            html.Div(skeleton, id=ANSWER),
            custom_spinner=html.Div(className="waiting"),
            delay_show=250,
            overlay_style={"visibility": "visible", "opacity": 0.5},
        ),
        store=VIEW,
    )


def _text(query: dict[str, str | list[str]]) -> str:
    """The URL's query string again, what is wrong in it included, for its notices."""
    from urllib.parse import urlencode

    return urlencode(query, doseq=True)


@callback(Output(BAR, "children"), Output(ANSWER, "children"), Input(VIEW, "data"))
def answer(text: str) -> tuple[list[Component], list[Component]]:
    """The controls, and the answer as a picture and as a table."""
    asked, notices = EXPLORER.read(text)
    today = services().now().date()
    currencies = services().cost.currencies(current_user.scope)
    asked = _in_one_currency(asked, currencies)
    bar = [
        html.Div(filter_bar(EXPLORER, asked, currencies, today), className="filter-bar"),
        *explored.cuts(asked),
    ]
    return bar, [*notice_list(notices), *_answer(asked, currencies, today)]


def _in_one_currency(query: CostQuery, currencies: tuple[str, ...]) -> CostQuery:
    """The question in the main currency, unless it names one or keeps them apart."""
    if query.currency or "billing_currency" in query.group_by or len(currencies) <= 1:
        return query
    return replace(query, currency=main_currency(currencies))


def _answer(asked: CostQuery, currencies: tuple[str, ...], today: date) -> list[Component]:
    try:
        found = services().cost.answer(current_user.scope, asked, today)
    except MixedCurrenciesError as error:
        return [*notice_list([str(error)]), explored.way_out(asked, currencies)]
    except (MixedUnitsError, QueryError) as error:
        return notice_list([str(error)])
    return [explored.picture(found, today)]

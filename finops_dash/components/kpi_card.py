"""A card with one number: what it is, how it changed, where it leads."""

from __future__ import annotations

from decimal import Decimal

from dash import dcc, html
from dash.development.base_component import Component

from finops_dash.components.markup import aria, icon
from finops_dash.components.money import change, short
from finops_dash.components.places import EXPLORER
from finops_dash.components.why import why_button
from finops_dash.services.key_figures import KeyFigure

WIDTH, HEIGHT = 120, 32
LEAST_POINTS = Decimal("0.05")


def kpi_card(figure: KeyFigure, currency: str) -> Component:
    """The card of a figure; its title leads to what explains it."""
    title = dcc.Link(figure.label, href=EXPLORER.href(figure.query), className="kpi-label")
    return html.Div(
        [
            html.Div([title, why_button(figure.query, "Why?")], className="kpi-head"),
            html.Div(
                [html.Span(value_words(figure, currency), className="kpi-value"), _spark(figure)]
            ),
            _change(figure, currency),
            html.Span(figure.sentence, className="kpi-sentence"),
        ],
        className="kpi",
    )


def value_words(figure: KeyFigure, currency: str) -> str:
    """The figure's value; a dash where there is nothing to say."""
    if figure.value is None:
        return "–"
    return f"{figure.value:.1%}" if figure.kind == "share" else short(figure.value, currency)


def _change(figure: KeyFigure, currency: str) -> Component:
    """The change in words, and a class that says whether it is good."""
    text, direction = change_words(figure, currency)
    good = direction > 0 if figure.more_is_better else direction < 0
    mood = "" if direction == 0 else (" good" if good else " bad")
    return html.Span(text, className=f"kpi-change{mood}")


def change_words(figure: KeyFigure, currency: str) -> tuple[str, int]:
    """The change in words, and its direction: 1 for more, -1 for less, 0 for neither."""
    if figure.value is None or figure.before is None:
        return "no comparison", 0
    if figure.kind == "share":
        return _points(figure.value, figure.before)
    return change(figure.value, figure.before, currency)


def _points(now: Decimal, before: Decimal) -> tuple[str, int]:
    points = (now - before) * 100
    if abs(points) < LEAST_POINTS:
        return "– unchanged", 0
    arrow, sign = ("▲", "+") if points > 0 else ("▼", "−")
    return f"{arrow} {sign}{abs(points):.1f} points", 1 if points > 0 else -1


def _spark(figure: KeyFigure) -> Component | None:
    """The figure's course as a line, in an image that needs no script."""
    values = figure.spark
    if len(values) < 2:  # noqa: PLR2004 - a line has two ends
        return None
    lowest, highest = min(values), max(values)
    span = float(highest - lowest) or 1.0
    step = WIDTH / (len(values) - 1)
    points = " ".join(
        f"{n * step:.1f},{HEIGHT - 2 - float(value - lowest) / span * (HEIGHT - 4):.1f}"
        for n, value in enumerate(values)
    )
    image = (
        f"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' "
        f"viewBox='0 0 {WIDTH} {HEIGHT}' preserveAspectRatio='none'%3E%3Cpolyline "
        f"points='{points}' fill='none' stroke='%234B74F0' stroke-width='1.8' "
        "vector-effect='non-scaling-stroke'/%3E%3C/svg%3E"
    )
    return html.Img(src=image, alt="", className="kpi-spark", **aria(hidden="true"))


def waiting_cards(count: int) -> list[Component]:
    """As many cards without a number yet, of the final size."""
    return [html.Div(className="kpi skeleton", **aria(hidden="true")) for _ in range(count)]


def headline(spend: KeyFigure, forecast: KeyFigure, currency: str) -> Component:
    """The answer to “what do we spend, and what changed” as one sentence."""
    words = f"{short(spend.value or Decimal(0), currency)} in this period"
    difference = (spend.value or Decimal(0)) - (spend.before or Decimal(0))
    if spend.before and not difference:
        words += ", as much as in the one before"
    elif spend.before:
        direction = "more" if difference > 0 else "less"
        words += (
            f", {short(abs(difference), currency)} ({abs(difference / spend.before):.1%}) "
            f"{direction} than in the one before"
        )
    if forecast.value is not None:
        words += f". The month is heading for {short(forecast.value, currency)}"
    return html.P([icon("lightbulb"), f" {words}."], className="headline")

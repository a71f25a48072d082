"""A card with one number: what it is, how it changed, where it leads."""

from __future__ import annotations

from decimal import Decimal

from dash import dcc, html
from dash.development.base_component import Component

from finops_dash.components.money import change, short
from finops_dash.domain.url import to_url
from finops_dash.services.overview import Figure

WIDTH, HEIGHT = 120, 28


def kpi_card(figure: Figure, currency: str) -> Component:
    """The card of a figure; the whole card is the link to what explains it."""
    return dcc.Link(
        [
            html.Span(figure.label, className="kpi-label"),
            html.Span(_value(figure, currency), className="kpi-value"),
            _change(figure, currency),
            html.Img(src=_spark(figure.spark), alt="", className="kpi-spark")
            if figure.spark
            else None,
            html.Span(figure.sentence, className="kpi-sentence"),
        ],
        href=f"/explorer?{to_url(figure.query)}",
        className="kpi",
        title=figure.sentence,
    )


def _value(figure: Figure, currency: str) -> str:
    if figure.value is None:
        return "–"
    return f"{figure.value:.1%}" if figure.kind == "share" else short(figure.value, currency)


def _change(figure: Figure, currency: str) -> Component:
    """The change in words, and a class that says whether it is good."""
    if figure.value is None or figure.before is None:
        return html.Span("\u00a0", className="kpi-change")
    if figure.kind == "share":
        points = (figure.value - figure.before) * 100
        text = (
            f"{'▲ +' if points > 0 else '▼ −'}{abs(points):.1f} points"
            if abs(points) >= Decimal("0.05")
            else "–"
        )
        direction = 0 if text == "–" else (1 if points > 0 else -1)
    else:
        text, direction = change(figure.value, figure.before, currency)
    good = direction > 0 if figure.more_is_better else direction < 0
    mood = "" if direction == 0 else (" good" if good else " bad")
    return html.Span(text, className=f"kpi-change{mood}")


def _spark(values: tuple[Decimal, ...]) -> str:
    """The values as a line, in an image that needs no script."""
    lowest, highest = min(values), max(values)
    span = float(highest - lowest) or 1.0
    step = WIDTH / max(1, len(values) - 1)
    points = " ".join(
        f"{n * step:.1f},{HEIGHT - 2 - float(value - lowest) / span * (HEIGHT - 4):.1f}"
        for n, value in enumerate(values)
    )
    return (
        f"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {HEIGHT}' "
        f"preserveAspectRatio='none'%3E%3Cpolyline points='{points}' fill='none' stroke='%232F5BEA' "
        "stroke-width='1.6' vector-effect='non-scaling-stroke'/%3E%3C/svg%3E"
    )

"""The waterfall: Plotly takes it, and it says what its bars are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from support.figures import AMOUNTS, NAMES, held_to_plotly, texts

from finops_dash.figures.base import ACCENT, DOWN, UP
from finops_dash.figures.waterfall import Bar, waterfall

BARS = st.builds(
    Bar, NAMES, AMOUNTS.map(float), st.just("+$1"), st.just("+$1.00"), st.just("/bridge?step=rate")
)


@given(BARS, st.lists(BARS, max_size=13), BARS)
def test_plotly_takes_it_and_every_name_is_plain_text(a: Bar, steps: list[Bar], b: Bar) -> None:
    figure = held_to_plotly(waterfall(a, steps, b, "USD"))
    assert not any("<img" in text or "<a " in text or "%{" in text for text in texts(figure))
    trace, amounts = figure["data"]
    assert len(trace["y"]) == len(trace["measure"]) == len(amounts["text"]) == len(steps) + 2
    assert trace["measure"][0] == "absolute"
    assert trace["measure"][-1] == "total"
    low, edge = figure["layout"]["xaxis"]["range"]
    assert low < edge


def test_each_bar_leads_to_its_step_and_what_rises_is_told_apart() -> None:
    figure = waterfall(
        Bar("September", 100.0, "$100", "$100.00"),
        [Bar("Volume", 20.0, "▲ +$20", "+$20.00", "/bridge?step=volume")],
        Bar("October", 120.0, "$120", "$120.00"),
        "USD",
    )
    trace = figure["data"][0]
    assert trace["customdata"] == ["", "/bridge?step=volume", ""]
    assert trace["increasing"]["marker"]["color"] == UP
    assert trace["decreasing"]["marker"]["color"] == DOWN
    assert trace["totals"]["marker"]["color"] == ACCENT
    assert trace["hovertext"][1] == "Volume<br><b>+$20.00</b>"


def test_small_steps_between_large_totals_are_shown_from_near_them() -> None:
    def base(a: float, step: float) -> float:
        bars = Bar("A", a, "", ""), [Bar("S", step, "", "")], Bar("B", a + step, "", "")
        found: float = waterfall(*bars, "USD")["layout"]["meta"]["base"]
        return found

    assert 0 < base(1000, 20) < 1000
    assert base(100, 200) == 0
    assert base(-10, 30) == -10

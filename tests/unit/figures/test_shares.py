"""The parts of a whole: a pie and trees draw every amount above nothing, under its own branch."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.figures import AMOUNTS, HOSTILE, held_to_plotly

from finops_dash.domain.look import Chart
from finops_dash.figures.shares import Share, pie, tree

SHORT = st.sampled_from([name for name in HOSTILE if len(name) < 200]) | st.text(
    st.characters(exclude_characters="\0", exclude_categories=("Cs",)), min_size=1, max_size=30
)
PATHS = st.tuples(SHORT) | st.tuples(SHORT, SHORT) | st.tuples(SHORT, SHORT, SHORT)
DEEP = st.tuples(SHORT, SHORT)
FEW = settings(max_examples=60)


@FEW
@given(st.dictionaries(PATHS, AMOUNTS, max_size=20))
def test_a_pie_draws_each_amount_above_nothing(sums: dict[tuple[str, ...], Decimal]) -> None:
    found = [Share(path, amount, f"/{n}") for n, (path, amount) in enumerate(sums.items())]
    (ring,) = held_to_plotly(pie(found, "USD"))["data"]
    shown = [share for share in found if share.amount > 0]
    assert ring["values"] == [float(share.amount) for share in shown]
    assert ring["customdata"] == [share.href for share in shown]


@FEW
@given(
    st.dictionaries(DEEP, AMOUNTS, max_size=20),
    st.sampled_from([Chart.TREEMAP, Chart.SUNBURST, Chart.ICICLE]),
)
def test_a_tree_holds_each_amount_once_under_its_branch(
    sums: dict[tuple[str, ...], Decimal], chart: Chart
) -> None:
    found = [Share(path, amount, "/x") for path, amount in sums.items()]
    (trace,) = held_to_plotly(tree(found, "USD", chart))["data"]
    whole = sum(float(amount) for amount in sums.values() if amount > 0)
    assert sum(trace["values"]) == pytest.approx(whole)
    ids = set(trace["ids"])
    assert len(ids) == len(trace["ids"])
    assert all(parent == "" or parent in ids for parent in trace["parents"])
    leaves = [n for n, value in enumerate(trace["values"]) if value > 0]
    assert {trace["customdata"][n] for n in leaves} <= {"/x"}


def test_a_branch_has_one_colour_and_what_leads_nowhere_no_link() -> None:
    found = [Share(("AWS", "EC2"), Decimal(2), "/ec2"), Share(("AWS", "S3"), Decimal(1))]
    (trace,) = tree(found, "USD", Chart.SUNBURST)["data"]
    assert len(set(trace["marker"]["colors"])) == 1
    assert dict(zip(trace["labels"], trace["customdata"], strict=True)) == {
        "AWS": "", "EC2": "/ec2", "S3": "",
    }  # fmt: skip

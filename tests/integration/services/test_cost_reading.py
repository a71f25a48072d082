"""What an answer refuses, leaves out, counts and remembers; and that tenants see only their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from support.focus import on, write_csv

from finops_dash.bootstrap import Services
from finops_dash.domain.errors import MixedCurrenciesError, MixedUnitsError, QueryError
from finops_dash.domain.registry import MEASURES
from finops_dash.domain.scope import Scope
from finops_dash.domain.url import from_url
from finops_dash.services.answers import CostAnswer
from finops_dash.services.cost import CostReader

TODAY = date(2026, 10, 15)
Load = Callable[..., None]


@pytest.fixture
def load(services: Services, tmp_path: Path) -> Load:
    """Loads rows as one delivery of a scope."""

    def deliver(scope: Scope, *rows: dict[str, str]) -> None:
        path = write_csv(tmp_path / scope.tenant_slug / "bill.csv", rows)
        services.ingestion.ingest(scope, [str(path)], may_shrink=True)

    return deliver


def ask(services: Services, scope: Scope, text: str, today: date = TODAY) -> CostAnswer:
    query, notices = from_url(text)
    assert notices == ()
    return services.cost.answer(scope, query, today)


def test_parts_sum_to_the_whole_whichever_table_answers(services: Services, demo: Scope) -> None:
    today, tables = services.now().date(), set()
    for measure in (name for name, m in MEASURES.items() if m.kind == "money"):
        whole = ask(services, demo, f"measure={measure}&currency=USD&period=all", today)
        for cut in (
            "group_by=service",
            "group_by=team,region",
            "group_by=resource",
            "group_by=tag:team&grain=month",
            "group_by=sku&grain=day",
            "grain=day",
            "grain=week&group_by=sub_account",
            "grain=quarter&group_by=invoice",
        ):
            parts = ask(services, demo, f"measure={measure}&currency=USD&period=all&{cut}", today)
            tables.add(parts.table)
            assert (parts.total, len(parts.rows) > 1) == (whole.total, True), cut
    assert tables == {
        "daily_service_cost", "daily_cost", "monthly_cost", "monthly_resource_cost", "charge",
    }  # fmt: skip


def test_currencies_are_never_added_up(services: Services, scope: Scope, load: Load) -> None:
    load(scope, on("2026-10-01"), on("2026-10-02", BillingCurrency="EUR"))
    with pytest.raises(MixedCurrenciesError, match="EUR, USD"):
        ask(services, scope, "period=2026-10")
    apart = ask(services, scope, "period=2026-10&group_by=billing_currency")
    assert apart.totals == {"EUR": Decimal("1.5"), "USD": Decimal("1.5")}
    with pytest.raises(MixedCurrenciesError):
        _ = apart.total


def test_one_currency_says_which_others_are_left_out(
    services: Services, scope: Scope, load: Load
) -> None:
    load(scope, on("2026-10-01"), on("2026-10-02", BillingCurrency="EUR"))
    answer = ask(services, scope, "period=2026-10&currency=EUR")
    assert (answer.total, answer.unit) == (Decimal("1.5"), "EUR")
    assert answer.notices == ("Only rows billed in EUR; those billed in USD are not in it.",)


def test_days_in_one_currency_are_summed_though_the_tenant_has_two(
    services: Services, scope: Scope, load: Load
) -> None:
    load(scope, on("2026-10-01"), on("2026-10-02", BillingCurrency="EUR"))
    answer = ask(services, scope, "period=2026-10-01")
    assert (answer.total, answer.unit) == (Decimal("1.5"), "USD")


def test_units_are_never_added_up(services: Services, scope: Scope, load: Load) -> None:
    load(scope, on("2026-10-01"), on("2026-10-02", ConsumedUnit="GB", ServiceName="S3"))
    with pytest.raises(MixedUnitsError, match="GB, Hours"):
        ask(services, scope, "measure=consumed_quantity&period=2026-10")
    answer = ask(services, scope, "measure=consumed_quantity&period=2026-10&filter=service:S3")
    assert (answer.total, answer.unit) == (Decimal(24), "GB")


def test_without_groups_there_is_one_row_even_of_nothing(services: Services, scope: Scope) -> None:
    assert ask(services, scope, "period=2026-10").rows == ({"effective_cost": Decimal(0)},)
    assert ask(services, scope, "period=2026-10&group_by=service").rows == ()


def test_a_limit_that_cuts_rows_off_says_so(services: Services, scope: Scope, load: Load) -> None:
    load(scope, *(on("2026-10-01", ServiceName=f"S{n}", BilledCost=str(n)) for n in range(4)))
    asked = "measure=billed_cost&period=2026-10&group_by=service"
    cut = ask(services, scope, f"{asked}&limit=3")
    assert [row["service"] for row in cut.rows] == ["S3", "S2", "S1"]
    assert cut.notices == ("Only the first 3 rows; the others are not in it.",)
    assert ask(services, scope, f"{asked}&limit=4").notices == ()


def test_what_is_compared_with_is_not_cut_off_by_the_limit(
    services: Services, scope: Scope, load: Load
) -> None:
    load(
        scope,
        on("2026-09-01", ServiceName="was dear", BilledCost="9"),
        on("2026-09-01", ServiceName="grew", BilledCost="1"),
        on("2026-10-01", ServiceName="grew", BilledCost="5"),
    )
    asked = "measure=billed_cost&period=2026-10&compare=previous-period&group_by=service&limit=1"
    answer = ask(services, scope, asked)
    assert answer.before is not None
    assert {row["service"] for row in answer.before.rows} == {"was dear", "grew"}


def test_a_missing_list_price_counts_as_nothing_and_is_counted(
    services: Services, scope: Scope, load: Load
) -> None:
    load(
        scope,
        on("2026-10-01", ResourceId="a"),
        on("2026-10-01", ResourceId="b", ListCost="", ListUnitPrice=""),
    )
    for table in ("group_by=resource&grain=day", "group_by=resource", "group_by=service"):
        answer = ask(services, scope, f"measure=list_cost&period=2026-10&{table}")
        assert answer.total == Decimal(2)
        assert services.cost.counts(scope, answer) == (2, 1)


def test_other_measures_come_beside_the_one_asked_for(
    services: Services, scope: Scope, load: Load
) -> None:
    load(scope, on("2026-10-01", ListCost="", ResourceId="a"))
    query, _ = from_url("period=2026-10&group_by=resource&grain=day")
    answer = services.cost.answer(scope, query, TODAY, ("list_cost", "billed_cost"))
    assert [(row["list_cost"], row["billed_cost"]) for row in answer.rows] == [
        (Decimal(0), Decimal("1.5"))
    ]


def test_an_answer_can_be_asked_for_as_it_stood(
    services: Services, scope: Scope, load: Load
) -> None:
    first = [on("2026-10-01"), on("2026-10-02", EffectiveCost="5", ServiceName="S3")]
    second = [on("2026-10-01", EffectiveCost="4"), on("2026-10-03", EffectiveCost="7")]
    third = [on("2026-10-01", EffectiveCost="4"), on("2026-10-02", EffectiveCost="1")]
    asked = [
        "period=2026-10",
        "period=2026-10&group_by=service&grain=day",
        "period=all&group_by=team,region&grain=month",
        "period=2026-10-01..2026-10-02&filter=service:S3",
        "measure=consumed_quantity&period=2026-10&group_by=service",
    ]
    known: list[tuple[datetime, list[CostAnswer]]] = []
    for rows in (first, second, third):
        load(scope, *rows)
        known.append((services.now(), [ask(services, scope, text) for text in asked]))
    for moment, answers in known:
        then = [replace(answer.query, as_of=moment) for answer in answers]
        again = [services.cost.answer(scope, query, TODAY) for query in then]
        assert [found.rows for found in again] == [answer.rows for answer in answers]
        counted = [services.cost.counts(scope, found)[0] for found in again[:2]]
        assert counted == [2, 2]


def test_before_the_first_load_nothing_was_known(
    services: Services, scope: Scope, load: Load
) -> None:
    before = services.now()
    load(scope, on("2026-10-01"))
    query, _ = from_url("period=2026-10&group_by=service")
    assert services.cost.answer(scope, replace(query, as_of=before), TODAY).rows == ()


def test_resources_are_kept_as_they_stand_now_only(services: Services, scope: Scope) -> None:
    query, _ = from_url("period=2026-10&group_by=resource&as_of=2026-10-02T00:00:00Z")
    with pytest.raises(QueryError, match="as they stand now only"):
        services.cost.answer(scope, query, TODAY)


def test_a_load_is_seen_by_the_next_question(services: Services, scope: Scope, load: Load) -> None:
    load(scope, on("2026-10-01"))
    first = ask(services, scope, "period=2026-10")
    load(scope, on("2026-10-01", EffectiveCost="9"))
    second = ask(services, scope, "period=2026-10")
    assert (first.total, second.total) == (Decimal("1.5"), Decimal(9))
    assert second.data_version == first.data_version + 1


def test_a_web_process_believes_a_data_version_for_a_while(
    services: Services, scope: Scope, load: Load
) -> None:
    slow = CostReader(services.engines, fresh_for=3600)
    load(scope, on("2026-10-01"))
    query, _ = from_url("period=2026-10")
    assert slow.answer(scope, query, TODAY).total == Decimal("1.5")
    load(scope, on("2026-10-01", EffectiveCost="9"))
    assert slow.answer(scope, query, TODAY).total == Decimal("1.5")


def test_a_load_that_changes_nothing_keeps_the_data_version(
    services: Services, scope: Scope, load: Load
) -> None:
    assert services.cost.data_version(scope) == 0
    for _ in range(2):
        load(scope, on("2026-10-01"))
    assert services.cost.data_version(scope) == 1


def test_values_are_listed_for_dimensions_that_have_few(
    services: Services, scope: Scope, load: Load
) -> None:
    load(scope, on("2026-10-01", Tags='{"team": "Core", "empty": ""}'), on("2026-10-02", Tags=""))
    assert services.cost.values(scope, "tag:team") == ("Core",)
    assert services.cost.values(scope, "tag:empty") == ()
    assert services.cost.values(scope, "service") == ("Amazon EC2",)
    for name in ("resource", "day"):
        with pytest.raises(QueryError, match="too many values to list"):
            services.cost.values(scope, name)

"""What a second delivery does to the first: nothing, or exactly what it covers."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from support.focus import on, write_csv
from support.stored import EVERY_TABLE, Stored

from data_layer.loading import Outcome
from data_layer.loading.plan import ShrinkingError
from finops_dash.bootstrap import Services
from finops_dash.domain.cost_query import CostQuery
from finops_dash.domain.money import plain
from finops_dash.domain.scope import Scope
from finops_dash.domain.url import from_url

Rows = Iterable[Mapping[str, Any]]
Load = Callable[..., Outcome]
TODAY = date(2026, 10, 20)
OCTOBER = {
    "BillingPeriodStart": "2026-10-01T00:00:00Z",
    "BillingPeriodEnd": "2026-11-01T00:00:00Z",
}


@pytest.fixture
def load(services: Services, scope: Scope, tmp_path: Path) -> Load:
    """Loads rows as one delivery of one file."""

    def loaded(rows: Rows, name: str = "bill.csv", **options: Any) -> Outcome:
        bill = write_csv(tmp_path / name, rows)
        return services.ingestion.ingest(scope, [str(bill)], **options)

    return loaded


def days(*numbers: int, month: str = "2026-09", **changes: str) -> list[dict[str, str]]:
    """A row for each day of a month, with a resource of its own."""
    return [on(f"{month}-{n:02}", **{"ResourceId": f"i-{n}", **changes}) for n in numbers]


def test_a_file_loaded_twice_changes_not_a_byte(load: Load, stored: Stored) -> None:
    rows = [*days(1, 2, 3), *days(4, BilledCost="a lot")]
    load(rows)
    before = stored.fingerprint(*EVERY_TABLE)
    again = load(rows)
    assert again.changed_nothing
    assert (again.row_count, again.rejected_count, again.unchanged_slices) == (3, 1, 3)
    assert stored.fingerprint(*EVERY_TABLE) == before


def test_the_same_rows_in_another_order_and_other_files_change_nothing(
    services: Services, scope: Scope, load: Load, stored: Stored, tmp_path: Path
) -> None:
    rows = [row for n in range(1, 11) for row in days(n, n, n, SkuId=f"s{n % 4}")]
    load(rows)
    before = stored.fingerprint()
    random.Random(1).shuffle(rows)  # noqa: S311 - any order will do
    packed = gzip.compress(write_csv(tmp_path / "plain.csv", rows[:11]).read_bytes())
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "a.csv.gz").write_bytes(packed)
    write_csv(tmp_path / "parts" / "b.csv", rows[11:])
    outcome = services.ingestion.ingest(scope, [str(tmp_path / "parts")])
    assert outcome.changed_nothing
    assert stored.fingerprint() == before


def test_files_given_in_any_order_store_the_same_charges(
    services: Services, tmp_path: Path
) -> None:
    paths = [str(write_csv(tmp_path / f"{n}.csv", days(n, n))) for n in range(1, 8)]
    found = []
    for number, order in enumerate((paths, paths[::-1], random.Random(2).sample(paths, 7))):  # noqa: S311
        slug = f"order-{number}-{random.SystemRandom().randrange(10**9)}"
        services.tenancy.create(slug)
        scope = services.tenancy.scope(slug)
        services.ingestion.ingest(scope, order)
        found.append(Stored(services.engines, scope).charges())
    assert found[0] == found[1] == found[2]
    assert len(found[0]) == 14


def test_a_file_named_twice_is_one_file(
    services: Services, scope: Scope, stored: Stored, tmp_path: Path
) -> None:
    bill = write_csv(tmp_path / "bills" / "bill.csv", days(1))
    (tmp_path / "link.csv").symlink_to(bill)
    here = [bill.parent, bill, tmp_path / "bills" / ".." / "bills" / "bill.csv"]
    services.ingestion.ingest(scope, [*map(str, here), str(tmp_path / "link.csv")])
    assert len(stored.charges()) == 1


def test_a_restated_day_replaces_its_rows_and_leaves_the_others_untouched(
    load: Load, stored: Stored
) -> None:
    load(days(1, 2, 3))
    untouched = "SELECT md5(string_agg(c::text, '' ORDER BY c::text)) FROM finops.charge c"
    kept = stored.one(f"{untouched} WHERE charge_day <> '2026-09-02'")
    outcome = load([*days(1), *days(2, BilledCost="7"), *days(3)])
    assert (outcome.replaced_slices, outcome.unchanged_slices) == (1, 2)
    assert stored.per_day() == {
        "2026-09-01": Decimal("1.5"),
        "2026-09-02": Decimal(7),
        "2026-09-03": Decimal("1.5"),
    }
    assert stored.one(f"{untouched} WHERE charge_day <> '2026-09-02'") == kept
    assert stored.wrong_rollups() == {}


def test_a_day_missing_from_a_period_delivered_again_is_emptied(load: Load, stored: Stored) -> None:
    load(days(1, 2, 3))
    outcome = load(days(1, 3))
    assert outcome.emptied_slices == 1
    assert set(stored.per_day()) == {"2026-09-01", "2026-09-03"}
    assert stored.one("SELECT count(*) FROM finops.slice") == 2
    assert stored.wrong_rollups() == {}


def test_a_delivery_that_covers_days_leaves_the_days_it_does_not_hold(
    load: Load, stored: Stored
) -> None:
    load(days(1, 2, 3))
    outcome = load(days(2, BilledCost="7"), covers="days")
    assert (outcome.replaced_slices, outcome.emptied_slices) == (1, 0)
    assert stored.per_day()["2026-09-02"] == 7
    assert len(stored.per_day()) == 3
    assert stored.wrong_rollups() == {}


def test_a_delivery_of_one_billing_period_leaves_the_others(load: Load, stored: Stored) -> None:
    load([*days(1, 2), *days(1, 2, month="2026-10")])
    load(days(1, 2, month="2026-10", BilledCost="7"))
    assert stored.per_day() == {
        "2026-09-01": Decimal("1.5"),
        "2026-09-02": Decimal("1.5"),
        "2026-10-01": Decimal(7),
        "2026-10-02": Decimal(7),
    }


def test_a_late_charge_of_an_earlier_day_stands_beside_that_months_bill(
    load: Load, stored: Stored
) -> None:
    late = days(30)[0] | OCTOBER
    load(days(29, 30))
    load([late, *days(1, 2, month="2026-10")])
    assert stored.per_day()["2026-09-30"] == 3
    load(days(1, 2, month="2026-10"))
    assert stored.per_day()["2026-09-30"] == Decimal("1.5")
    assert stored.wrong_rollups() == {}


def test_a_period_delivered_again_with_another_end_is_the_same_period(
    load: Load, stored: Stored
) -> None:
    load(days(1, 2))
    to_the_second = {"BillingPeriodEnd": "2026-09-30T23:59:59Z"}
    outcome = load([row | to_the_second for row in days(1, 2)])
    assert (outcome.new_slices, outcome.emptied_slices) == (2, 2)
    assert stored.total() == 3
    assert stored.wrong_rollups() == {}


def test_another_account_is_another_source_and_left_alone(load: Load, stored: Stored) -> None:
    load(days(1, 2, BillingAccountId="one"))
    load(days(1, 2, BillingAccountId="two", BilledCost="7"))
    outcome = load(days(1, BillingAccountId="two", BilledCost="8"))
    assert (outcome.replaced_slices, outcome.emptied_slices) == (1, 1)
    assert stored.total() == Decimal("1.5") * 2 + 8
    names = [row["name"] for row in stored.asked("SELECT name FROM finops.source ORDER BY name")]
    assert names == ["AWS one", "AWS two"]
    assert stored.wrong_rollups() == {}


def test_a_delivery_replaces_every_source_it_holds(load: Load, stored: Stored) -> None:
    one, two = days(1, BillingAccountId="one"), days(1, BillingAccountId="two")
    load([*one, *two])
    cheaper = {"BilledCost": "1"}
    outcome = load([*(row | cheaper for row in one), *(row | cheaper for row in two)])
    assert outcome.replaced_slices == 2
    assert stored.total() == 2


def test_a_named_source_is_replaced_under_its_name_only(load: Load, stored: Stored) -> None:
    load(days(1), source="upload")
    load(days(1, BilledCost="2"))
    load(days(1, BilledCost="5"), source="upload")
    assert stored.total() == 7


def test_a_period_that_would_lose_more_than_half_its_rows_is_refused(
    load: Load, stored: Stored
) -> None:
    load([*days(1, 1, 1, 2, 2), *days(1, month="2026-10")])
    before = stored.fingerprint()
    with pytest.raises(ShrinkingError, match=r"AWS 1000 2026-09 from 5 to 2 rows"):
        load(days(1, 2))
    assert stored.fingerprint() == before
    failed = stored.asked("SELECT status, reason FROM finops.load WHERE status <> 'stored'")
    assert [row["status"] for row in failed] == ["failed"]
    assert "--yes" in failed[0]["reason"]


def test_a_period_may_lose_half_its_rows(load: Load, stored: Stored) -> None:
    load(days(1, 2, 3, 4))
    assert load(days(1, 2)).emptied_slices == 2
    assert stored.total() == 3


def test_a_period_shrinks_when_a_person_says_so(load: Load, stored: Stored) -> None:
    load(days(1, 2, 3, 4))
    load(days(1), may_shrink=True)
    assert stored.total() == Decimal("1.5")


def test_a_delivery_that_covers_days_shrinks_nothing_by_what_it_does_not_hold(
    load: Load, stored: Stored
) -> None:
    load(days(*range(1, 11)))
    load(days(4, BilledCost="2"), covers="days")
    assert stored.total() == Decimal("1.5") * 9 + 2


def test_a_question_as_of_an_earlier_moment_gets_the_figures_of_then(
    services: Services, scope: Scope, load: Load, stored: Stored
) -> None:
    load(days(1, 2, 3))
    then = stored.one("SELECT max(finished_at) FROM finops.load")
    load([*days(1), *days(2, BilledCost="7")])
    query = "measure=billed_cost&period=2026-09&grain=day"
    now, _ = from_url(query)
    earlier, notices = from_url(f"{query}&as_of={then.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}")
    assert notices == ()
    assert figures(services, scope, now) == {"2026-09-01": "1.5", "2026-09-02": "7"}
    assert figures(services, scope, earlier) == {
        "2026-09-01": "1.5",
        "2026-09-02": "1.5",
        "2026-09-03": "1.5",
    }


def figures(services: Services, scope: Scope, query: CostQuery) -> dict[str, str]:
    answer = services.cost.answer(scope, query, TODAY)
    return {row["day"]: plain(row["billed_cost"]) for row in answer.rows}


def test_what_a_restatement_replaced_is_kept_with_the_time_it_was_true(
    load: Load, stored: Stored
) -> None:
    load(days(1, 2))
    first = stored.one("SELECT DISTINCT loaded_at FROM finops.slice")
    load([*days(1), *days(2, BilledCost="7")])
    second = stored.one("SELECT loaded_at FROM finops.slice WHERE charge_day = '2026-09-02'")
    history = stored.asked("SELECT * FROM finops.daily_cost_history")
    assert len(history) == 1
    assert history[0]["charge_day"] == date(2026, 9, 2)
    assert history[0]["billed_cost"] == Decimal("1.5")
    assert (history[0]["valid_from"], history[0]["valid_until"]) == (first, second)
    assert stored.one("SELECT loaded_at FROM finops.slice WHERE charge_day = '2026-09-01'") == first


def test_the_data_version_grows_with_each_load_that_changed_something(
    services: Services, scope: Scope, load: Load
) -> None:
    versions = [services.cost.data_version(scope)]
    for rows in (days(1), days(1), days(1, 2)):
        load(rows)
        versions.append(services.cost.data_version(scope))
    assert versions == [0, 1, 1, 2]


def test_a_bad_row_that_comes_with_an_unchanged_bill_is_kept_once(
    load: Load, stored: Stored
) -> None:
    load(days(1))
    with_a_bad_row = [*days(1), *days(2, BilledCost="much")]
    assert load(with_a_bad_row).changed_nothing
    assert load(with_a_bad_row).changed_nothing
    rejects = stored.asked("SELECT column_name, line FROM finops.reject")
    assert rejects == [{"column_name": "BilledCost", "line": 3}]


def test_a_load_notes_its_files_rows_and_sums(load: Load, stored: Stored) -> None:
    begun = datetime.now(UTC)
    load([*days(1, 2), *days(3, BilledCost="x")])
    (noted,) = stored.asked("SELECT * FROM finops.load")
    assert noted["status"] == "stored"
    assert (noted["row_count"], noted["rejected_count"]) == (2, 1)
    assert noted["sums"]["billed_cost USD"] == "3"
    assert [file["name"] for file in noted["files"]] == ["bill.csv"]
    assert begun <= noted["started_at"] <= noted["finished_at"] <= datetime.now(UTC)


def test_the_resources_of_a_month_follow_a_restatement(load: Load, stored: Stored) -> None:
    load(days(1, 2, ResourceId="old"))
    load(days(1, 2, ResourceId="new"))
    rows = stored.asked(
        "SELECT k.resource_id, m.billed_cost FROM finops.monthly_resource_cost m "
        "JOIN finops.charge_key k USING (tenant_id, charge_key)"
    )
    assert rows == [{"resource_id": "new", "billed_cost": 3}]

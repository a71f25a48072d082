"""A tenant held in memory answers as the database does, to the last digit, and for no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from sqlalchemy.exc import OperationalError
from support.focus import on, write_csv

from data_layer.engine import tenant_statement
from data_layer.memory.facts import Amounts
from data_layer.models import daily_cost, monthly_resource_cost
from finops_dash.bootstrap import Services
from finops_dash.domain.cost_query import Compare, CostQuery, Filter, Grain, Order
from finops_dash.domain.errors import MixedCurrenciesError
from finops_dash.domain.money import exactly
from finops_dash.domain.period import Period
from finops_dash.domain.scope import Scope
from finops_dash.services.answers import CostAnswer
from finops_dash.services.cost import CostReader
from finops_dash.services.held import HeldTenants

TODAY = date(2026, 10, 15)
OCTOBER = CostQuery(period=Period("2026-10"))
PERIODS = ("last-30-days", "last-90-days", "all", "ytd", "last-month", "last-quarter")
GROUPS = (
    "provider", "service", "sub_account", "region", "team", "cost_center", "environment", "project",
    "charge_category", "commitment", "tag:team", "billing_currency", "day", "month",
    "resource", "resource_name", "sku", "invoice",
)  # fmt: skip
FILTERED = ("provider", "service", "sub_account", "region", "team", "environment", "tag:team")
Load = Callable[..., None]


@pytest.fixture
def held(services: Services) -> HeldTenants:
    return HeldTenants(services.engines.tenant)


@pytest.fixture
def reader(services: Services, held: HeldTenants) -> CostReader:
    """A reader as a web process has it."""
    return CostReader(services.engines, held=held)


def hold(reader: CostReader, held: HeldTenants, scope: Scope) -> None:
    """Have the tenant read into memory, as the first question about it does."""
    held.at(scope.tenant_id, reader.data_version(scope))
    held.wait()
    assert held.at(scope.tenant_id, reader.data_version(scope)) is not None


@contextmanager
def without_cost_in_the_database(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Inside, no question of cost may be asked of the database."""

    def refuse(*_: object, **__: object) -> None:
        pytest.fail("the database was asked about cost")

    with monkeypatch.context() as patch:
        patch.setattr("finops_dash.services.cost.cost_by", refuse)
        yield


def questions(values: dict[str, tuple[str, ...]], seed: int) -> Iterator[CostQuery]:
    """Questions without end, of every kind that cost can be asked."""
    random = Random(seed)  # noqa: S311 - the same questions in each run
    while True:
        filters = []
        for name in random.sample(FILTERED, random.randint(0, 3)):
            found = random.sample([*values[name], ""], random.randint(1, 2))
            filters.append(Filter(name, tuple(found), negated=random.random() < 0.3))
        if random.random() < 0.2:
            month = f"{TODAY:%Y-%m}"
            filters.append(Filter("month", (month, "nonsense"), negated=random.random() < 0.5))
        yield CostQuery(
            measure=random.choice(("effective_cost", "billed_cost", "list_cost")),
            group_by=tuple(random.sample(GROUPS, random.randint(0, 3))),
            filters=tuple(filters),
            period=Period(random.choice(PERIODS)),
            grain=random.choice([grain for grain in Grain if grain is not Grain.HOUR]),
            compare=random.choice(list(Compare)),
            currency=random.choice(("USD", "USD", None)),
            limit=random.choice((None, 7)),
            order=random.choice(list(Order)),
        )


def told(reader: CostReader, scope: Scope, query: CostQuery, today: date) -> object:
    """All that an answer says, or that it mixes currencies."""
    try:
        answer = reader.answer(scope, query, today, ("contracted_cost",))
    except MixedCurrenciesError as error:
        return str(error)
    before = answer.before.rows if answer.before else None
    return answer.rows, before, answer.unit, answer.notices, answer.data_version


@pytest.mark.parametrize("seed", range(6))
def test_every_answer_is_that_of_the_database(
    services: Services, demo: Scope, reader: CostReader, held: HeldTenants, seed: int
) -> None:
    hold(reader, held, demo)
    plain, today = CostReader(services.engines), services.now().date()
    values = {name: plain.values(demo, name) for name in FILTERED}
    asked = questions(values, seed)
    for _ in range(40):
        query = next(asked)
        assert told(reader, demo, query, today) == told(plain, demo, query, today), query


def test_what_pages_ask_is_answered_without_the_database(
    demo: Scope,
    services: Services,
    reader: CostReader,
    held: HeldTenants,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hold(reader, held, demo)
    today = services.now().date()
    with without_cost_in_the_database(monkeypatch):
        for group in ("service", "team", "tag:team"):
            query = CostQuery(group_by=(group,), currency="USD", compare=Compare.PREVIOUS_PERIOD)
            assert reader.answer(demo, query, today).rows
        resources = CostQuery(
            group_by=("resource",), currency="USD", period=Period("last-month"), limit=5
        )
        assert len(reader.answer(demo, resources, today).rows) == 5


AMOUNTS = ("0.00000000000000000001", "-123456789012345678.5", "7", "-0.3", "4.61e17")


@pytest.mark.parametrize("kept", [AMOUNTS, AMOUNTS[:1], AMOUNTS[2:4], AMOUNTS[1:2]])
def test_amounts_of_any_size_and_fineness_add_up_exactly(
    services: Services,
    scope: Scope,
    tmp_path: Path,
    reader: CostReader,
    held: HeldTenants,
    kept: tuple[str, ...],
) -> None:
    rows = [
        on(f"2026-10-{day:02}", EffectiveCost=amount, ServiceName=f"S{day % 2}")
        for day, amount in enumerate(kept * 2, start=1)
    ]
    services.ingestion.ingest(scope, [str(write_csv(tmp_path / "bill.csv", rows))])
    hold(reader, held, scope)
    plain = CostReader(services.engines)
    for group in ((), ("service",), ("sub_account", "service"), ("resource",)):
        for grain in (Grain.NONE, Grain.DAY):
            query = CostQuery(group_by=group, period=Period("2026-10"), grain=grain)
            assert told(reader, scope, query, TODAY) == told(plain, scope, query, TODAY)
    with exactly():
        whole = 2 * sum(map(Decimal, kept))
    assert reader.answer(scope, OCTOBER, TODAY).total == whole


def total(answer: CostAnswer) -> tuple[Decimal, int]:
    return answer.total, answer.data_version


def test_new_data_is_answered_at_once_and_held_soon(
    scope: Scope,
    load: Load,
    reader: CostReader,
    held: HeldTenants,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    load("2026-10-01", EffectiveCost="1")
    hold(reader, held, scope)
    assert total(reader.answer(scope, OCTOBER, TODAY)) == (Decimal(1), 1)
    load("2026-10-01", EffectiveCost="9")
    assert total(reader.answer(scope, OCTOBER, TODAY)) == (Decimal(9), 2)
    hold(reader, held, scope)
    with without_cost_in_the_database(monkeypatch):
        by_day = CostQuery(period=Period("2026-10"), grain=Grain.DAY)
        assert total(reader.answer(scope, by_day, TODAY)) == (Decimal(9), 2)


def test_a_key_that_went_since_is_no_error(
    services: Services, scope: Scope, load: Load, reader: CostReader, held: HeldTenants
) -> None:
    load("2026-10-01", EffectiveCost="1", RegionId="gone")
    version = reader.data_version(scope)
    hold(reader, held, scope)
    load("2026-10-01", EffectiveCost="9", RegionId="come")
    with services.engines.loader.begin() as connection:
        connection.exec_driver_sql(tenant_statement(scope.tenant_id))
        connection.exec_driver_sql("DELETE FROM finops.cost_key WHERE region_id = 'gone'")
    at_first = held.at(scope.tenant_id, version)
    assert at_first is not None
    by_region = CostQuery(period=Period("2026-10"), group_by=("region",))
    reader._versions[scope.tenant_id] = (float("inf"), version)  # noqa: SLF001 - not looked at since
    assert reader.answer(scope, by_region, TODAY).rows[0]["region"] == "come"


@pytest.mark.parametrize("most", ["MOST_PLACES", "MOST_ROWS"])
def test_an_answer_that_is_too_wide_is_left_to_the_database(
    scope: Scope,
    load: Load,
    reader: CostReader,
    held: HeldTenants,
    monkeypatch: pytest.MonkeyPatch,
    most: str,
) -> None:
    load("2026-10-01", "2026-10-02")
    hold(reader, held, scope)
    monkeypatch.setattr(f"data_layer.memory.sums.{most}", 1)
    with without_cost_in_the_database(monkeypatch):
        assert reader.answer(scope, OCTOBER, TODAY).total == Decimal(3)
    by_day = CostQuery(period=Period("2026-10"), grain=Grain.DAY)
    assert len(reader.answer(scope, by_day, TODAY).rows) == 2


def test_a_tenant_that_is_too_large_is_not_held(
    services: Services, scope: Scope, load: Load
) -> None:
    load("2026-10-01", "2026-10-02")
    small = HeldTenants(services.engines.tenant, most_rows=3)
    reader = CostReader(services.engines, held=small)
    for _ in range(2):
        assert reader.answer(scope, OCTOBER, TODAY).total == Decimal(3)
        small.wait()
        assert small.at(scope.tenant_id, 1) is None


def test_resources_that_are_too_many_are_left_to_the_database(
    scope: Scope,
    load: Load,
    reader: CostReader,
    held: HeldTenants,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    load("2026-10-01", ResourceId="a")
    load("2026-10-02", ResourceId="b", name="other.csv")
    monkeypatch.setattr("data_layer.memory.tenant.MOST_KEYS", 1)
    hold(reader, held, scope)
    found = held.at(scope.tenant_id, reader.data_version(scope))
    assert found is not None
    assert daily_cost in found.facts
    assert monthly_resource_cost not in found.facts
    by_resource = CostQuery(period=Period("2026-10"), group_by=("resource",))
    assert reader.answer(scope, by_resource, TODAY).rows[0]["resource"] == "b"


def test_the_tenant_asked_about_longest_ago_makes_room(
    services: Services, scope: Scope, demo: Scope, load: Load, reader: CostReader
) -> None:
    load("2026-10-01")
    rows = HeldTenants(services.engines.tenant)
    hold(reader, rows, demo)
    found = rows.at(demo.tenant_id, reader.data_version(demo))
    assert found is not None
    held = HeldTenants(services.engines.tenant, most_rows=found.rows)
    hold(reader, held, scope)
    hold(reader, held, demo)
    assert held.at(scope.tenant_id, reader.data_version(scope)) is None
    assert held.at(demo.tenant_id, reader.data_version(demo)) is not None


def test_what_is_held_of_one_tenant_has_nothing_of_another(
    scope: Scope, demo: Scope, load: Load, reader: CostReader, held: HeldTenants
) -> None:
    load("2026-10-01", EffectiveCost="1")
    for one in (demo, scope):
        hold(reader, held, one)
    found = held.at(scope.tenant_id, reader.data_version(scope))
    assert found is not None
    assert len(found.facts[daily_cost].key_of) == 1
    assert {len(ids) for ids in found.ids.values()} == {1}
    amounts = found.facts[daily_cost].amounts["effective_cost"]
    assert isinstance(amounts, Amounts)
    assert reader.answer(scope, OCTOBER, TODAY).total == Decimal(1)
    services_of = reader.answer(
        scope, CostQuery(period=Period("all"), group_by=("service",)), TODAY
    )
    assert [row["service"] for row in services_of.rows] == ["Amazon EC2"]


def test_a_database_that_fails_while_a_tenant_is_read_stops_nothing(
    services: Services, scope: Scope, load: Load
) -> None:
    load("2026-10-01")

    def fail(*_: object) -> None:
        raise OperationalError("", {}, OSError())

    held = HeldTenants(fail)  # type: ignore[arg-type]
    reader = CostReader(services.engines, held=held)
    assert reader.answer(scope, OCTOBER, TODAY).total == Decimal("1.5")
    held.wait()
    assert held.at(scope.tenant_id, 1) is None

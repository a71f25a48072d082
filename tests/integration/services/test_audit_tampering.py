"""Whoever gets past the application and edits the log is found out, and where."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import Connection, Engine, create_engine
from support.auditing import verdict
from support.people import somebody

from finops_dash.bootstrap import Services
from finops_dash.domain.audit_chain import Anchor, Fault, digest_of
from finops_dash.domain.saved_view import Link, Wording
from finops_dash.domain.scope import Scope
from finops_dash.services.audit import links

COUNT, EDITS = 20, 100
VALUES = {
    "tenant_id": ("-tenant_id",),
    "at": ("at + interval '1 microsecond'", "at - interval '1 day'", "'infinity'", "'-infinity'",
           "at - interval '4000 years'"),
    "actor": ("actor || 'x'", "''"),
    "actor_name": ("'Somebody else'", "actor_name || ' '"),
    "session_id": ("coalesce(session_id, 0) + 1", "-1"),
    "request_id": ("'0123456789ab'",),
    "action": ("'view.read'",),
    "subject": ("'view:another'", "reverse(subject)"),
    "before": ("'{}'", "'null'", "'[]'", "jsonb_build_object('a', repeat('9', 5000)::numeric)"),
    "after": ("NULL", "'null'", "after - 'name'", "after || '{\"version_no\": 1.0}'",
              "after || '{\"version_no\": \"1\"}'", "after || '{\"version_no\": 1e400}'",
              "jsonb_build_object('after', after)"),
    "digest": ("repeat('0', 64)", "upper(digest)", "digest || ' '", "''"),
}  # fmt: skip
Edit = Callable[["Log", random.Random], int]


@dataclass
class Log:
    """The log of a tenant in the hands of the server's superuser, whom nothing stops."""

    connection: Connection
    services: Services
    scope: Scope

    def run(self, statement: str, count: int | None = None) -> None:
        """Do it to the log, which has to have that many such events."""
        done = self.connection.exec_driver_sql(statement.replace("%", "%%"))
        assert count is None or done.rowcount == count, statement

    def of(self, number: int) -> str:
        return f"tenant_id = {self.scope.tenant_id} AND event_no = {number}"

    def digest(self, number: int) -> str:
        query = f"SELECT digest FROM finops.audit_event WHERE {self.of(number)}"
        return str(self.connection.exec_driver_sql(query).scalar_one())

    def sign(self, number: int) -> None:
        """Give the event the digest that it would have after the one before as that stands."""
        own = self.scope.tenant_id
        with self.services.engines.tenant(own) as connection:
            fields = {x.event_no: x.fields for x in links(connection, own)}[number]
        digest = digest_of(self.digest(number - 1), fields)
        self.run(f"UPDATE finops.audit_event SET digest = '{digest}' WHERE {self.of(number)}", 1)

    def shift(self, first: int, by: int) -> None:
        """Renumber all events from the first on."""
        here = f"tenant_id = {self.scope.tenant_id}"
        self.run(
            f"UPDATE finops.audit_event SET event_no = -event_no WHERE {here} "
            f"AND event_no >= {first}"
        )
        self.run(
            f"UPDATE finops.audit_event SET event_no = -event_no + {by} WHERE {here} "
            "AND event_no < 0"
        )

    def insert(self, number: int, like: int) -> None:
        """An event of that number, in all else like the other."""
        self.run(
            "INSERT INTO finops.audit_event SELECT tenant_id, "
            f"{number}, at, actor, actor_name, session_id, request_id, action, subject, before, "
            f"after, digest FROM finops.audit_event WHERE {self.of(like)}",
            1,
        )


@pytest.fixture
def admin(services: Services) -> Iterator[Engine]:
    engine = create_engine(services.engines.admin_url)
    yield engine
    engine.dispose()


@pytest.fixture
def log(services: Services, scope: Scope, admin: Engine) -> Iterator[Log]:
    """A log of twenty events, and a copy of it."""
    for number in range(COUNT - 1):
        services.views.save(somebody(scope), Link("/explorer", "x"), Wording(f"View {number}"))
    with admin.connect() as connection:
        found = Log(connection.execution_options(isolation_level="AUTOCOMMIT"), services, scope)
        found.run(
            "CREATE TEMP TABLE kept AS SELECT * FROM finops.audit_event "
            f"WHERE tenant_id = {scope.tenant_id}"
        )
        yield found


def restore(log: Log) -> None:
    """Put the log back as it was."""
    own = log.scope.tenant_id
    log.run(f"DELETE FROM finops.audit_event WHERE tenant_id IN ({own}, -{own})")
    log.run("INSERT INTO finops.audit_event SELECT * FROM kept", COUNT)


def change_a_value(log: Log, chance: random.Random) -> int:
    number, column = chance.randint(1, COUNT - 1), chance.choice(sorted(VALUES))
    value = chance.choice(VALUES[column])
    log.run(f"UPDATE finops.audit_event SET {column} = {value} WHERE {log.of(number)}", 1)
    return number


def change_and_sign(log: Log, chance: random.Random) -> int:
    number = chance.randint(2, COUNT - 1)
    log.run(f"UPDATE finops.audit_event SET actor = 'x' WHERE {log.of(number)}", 1)
    log.sign(number)
    return number + 1


def delete_one(log: Log, chance: random.Random) -> int:
    number = chance.randint(1, COUNT - 1)
    log.run(f"DELETE FROM finops.audit_event WHERE {log.of(number)}", 1)
    return number


def delete_one_and_close_the_gap(log: Log, chance: random.Random) -> int:
    number = delete_one(log, chance)
    log.shift(number + 1, -1)
    return number


def swap_two(log: Log, chance: random.Random) -> int:
    first, second = sorted(chance.sample(range(1, COUNT + 1), 2))
    for old, new in ((first, 0), (second, first), (0, second)):
        log.run(f"UPDATE finops.audit_event SET event_no = {new} WHERE {log.of(old)}", 1)
    return first


def insert_one(log: Log, chance: random.Random) -> int:
    number = chance.randint(2, COUNT)
    log.shift(number, 1)
    log.insert(number, number - 1)
    return number


def insert_one_and_sign(log: Log, chance: random.Random) -> int:
    number = chance.randint(2, COUNT)
    log.shift(number, 1)
    log.insert(number, number + 1)
    log.run(f"UPDATE finops.audit_event SET actor = 'x' WHERE {log.of(number)}", 1)
    log.sign(number)
    return number + 1


def renumber_one(log: Log, chance: random.Random) -> int:
    number, new = chance.randint(1, COUNT), chance.choice([0, -7, COUNT + 1, COUNT + 9, 10**15])
    log.run(f"UPDATE finops.audit_event SET event_no = {new} WHERE {log.of(number)}", 1)
    if number == COUNT and new == COUNT + 1:
        return number
    return min(number, new)


EDITS_KNOWN: tuple[Edit, ...] = (
    change_a_value, change_and_sign, delete_one, delete_one_and_close_the_gap, swap_two,
    insert_one, insert_one_and_sign, renumber_one,
)  # fmt: skip


def test_a_hundred_random_edits_are_found_each_at_its_position(log: Log) -> None:
    chance, wrong = random.Random(20260903), []  # noqa: S311 - no secret, but the same each time
    for number in range(EDITS):
        edit = change_a_value if number % 2 else chance.choice(EDITS_KNOWN)
        expected = edit(log, chance)
        fault = verdict(log.services, log.scope).fault
        if fault is None or fault.event_no != expected:
            wrong.append((edit.__name__, expected, fault))
        restore(log)
        assert verdict(log.services, log.scope).fault is None
    assert wrong == []


@pytest.mark.parametrize("column", VALUES)
def test_no_value_of_any_column_can_be_another(log: Log, column: str) -> None:
    for value in VALUES[column]:
        log.run(f"UPDATE finops.audit_event SET {column} = {value} WHERE {log.of(7)}", 1)
        fault = verdict(log.services, log.scope).fault
        assert fault is not None, value
        assert fault.event_no == 7
        restore(log)


def test_what_the_database_keeps_in_its_own_way_is_no_fault(log: Log) -> None:
    """Names in another order, another spelling of a time: the same values."""
    log.run("SET TIME ZONE 'Asia/Kathmandu'")
    log.run("UPDATE finops.audit_event SET at = at, after = after::text::jsonb, before = before")
    assert verdict(log.services, log.scope).fault is None


def test_a_log_that_was_cut_off_is_found_by_an_anchor(log: Log) -> None:
    anchor = verdict(log.services, log.scope).newest
    log.run(
        f"DELETE FROM finops.audit_event WHERE tenant_id = {log.scope.tenant_id} AND event_no > 17"
    )
    assert verdict(log.services, log.scope).fault is None
    fault = verdict(log.services, log.scope, anchor).fault
    assert fault == Fault(18, "it is missing, with all up to event 20, which the anchor knows")


def test_a_log_that_was_written_anew_to_its_end_is_found_by_an_anchor(log: Log) -> None:
    anchors = {n: Anchor(n, log.digest(n)) for n in (4, 10, 20)}
    log.run(f"UPDATE finops.audit_event SET actor = 'x' WHERE {log.of(5)}", 1)
    for number in range(5, COUNT + 1):
        log.sign(number)
    assert verdict(log.services, log.scope).fault is None
    faults = {n: verdict(log.services, log.scope, anchor).fault for n, anchor in anchors.items()}
    assert {n: fault and fault.event_no for n, fault in faults.items()} == {4: None, 10: 10, 20: 20}


def test_a_log_of_another_tenant_does_not_pass_for_ones_own(log: Log) -> None:
    other = log.services.tenancy.create(f"{log.scope.tenant_slug}-other").tenant_id
    log.run(f"DELETE FROM finops.audit_event WHERE tenant_id = {other}", 1)
    log.run(
        f"INSERT INTO finops.audit_event SELECT {other}, event_no, at, actor, actor_name, "
        "session_id, request_id, action, subject, before, after, digest FROM kept",
        COUNT,
    )
    fault = verdict(log.services, replace(log.scope, tenant_id=other)).fault
    assert fault is not None
    assert fault.event_no == 1

"""The lock that elects: one holder, and free as soon as its holder is gone or silent."""

from __future__ import annotations

import time
from datetime import timedelta
from threading import Barrier, Thread

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import NullPool
from support.scheduling import eventually

from finops_dash.bootstrap import Services
from scheduler.leader import NAME, Leadership


def end_session(admin_url: str, name: str) -> None:
    engine = create_engine(admin_url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    statement = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = :n"
    with engine.connect() as connection:
        connection.execute(text(statement), {"n": f"{NAME} {name}"})


def test_of_many_that_stand_at_once_one_leads(own_engine: Engine) -> None:
    candidates = [Leadership(own_engine.url, f"c{n}") for n in range(8)]
    together = Barrier(len(candidates))

    def stand(candidate: Leadership) -> None:
        together.wait()
        candidate.check()

    threads = [Thread(target=stand, args=(candidate,)) for candidate in candidates]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(candidate.is_held for candidate in candidates) == 1
    assert sum(candidate.check() for candidate in candidates) == 1
    for candidate in candidates:
        candidate.release()


def test_the_lead_passes_on_when_it_is_given_up(own_engine: Engine) -> None:
    first, second = Leadership(own_engine.url, "a"), Leadership(own_engine.url, "b")
    assert (first.check(), second.check()) == (True, False)
    first.release()
    assert not first.is_held
    eventually(second.check, 5)
    assert not first.check()
    second.release()


def test_a_leader_whose_connection_dies_learns_it_and_may_lose_the_lead(own: Services) -> None:
    url = own.engines.app.url
    first, second = Leadership(url, "a"), Leadership(url, "b")
    assert first.check()
    end_session(own.engines.admin_url, "a")
    eventually(second.check, 5)
    assert not first.check()
    second.release()
    eventually(first.check, 5)
    first.release()


def test_a_leader_that_falls_silent_loses_the_lead(own_engine: Engine) -> None:
    silent = Leadership(own_engine.url, "a", timedelta(seconds=0.5))
    other = Leadership(own_engine.url, "b")
    assert silent.check()
    assert not other.check()
    time.sleep(1.0)
    assert not silent.is_held
    assert other.check()
    assert not silent.check()
    other.release()
    silent.release()


def test_without_a_database_nobody_leads(own_engine: Engine) -> None:
    nowhere = Leadership(own_engine.url.set(database="not_there"), "a")
    assert not nowhere.check()
    assert not nowhere.is_held

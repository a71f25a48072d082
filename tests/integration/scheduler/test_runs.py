"""Runs: offered once, claimed by one, watched, failed and tried again, buried when silent."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from finops_dash.bootstrap import Services
from finops_dash.domain.scope import Scope
from finops_dash.services.jobs import MOST_ATTEMPTS, Ended, JobService, Run, Work

AT_ONCE = timedelta(0)


@pytest.fixture
def jobs(services: Services) -> JobService:
    return services.jobs


@pytest.fixture
def claimed(jobs: JobService, scope: Scope) -> Run:
    jobs.offer(scope, "job", [Work("slot")])
    return claim(jobs, scope)


@pytest.fixture
def age(services: Services, scope: Scope) -> Callable[[str], None]:
    """Moves every time of the tenant's runs into the past."""

    def by(interval: str) -> None:
        names = ("queued_at", "started_at", "beat_at", "finished_at", "retry_at")
        moved = ", ".join(f"{name} = {name} - interval '{interval}'" for name in names)
        with services.engines.tenant(scope.tenant_id) as connection:
            connection.execute(text(f"UPDATE finops.job_run SET {moved}"))

    return by


def claim(jobs: JobService, scope: Scope, worker: str = "w1") -> Run:
    (waiting,) = jobs.waiting(scope, "job")
    found = jobs.claim(scope, waiting, worker)
    assert found is not None
    return found


def only(jobs: JobService, scope: Scope) -> Run:
    (found,) = jobs.runs(scope)
    return found


def test_work_offered_twice_waits_once(jobs: JobService, scope: Scope) -> None:
    jobs.offer(scope, "job", [Work("a"), Work("b")])
    jobs.offer(scope, "job", [Work("b"), Work("c")])
    assert [run.slot for run in jobs.waiting(scope, "job")] == ["a", "b", "c"]


def test_of_sixteen_that_claim_at_once_one_gets_the_run(jobs: JobService, scope: Scope) -> None:
    jobs.offer(scope, "job", [Work("slot")])
    (waiting,) = jobs.waiting(scope, "job")
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda n: jobs.claim(scope, waiting, f"w{n}"), range(16)))
    winners = [run for run in found if run is not None]
    assert len(winners) == 1
    assert only(jobs, scope).worker == winners[0].worker
    assert only(jobs, scope).attempt == 1


@pytest.mark.usefixtures("claimed")
def test_what_runs_is_not_waiting_and_not_offered_again(jobs: JobService, scope: Scope) -> None:
    jobs.offer(scope, "job", [Work("slot")])
    assert jobs.waiting(scope, "job") == ()


def test_a_run_shows_what_it_does_and_then_what_it_did(
    jobs: JobService, scope: Scope, claimed: Run
) -> None:
    jobs.report(scope, claimed, "reading", 0.25)
    watched = only(jobs, scope)
    assert (watched.state, watched.message, watched.progress) == ("running", "reading", 0.25)
    assert jobs.finish(scope, claimed, Ended("done", "read 3 rows"))
    ended = only(jobs, scope)
    assert (ended.state, ended.message, ended.progress) == ("done", "read 3 rows", 1.0)
    assert ended.seconds is not None


def test_a_final_failure_keeps_its_reason_and_is_not_tried_again(
    jobs: JobService, scope: Scope, claimed: Run, age: Callable[[str], None]
) -> None:
    jobs.finish(scope, claimed, Ended("failed", "line 3 is broken"))
    age("1 day")
    assert jobs.waiting(scope, "job") == ()
    assert only(jobs, scope).reason == "line 3 is broken"


def test_a_failure_that_may_pass_is_tried_again_later_and_three_times_at_most(
    jobs: JobService, scope: Scope, claimed: Run, age: Callable[[str], None]
) -> None:
    run = claimed
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert run.attempt == attempt
        jobs.finish(scope, run, Ended("failed", "the database went away", again=True))
        assert jobs.waiting(scope, "job") == ()
        age("10 minutes")
        if attempt < MOST_ATTEMPTS:
            run = claim(jobs, scope)
    assert jobs.waiting(scope, "job") == ()
    assert only(jobs, scope).retry_at is None


def test_success_after_a_failure_keeps_why_the_first_attempt_failed(
    jobs: JobService, scope: Scope, claimed: Run, age: Callable[[str], None]
) -> None:
    jobs.finish(scope, claimed, Ended("failed", "no memory", again=True))
    age("10 minutes")
    jobs.finish(scope, claim(jobs, scope), Ended("done", "fine"))
    run = only(jobs, scope)
    assert (run.state, run.message, run.reason) == ("done", "fine", "no memory")


def test_a_run_whose_worker_fell_silent_is_marked_and_may_start_again(
    jobs: JobService, scope: Scope, claimed: Run, age: Callable[[str], None]
) -> None:
    assert jobs.bury(scope) == 0
    age("1 minute")
    assert jobs.bury(scope) == 1
    run = only(jobs, scope)
    assert (run.state, run.reason) == ("failed", "The worker w1 died or hung.")
    assert claim(jobs, scope, "w2").attempt == 2
    assert not jobs.finish(scope, claimed, Ended("done", "too late"))
    assert only(jobs, scope).state == "running"


def test_a_beat_keeps_a_long_run_alive(
    jobs: JobService, scope: Scope, claimed: Run, age: Callable[[str], None]
) -> None:
    age("1 minute")
    jobs.beat(scope, claimed)
    assert jobs.bury(scope) == 0


def test_a_run_that_kills_its_workers_is_given_up(jobs: JobService, scope: Scope) -> None:
    jobs.offer(scope, "job", [Work("slot")])
    for _ in range(MOST_ATTEMPTS):
        claim(jobs, scope)
        jobs.bury(scope, AT_ONCE)
    assert jobs.waiting(scope, "job") == ()
    assert only(jobs, scope).state == "failed"


def test_a_run_put_back_waits_as_if_it_had_never_started(
    jobs: JobService, scope: Scope, claimed: Run
) -> None:
    assert jobs.put_back(scope, claimed)
    (run,) = jobs.waiting(scope, "job")
    assert (run.state, run.attempt, run.worker, run.started_at) == ("queued", 0, None, None)


def test_a_tenant_sees_its_own_runs_alone(
    jobs: JobService, scope: Scope, claimed: Run, demo: Scope
) -> None:
    assert claimed.job_run_id not in {run.job_run_id for run in jobs.runs(demo)}
    assert jobs.claim(demo, claimed, "thief") is None
    assert not jobs.finish(demo, claimed, Ended("done", "stolen"))
    assert only(jobs, scope).state == "running"


def test_the_newest_run_about_each_subject_is_known(jobs: JobService, scope: Scope) -> None:
    works = [Work("1", "a"), Work("2", "b"), Work("3", "a", {"files": {}})]
    jobs.offer(scope, "job", works)
    newest = jobs.newest_by_subject(scope, "job")
    assert {name: run.slot for name, run in newest.items()} == {"a": "3", "b": "2"}


def test_old_runs_are_forgotten_but_not_what_was_delivered(
    jobs: JobService, scope: Scope, age: Callable[[str], None]
) -> None:
    jobs.offer(scope, "job", [Work("plain"), Work("delivery", "folder"), Work("waiting")])
    for run in jobs.waiting(scope, "job")[:2]:
        mine = jobs.claim(scope, run, "w")
        assert mine is not None
        jobs.finish(scope, mine, Ended("done", ""))
    assert jobs.forget(scope, timedelta(days=90)) == 0
    age("91 days")
    assert jobs.forget(scope, timedelta(days=90)) == 1
    assert {run.slot for run in jobs.runs(scope)} == {"delivery", "waiting"}

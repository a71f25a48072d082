"""Child processes: they do the work, die alone, and tell what they cannot do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from support.auditing import events
from support.people import somebody
from support.scheduling import eventually

from finops_dash.bootstrap import Services
from finops_dash.domain.audit import SCHEDULER, Action
from finops_dash.domain.saved_view import Link, Wording
from finops_dash.domain.scope import Scope
from finops_dash.services.jobs import Run, Work
from finops_dash.settings import Settings
from scheduler.children import Child, Children, ChildrenStoppedError


def begun(services: Services, scope: Scope, job: str) -> Run:
    return services.jobs.begin(scope, job, Work("by hand"), "test")


def test_a_child_does_one_piece_of_work_after_the_other(
    services: Services, scope: Scope, settings: Settings
) -> None:
    children = Children(settings)
    with children.one() as child:
        first = child.do(scope, begun(services, scope, "housekeeping"))
        second = child.do(scope, begun(services, scope, "forecast"))
    assert first.state == second.state == "done"
    assert second.words == "There is no data to forecast."
    assert not child.is_alive


def test_what_a_child_changes_is_recorded_as_the_schedulers(
    services: Services, scope: Scope, settings: Settings
) -> None:
    anna = somebody(scope)
    view = services.views.save(anna, Link("/explorer", "x"), Wording("Old"))
    services.views.delete(anna, view.slug)
    with services.engines.tenant(scope.tenant_id) as connection:
        connection.exec_driver_sql(
            "UPDATE finops.saved_view SET deleted_at = now() - interval '31 days'"
        )
    with Children(settings).one() as child:
        child.do(scope, begun(services, scope, "housekeeping"))
    newest = events(services, scope)[0]
    assert (newest.actor, newest.change.action) == (SCHEDULER, Action.VIEWS_FORGOTTEN)


def test_a_killed_child_is_the_end_of_the_attempt_in_words(
    services: Services, scope: Scope, settings: Settings
) -> None:
    children = Children(settings)
    with children.one() as child, ThreadPoolExecutor(1) as pool:
        ended = pool.submit(child.do, scope, begun(services, scope, "housekeeping"))
        child.kill()
        assert ended.result(20).state == "failed"
    assert ended.result().again
    assert "died (signal 9)" in ended.result().words


def test_a_child_that_cannot_connect_says_so(
    services: Services, scope: Scope, settings: Settings, tmp_path: Path
) -> None:
    nowhere = f"postgresql://nobody@/nothing?host={tmp_path}"
    child = Child(replace(settings, database_url=nowhere))
    ended = child.do(scope, begun(services, scope, "housekeeping"))
    child.end()
    assert (ended.state, ended.again) == ("failed", True)
    assert "No such file or directory" in ended.words


def test_no_child_is_started_once_all_are_stopped(settings: Settings) -> None:
    children = Children(settings)
    with children.one() as child:
        children.stop()
        eventually(lambda: not child.is_alive, 10)
    with pytest.raises(ChildrenStoppedError), children.one():
        pass
    mine = psutil.Process().children(recursive=True)
    assert not [process for process in mine if "spawn_main" in " ".join(process.cmdline())]

"""`finops-dash audit verify`: the log holds, or where it does not."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from support.auditing import events
from support.command import Command
from support.people import somebody

from finops_dash.bootstrap import Services
from finops_dash.domain.audit import COMMAND_LINE
from finops_dash.domain.saved_view import Link, Wording
from finops_dash.domain.scope import Scope


@pytest.fixture
def edited(services: Services, scope: Scope) -> None:
    """The log of the test's tenant with its second event of four edited."""
    for number in range(3):
        services.views.save(somebody(scope), Link("/explorer", "x"), Wording(f"View {number}"))
    edit(services, "UPDATE finops.audit_event SET actor = 'x'", scope, 2)


def edit(services: Services, statement: str, scope: Scope, number: int) -> None:
    admin = create_engine(services.engines.admin_url)
    where = f"WHERE tenant_id = {scope.tenant_id} AND event_no = {number}"
    with admin.begin() as connection:
        assert connection.exec_driver_sql(f"{statement} {where}").rowcount == 1
    admin.dispose()


def test_verify_says_how_many_events_there_are_and_which_is_the_newest(
    command: Command, services: Services, scope: Scope
) -> None:
    one = command("audit", "verify", "--tenant", scope.tenant_slug)
    assert (one.code, one.err) == (0, "")
    assert re.fullmatch(r"1 event as they were written\. Newest: 1:[0-9a-f]{64}\n", one.out)
    services.views.save(somebody(scope), Link("/explorer", "x"), Wording("View"))
    anchor = one.out.split()[-1]
    two = command("audit", "verify", "--tenant", scope.tenant_slug, "--anchor", anchor)
    assert two.code == 0
    assert two.out.startswith("2 events as they were written. Newest: 2:")


@pytest.mark.usefixtures("edited")
def test_verify_names_the_event_that_was_edited(command: Command, scope: Scope) -> None:
    ran = command("audit", "verify", "--tenant", scope.tenant_slug)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        "Event 2: it, its digest, or what stood before it is not as it was recorded.\n"
    )


def test_verify_finds_a_log_that_was_cut_off_by_its_anchor(
    command: Command, services: Services, scope: Scope
) -> None:
    services.views.save(somebody(scope), Link("/explorer", "x"), Wording("View"))
    anchor = command("audit", "verify", "--tenant", scope.tenant_slug).out.split()[-1]
    edit(services, "DELETE FROM finops.audit_event", scope, 2)
    assert command("audit", "verify", "--tenant", scope.tenant_slug).code == 0
    ran = command("audit", "verify", "--tenant", scope.tenant_slug, "--anchor", anchor)
    assert ran.code == 1
    assert ran.err.startswith("Event 2: it is missing, with all up to event 2, which the anchor")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [(("--tenant", "nobody"), "There is no tenant 'nobody'"),
     (("--tenant", "nobody", "--anchor", "7"), "'7' is no anchor")],
)  # fmt: skip
def test_what_cannot_be_verified_is_said(
    command: Command, arguments: tuple[str, ...], complaint: str
) -> None:
    ran = command("audit", "verify", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert complaint in ran.err


def test_what_a_command_does_is_recorded_as_the_command_lines(
    command: Command, services: Services, scope: Scope
) -> None:
    command("user", "add", "ann@example.com", "--tenant", scope.tenant_slug, "--role", "admin")
    assert events(services, scope)[0].actor == COMMAND_LINE


def test_a_tenants_export_holds_its_log(
    command: Command, scope: Scope, services: Services, tmp_path: Path
) -> None:
    services.views.save(somebody(scope), Link("/explorer", "x"), Wording("Mine"))
    assert command("tenant", "export", scope.tenant_slug, tmp_path / "out").code == 0
    rows = json.loads((tmp_path / "out" / "tables" / "audit_event.json").read_text())
    found = sorted((row["event_no"], row["action"]) for row in rows)
    assert found == [(1, "tenant.created"), (2, "view.saved")]
    assert all(re.fullmatch("[0-9a-f]{64}", row["digest"]) for row in rows)


def test_a_deleted_tenant_leaves_no_log(command: Command, services: Services, scope: Scope) -> None:
    assert command("tenant", "delete", scope.tenant_slug, "--yes").code == 0
    assert events(services, scope) == ()

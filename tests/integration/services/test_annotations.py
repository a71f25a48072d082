"""Notes: who writes and deletes them, and whom they reach."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from support.people import Somebody, somebody

from finops_dash.bootstrap import Services
from finops_dash.domain.cost_query import CostQuery, Filter
from finops_dash.domain.errors import PermissionDeniedError
from finops_dash.domain.notes import Draft, NoteRefusedError, UnknownNoteError
from finops_dash.domain.period import DateRange
from finops_dash.domain.scope import Scope
from finops_dash.services import annotations as module

DAY = date(2026, 11, 12)
NOVEMBER = DateRange(date(2026, 11, 1), date(2026, 12, 1))
ALL = CostQuery()
EC2 = (Filter("service", ("EC2",)),)


def texts(
    services: Services, who: Somebody, query: CostQuery = ALL, days: DateRange = NOVEMBER
) -> list[str]:
    return [note.text for note in services.annotations.of(who.scope, query, days)]


@pytest.fixture
def anna(scope: Scope) -> Somebody:
    return somebody(scope)


def test_a_note_reaches_everyone_in_the_tenant_with_its_author_and_time(
    services: Services, anna: Somebody
) -> None:
    services.annotations.write(anna, Draft(DAY, DAY + timedelta(days=2), " Sale\nbegins ", EC2))
    viewer = somebody(anna.scope, "vera", "viewer")
    (note,) = services.annotations.of(viewer.scope, CostQuery(filters=EC2), NOVEMBER)
    assert (note.text, note.author_name, note.filters) == ("Sale\nbegins", "Anna", EC2)
    assert (note.first, note.last) == (DAY, DAY + timedelta(days=2))
    assert abs((services.now() - note.written_at).total_seconds()) < 60


def test_notes_come_by_day_and_only_those_of_the_days_and_of_what_is_asked(
    services: Services, anna: Somebody
) -> None:
    for first, last, text, filters in (
        (20, 20, "later", ()), (1, 3, "early", ()), (12, 12, "ec2", EC2),
    ):  # fmt: skip
        draft = Draft(DAY.replace(day=first), DAY.replace(day=last), text, filters)
        services.annotations.write(anna, draft)
    assert texts(services, anna) == ["early", "later"]
    assert texts(services, anna, CostQuery(filters=EC2)) == ["early", "ec2", "later"]
    assert texts(services, anna, days=DateRange(DAY.replace(day=3), DAY.replace(day=20))) == [
        "early"
    ]
    assert texts(services, anna, days=DateRange(DAY.replace(day=4), DAY.replace(day=20))) == []


def test_a_viewer_writes_and_deletes_nothing(services: Services, anna: Somebody) -> None:
    viewer = somebody(anna.scope, "vera", "viewer")
    with pytest.raises(PermissionDeniedError, match="annotations:write"):
        services.annotations.write(viewer, Draft(DAY, DAY, "x"))
    services.annotations.write(anna, Draft(DAY, DAY, "x"))
    (note,) = services.annotations.of(anna.scope, CostQuery(), NOVEMBER)
    with pytest.raises(PermissionDeniedError):
        services.annotations.delete(viewer, note.note_id)


def test_a_note_is_deleted_by_its_author_or_an_admin(services: Services, anna: Somebody) -> None:
    otto, admin = somebody(anna.scope, "otto"), somebody(anna.scope, "ada", "admin")
    for _ in range(2):
        services.annotations.write(anna, Draft(DAY, DAY, "x"))
    first, second = services.annotations.of(anna.scope, CostQuery(), NOVEMBER)
    with pytest.raises(PermissionDeniedError):
        services.annotations.delete(otto, first.note_id)
    services.annotations.delete(anna, first.note_id)
    services.annotations.delete(admin, second.note_id)
    assert texts(services, anna) == []
    with pytest.raises(UnknownNoteError):
        services.annotations.delete(anna, first.note_id)


def test_a_note_of_another_tenant_is_neither_seen_nor_deleted(
    services: Services, anna: Somebody
) -> None:
    services.tenancy.create(slug := f"abroad-{uuid4().hex[:8]}")
    abroad = somebody(services.tenancy.scope(slug), "anna", "owner")
    services.annotations.write(anna, Draft(DAY, DAY, "ours"))
    (note,) = services.annotations.of(anna.scope, CostQuery(), NOVEMBER)
    assert texts(services, abroad) == []
    with pytest.raises(UnknownNoteError):
        services.annotations.delete(abroad, note.note_id)
    assert texts(services, anna) == ["ours"]


@pytest.mark.parametrize("note_id", [0, -1, 2**70, "1", None, 1.5, [], {}])
def test_what_is_no_number_of_a_note_is_unknown(
    services: Services, anna: Somebody, note_id: object
) -> None:
    with pytest.raises(UnknownNoteError):
        services.annotations.delete(anna, note_id)


def test_nobody_writes_endless_notes(
    services: Services, anna: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_NOTES", 1)
    services.annotations.write(anna, Draft(DAY, DAY, "x"))
    with pytest.raises(NoteRefusedError, match="delete old ones"):
        services.annotations.write(anna, Draft(DAY, DAY, "y"))


def test_what_was_read_is_believed_for_a_moment_but_not_by_who_wrote_since(
    services: Services, anna: Somebody
) -> None:
    moments = iter(datetime(2026, 11, 12, 9, 0, second, tzinfo=UTC) for second in range(60))
    here, there = (
        module.Annotations(services.engines, lambda: next(moments), 30.0) for _ in range(2)
    )
    assert here.of(anna.scope, ALL, NOVEMBER) == ()
    there.write(anna, Draft(DAY, DAY, "Launch"))
    assert here.of(anna.scope, ALL, NOVEMBER) == ()
    written = next(moments).timestamp()
    (note,) = here.of(anna.scope, ALL, NOVEMBER, written)
    assert note.text == "Launch"
    assert here.of(anna.scope, ALL, DateRange(DAY + timedelta(days=1), date(2027, 1, 1))) == ()

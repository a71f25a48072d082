"""Saved views: who sees them, who changes them, and that nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from support.people import Somebody, somebody

from finops_dash.bootstrap import Services, build
from finops_dash.domain.errors import PermissionDeniedError
from finops_dash.domain.saved_view import (
    LONGEST_LINK,
    Link,
    SavedView,
    UnknownViewError,
    ViewRefusedError,
    Visibility,
    Wording,
)
from finops_dash.domain.scope import Scope
from finops_dash.domain.texts import TextError
from finops_dash.services import views as module
from finops_dash.services.views import ViewService, is_slug

LINK = Link("/explorer", "group_by=service&period=mtd")
OTHER = Link("/explorer", "group_by=team&period=mtd")
SHARED = Wording("Ours", visibility=Visibility.TENANT)


@pytest.fixture
def views(services: Services) -> ViewService:
    return services.views


@pytest.fixture
def anna(scope: Scope) -> Somebody:
    return somebody(scope)


@pytest.fixture
def other(scope: Scope) -> Somebody:
    """Another analyst of the same tenant."""
    return somebody(scope, "otto")


@pytest.fixture
def viewer(scope: Scope) -> Somebody:
    return somebody(scope, "vera", "viewer")


@pytest.fixture
def admin(scope: Scope) -> Somebody:
    return somebody(scope, "ada", "admin")


@pytest.fixture
def foreigner(services: Services) -> Somebody:
    """Somebody of another tenant, with the same id as Anna."""
    services.tenancy.create(slug := f"abroad-{uuid4().hex[:8]}")
    return somebody(services.tenancy.scope(slug), "anna", "owner")


CHANGES: dict[str, Callable[[ViewService, Somebody, str], object]] = {
    "reword": lambda v, p, slug: v.reword(p, slug, Wording("Mine", visibility=Visibility.TENANT)),
    "save over": lambda v, p, slug: v.save_over(p, slug, OTHER),
    "restore": lambda v, p, slug: v.restore(p, slug, 1),
    "delete": lambda v, p, slug: v.delete(p, slug),
}
READS: dict[str, Callable[[ViewService, Somebody, str], object]] = {
    "find": lambda v, p, slug: v.find(p, slug),
    "versions": lambda v, p, slug: v.versions(p, slug),
    "star": lambda v, p, slug: v.star(p, slug, on=True),
    "land": lambda v, p, slug: v.land_on(p, slug, on=True),
}


def names(found: tuple[SavedView, ...]) -> list[str]:
    return [view.name for view in found]


def test_a_view_is_saved_and_found_again(views: ViewService, anna: Somebody) -> None:
    saved = views.save(anna, LINK, Wording(" Spend by service ", "What we pay\nmonthly"))
    found = views.find(anna, saved.slug)
    assert found == saved
    assert (found.name, found.description) == ("Spend by service", "What we pay\nmonthly")
    assert (found.link, found.owner_name, found.version_no) == (LINK, "Anna", 1)
    assert (found.is_mine, found.starred, found.is_landing) == (True, False, False)
    assert views.listed(anna) == (found,)


def test_a_slug_has_sixteen_characters_and_no_two_are_alike(
    views: ViewService, anna: Somebody
) -> None:
    slugs = {views.save(anna, LINK, Wording("Same name")).slug for _ in range(20)}
    assert len(slugs) == 20
    assert all(len(slug) == 16 and is_slug(slug) for slug in slugs)


@pytest.mark.parametrize("call", {**READS, **CHANGES})
def test_a_private_view_does_not_exist_for_anybody_else(
    views: ViewService, anna: Somebody, other: Somebody, admin: Somebody, call: str
) -> None:
    slug = views.save(anna, LINK, Wording("Secret")).slug
    for person in (other, admin):
        with pytest.raises(UnknownViewError):
            {**READS, **CHANGES}[call](views, person, slug)
        assert views.listed(person) == ()
    assert names(views.listed(anna)) == ["Secret"]


@pytest.mark.parametrize("call", {**READS, **CHANGES})
def test_no_view_exists_for_another_tenant(
    views: ViewService, anna: Somebody, foreigner: Somebody, call: str
) -> None:
    slug = views.save(anna, LINK, SHARED).slug
    with pytest.raises(UnknownViewError):
        {**READS, **CHANGES}[call](views, foreigner, slug)
    assert views.listed(foreigner) == ()
    assert views.landing(foreigner) is None
    assert views.find(anna, slug).version_no == 1


@pytest.mark.parametrize("slug", ["", "x", "x" * 16, "../../etc", "a\0b" * 6, None, 5, ["x"], {}])
def test_what_is_no_slug_is_an_unknown_view(
    views: ViewService, anna: Somebody, slug: object
) -> None:
    with pytest.raises(UnknownViewError):
        views.find(anna, slug)


def test_a_shared_view_is_seen_starred_and_landed_on_by_a_viewer(
    views: ViewService, anna: Somebody, viewer: Somebody
) -> None:
    slug = views.save(anna, LINK, SHARED).slug
    assert views.star(viewer, slug, on=True).starred
    assert views.star(viewer, slug, on=True).starred
    views.land_on(viewer, slug, on=True)
    (seen,) = views.listed(viewer)
    assert (seen.starred, seen.is_landing, seen.is_mine) == (True, True, False)
    assert views.landing(viewer) == seen
    mine = views.find(anna, slug)
    assert (mine.starred, mine.is_landing) == (False, False)
    views.star(viewer, slug, on=False)
    views.land_on(viewer, slug, on=False)
    assert views.landing(viewer) is None
    assert not views.find(viewer, slug).starred


@pytest.mark.parametrize("call", CHANGES)
@pytest.mark.parametrize("who", ["viewer", "other"])
def test_a_shared_view_is_changed_by_nobody_but_its_owner_and_admins(
    views: ViewService, anna: Somebody, admin: Somebody, request: pytest.FixtureRequest,
    call: str, who: str,
) -> None:  # fmt: skip
    slug = views.save(anna, LINK, SHARED).slug
    with pytest.raises(PermissionDeniedError):
        CHANGES[call](views, request.getfixturevalue(who), slug)
    CHANGES[call](views, admin, slug)


def test_a_viewer_saves_nothing(views: ViewService, viewer: Somebody) -> None:
    with pytest.raises(PermissionDeniedError, match="views:write"):
        views.save(viewer, LINK, Wording("Mine"))


def test_who_is_no_longer_an_analyst_changes_not_even_their_own(
    views: ViewService, anna: Somebody
) -> None:
    slug = views.save(anna, LINK, Wording("Mine")).slug
    now = somebody(anna.scope, "anna", "viewer")
    with pytest.raises(PermissionDeniedError):
        views.delete(now, slug)
    assert views.find(now, slug).is_mine


def test_each_change_of_name_or_question_is_a_version_with_who_and_when(
    views: ViewService, anna: Somebody, admin: Somebody
) -> None:
    slug = views.save(anna, LINK, SHARED).slug
    views.reword(admin, slug, replace(SHARED, name="Everybody's"))
    views.save_over(anna, slug, OTHER)
    found = views.versions(anna, slug)
    assert [(v.version_no, v.name, v.link, v.changed_by_name) for v in found] == [
        (3, "Everybody's", OTHER, "Anna"),
        (2, "Everybody's", LINK, "Ada"),
        (1, "Ours", LINK, "Anna"),
    ]
    assert found[0].changed_at > found[1].changed_at > found[2].changed_at


def test_a_new_description_or_visibility_is_no_version(views: ViewService, anna: Somebody) -> None:
    slug = views.save(anna, LINK, Wording("Mine")).slug
    changed = views.reword(anna, slug, Wording("Mine", "For all", Visibility.TENANT))
    assert (changed.description, changed.visibility) == ("For all", Visibility.TENANT)
    assert len(views.versions(anna, slug)) == 1


def test_saving_the_same_again_changes_nothing(views: ViewService, anna: Somebody) -> None:
    saved = views.save(anna, LINK, Wording("Mine"))
    assert views.save_over(anna, saved.slug, LINK) == saved
    assert views.find(anna, saved.slug).changed_at == saved.changed_at


def test_an_old_version_is_restored_as_the_newest(views: ViewService, anna: Somebody) -> None:
    slug = views.save(anna, LINK, Wording("First", "kept")).slug
    views.reword(anna, slug, Wording("Second", "kept"))
    views.save_over(anna, slug, OTHER)
    restored = views.restore(anna, slug, 1)
    assert (restored.name, restored.link, restored.description) == ("First", LINK, "kept")
    newest, *_ = views.versions(anna, slug)
    assert (newest.version_no, newest.restored_from) == (4, 1)
    with pytest.raises(ViewRefusedError, match="no version 9"):
        views.restore(anna, slug, 9)


def test_an_admin_does_not_make_anothers_view_private(
    views: ViewService, anna: Somebody, admin: Somebody
) -> None:
    slug = views.save(anna, LINK, SHARED).slug
    with pytest.raises(ViewRefusedError, match="Anna's"):
        views.reword(admin, slug, Wording("Ours"))


def test_a_deleted_view_is_gone_until_it_is_brought_back_whole(
    views: ViewService, anna: Somebody, viewer: Somebody
) -> None:
    slug = views.save(anna, LINK, SHARED).slug
    views.save_over(anna, slug, OTHER)
    views.star(viewer, slug, on=True)
    views.land_on(viewer, slug, on=True)
    views.delete(anna, slug)
    for person in (anna, viewer):
        assert views.listed(person) == ()
        with pytest.raises(UnknownViewError):
            views.find(person, slug)
    assert views.landing(viewer) is None
    assert names(views.binned(anna)) == ["Ours"]
    assert views.binned(viewer) == ()
    with pytest.raises(PermissionDeniedError):
        views.bring_back(viewer, slug)
    views.bring_back(anna, slug)
    back = views.find(viewer, slug)
    assert (back.link, back.starred, back.is_landing, back.version_no) == (OTHER, True, True, 2)


def test_a_view_is_deleted_for_good_after_thirty_days(
    services: Services, views: ViewService, anna: Somebody, foreigner: Somebody
) -> None:
    slug = views.save(anna, LINK, Wording("Old")).slug
    kept = views.save(anna, LINK, Wording("Kept")).slug
    abroad = views.save(foreigner, LINK, Wording("Abroad")).slug
    views.star(anna, slug, on=True)
    views.delete(anna, slug)
    views.delete(foreigner, abroad)

    def later(days: int) -> ViewService:
        moment = datetime.now(UTC) + timedelta(days=days)
        return build(services.settings, services.engines, now=lambda: moment).views

    assert later(29).forget(anna.scope) == 0
    assert later(31).forget(anna.scope) == 1
    with pytest.raises(UnknownViewError):
        views.bring_back(anna, slug)
    assert views.find(anna, kept)
    views.bring_back(foreigner, abroad)
    with services.engines.tenant(anna.scope.tenant_id) as connection:
        counts = [
            connection.scalar(text(f"SELECT count(*) FROM finops.{table}"))
            for table in ("saved_view_version", "view_star")
        ]
    assert counts == [1, 0]


def test_starred_views_stand_first_then_names_in_order(views: ViewService, anna: Somebody) -> None:
    slugs = {name: views.save(anna, LINK, Wording(name)).slug for name in ("b", "C", "a")}
    views.star(anna, slugs["C"], on=True)
    assert names(views.listed(anna)) == ["C", "a", "b"]


@pytest.mark.parametrize(
    "name", ["", "x" * 10_240, "a\0b", "evil\u202egnp", "\u200f", "two\nlines"]
)
def test_a_hostile_name_is_refused_in_words(name: str) -> None:
    with pytest.raises(TextError, match=r"^The name "):
        Wording(name)


def test_markup_in_a_name_is_kept_as_written(views: ViewService, anna: Somebody) -> None:
    wording = Wording("<img src=x onerror=alert(1)>", "=cmd|' /C calc'!A0")
    assert views.find(anna, views.save(anna, LINK, wording).slug).wording == wording


def test_a_link_that_no_server_would_take_is_refused() -> None:
    with pytest.raises(ViewRefusedError, match="filter by fewer values"):
        Link("/explorer", "x" * LONGEST_LINK)


def test_nobody_keeps_endless_views(
    views: ViewService, anna: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_VIEWS", 2)
    for name in ("one", "two"):
        views.save(anna, LINK, Wording(name))
    with pytest.raises(ViewRefusedError, match="no more fit"):
        views.save(anna, LINK, Wording("three"))

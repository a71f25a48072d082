"""The page of saved views and the Save menu: what they do, and for whom."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from support.answers import components, links
from support.focus import on, write_csv
from support.people import Somebody
from support.visiting import Visitor, failed

from finops_dash.bootstrap import Services
from finops_dash.domain.saved_view import Link, SavedView, Visibility, Wording
from finops_dash.domain.scope import Scope
from finops_dash.security import people

Visit = Callable[[Scope], Visitor]
EXPLORED = {"path": "/explorer", "search": "?group_by=service&period=mtd&utm_source=mail"}
ACT, PRESSED, FORM, EDIT = (
    "views-list.children", "share-panel.is_open", "save-trouble.children", "edit-trouble.children",
)  # fmt: skip


def person(scope: Scope, identity: str = "analyst") -> Somebody:
    """The demo person as the services know them."""
    name, role, _ = people.PEOPLE[identity]
    return Somebody(identity, name, Scope(scope.tenant_id, scope.tenant_slug, role))


def enter(visitor: Visitor, identity: str) -> Visitor:
    """The same browser, signed in as somebody else of the tenant."""
    visitor.sign_in(identity)
    assert visitor.get("/overview").status_code == 200
    return visitor


def save(services: Services, who: Somebody, name: str = "Ours", **more: Any) -> SavedView:
    link = Link("/explorer", "group_by=service&period=mtd")
    return services.views.save(who, link, Wording(name, visibility=Visibility.TENANT, **more))


def shown(answer: Any, part: str) -> Any:
    """What the answer puts into a part's children; None where it leaves it."""
    return answer.json["response"].get(part, {}).get("children")


def text(shown: Any) -> str:
    return json.dumps(shown, ensure_ascii=False)


def test_what_a_page_shows_is_saved_in_its_one_spelling_and_shown_as_that_view(
    visit: Visit, services: Services, scope: Scope
) -> None:
    visitor = visit(scope)
    asked = {"what": "save-as", **EXPLORED}
    opened = visitor.call(PRESSED, asked).json["response"]
    assert opened["share-panel"]["is_open"] is True
    saved = visitor.call(FORM, 1, None, "By service", "Monthly", "tenant", asked)
    (view,) = services.views.listed(person(scope))
    assert (view.name, view.description, view.visibility) == ("By service", "Monthly", "tenant")
    assert (view.path, view.query) == ("/explorer", "group_by=service&period=mtd")
    found = saved.json["response"]
    assert found["share-go"]["data"] == f"/explorer?{view.query}&saved={view.slug}"
    assert found["share-panel"]["is_open"] is False
    assert "By service" in text(found["toast"])
    assert "By service" in visitor.layout("/views").text


@pytest.mark.parametrize(
    ("name", "words"),
    [("", "is empty"), (None, "is empty"), ("x" * 10_240, "100 at most"), ("a\0b", "no text"),
     ("\u202egnp", "turn the text"), (["x"], "is missing")],
)  # fmt: skip
def test_a_hostile_name_is_a_sentence_beside_the_field(
    visit: Visit, services: Services, scope: Scope, name: object, words: str
) -> None:
    answer = visit(scope).call(FORM, 1, None, name, "", "private", {"what": "save-as", **EXPLORED})
    assert not failed(answer)
    assert words in text(shown(answer, "save-trouble"))
    assert services.views.listed(person(scope)) == ()


@pytest.mark.parametrize("who", ["", None, "team", "everyone", 5, {}])
def test_a_view_for_whom_nobody_can_be_is_refused(
    visit: Visit, services: Services, scope: Scope, who: object
) -> None:
    answer = visit(scope).call(FORM, 1, None, "Name", "", who, {"what": "save-as", **EXPLORED})
    assert "Choose who sees the view" in text(shown(answer, "save-trouble"))
    assert services.views.listed(person(scope)) == ()


@pytest.mark.parametrize(
    "asked",
    [None, 5, [], {}, {"path": "/login"}, {"path": "//evil.example"}, {"path": ["/explorer"]},
     {"path": "/views", "search": ""}, {"what": "save", "path": "/nowhere"}],
)  # fmt: skip
def test_only_pages_of_cost_can_be_saved(
    visit: Visit, services: Services, scope: Scope, asked: object
) -> None:
    visitor = visit(scope)
    for output, values in ((FORM, (1, None, "Name", "", "private", asked)), (PRESSED, (asked,))):
        answer = visitor.call(output, *values)
        assert not failed(answer)
        assert answer.json["response"] == {}
    assert services.views.listed(person(scope)) == ()


def test_a_link_too_long_to_be_opened_again_is_refused_in_words(visit: Visit, scope: Scope) -> None:
    values = "|".join(f"service number {n:04}" for n in range(450))
    asked = {"path": "/explorer", "search": f"?filter=service:{values}"}
    answer = visit(scope).call(FORM, 1, None, "Long", "", "private", asked)
    assert "filter by fewer values" in text(shown(answer, "save-trouble"))


def test_saving_again_is_a_version_of_the_view_that_was_opened(
    visit: Visit, services: Services, scope: Scope
) -> None:
    visitor, anna = visit(scope), person(scope)
    view = save(services, anna)
    asked = {"what": "save", "path": "/explorer", "search": f"?group_by=team&saved={view.slug}"}
    answer = visitor.call(PRESSED, asked)
    assert (
        answer.json["response"]["share-go"]["data"] == f"/explorer?group_by=team&saved={view.slug}"
    )
    assert services.views.find(anna, view.slug).query == "group_by=team"
    assert len(services.views.versions(anna, view.slug)) == 2
    again = visitor.call(PRESSED, asked)
    assert "shows this already" in text(shown(again, "toast"))


def test_saving_over_anothers_view_offers_ones_own(
    visit: Visit, services: Services, scope: Scope
) -> None:
    visitor, admin = visit(scope), person(scope, "admin")
    view = save(services, admin)
    asked = {"what": "save", "path": "/explorer", "search": f"?group_by=team&saved={view.slug}"}
    answer = visitor.call(PRESSED, asked)
    assert "Ada Admin's. Save what you see as a view of your own" in text(
        shown(answer, "share-body")
    )
    assert services.views.find(admin, view.slug).version_no == 1


def test_a_viewer_has_no_save_in_the_menu_and_none_behind_it(
    visit: Visit, services: Services, demo: Scope, scope: Scope
) -> None:
    viewer = enter(visit(demo), "viewer")
    page = viewer.layout("/explorer").json
    pressed = {item["props"].get("data-share") for item in components(page)}
    assert not pressed & {"save", "save-as"}
    asked = {"what": "save-as", **EXPLORED}
    refused = enter(visit(scope), "viewer").call(FORM, 1, None, "Mine", "", "private", asked)
    assert "does not include views:write" in text(shown(refused, "save-trouble"))
    assert services.views.listed(person(scope, "viewer")) == ()


def test_a_page_says_which_view_it_is_and_when_it_shows_something_else(
    visit: Visit, services: Services, scope: Scope
) -> None:
    visitor = visit(scope)
    view = save(services, person(scope))
    same = visitor.call(
        "view-line.children", {"path": "/explorer", "search": f"?{view.query}&saved={view.slug}"}
    )
    assert '"data-title": "Ours"' in text(shown(same, "view-line"))
    assert "changed since" not in same.text
    other = visitor.call(
        "view-line.children", {"path": "/explorer", "search": f"?saved={view.slug}"}
    )
    assert "changed since it was saved" in other.text
    none = visitor.call("view-line.children", {"path": "/explorer", "search": ""})
    assert shown(none, "view-line") == []


def test_a_link_to_a_view_draws_without_a_notice(visit: Visit, demo: Scope) -> None:
    answer = visit(demo).call("explorer-answer.children", "group_by=service&saved=abcdefghijklmnop")
    assert "was left out" not in answer.text


def test_a_viewer_stars_and_lands_on_a_shared_view(
    visit: Visit, services: Services, scope: Scope
) -> None:
    view = save(services, person(scope))
    viewer = enter(visit(scope), "viewer")
    assert viewer.get("/").headers["Location"] == "/overview"
    for act in ("star", "land"):
        assert not failed(viewer.call(ACT, {"act": act, "slug": view.slug}, "all"))
    seen = services.views.find(person(scope, "viewer"), view.slug)
    assert (seen.starred, seen.is_landing) == (True, True)
    assert viewer.get("/").headers["Location"] == f"/explorer?{view.query}&saved={view.slug}"
    viewer.call(ACT, {"act": "unland", "slug": view.slug}, "all")
    assert viewer.get("/").headers["Location"] == "/overview"


@pytest.mark.parametrize("gone", ["deleted", "made private", "page is no more"])
def test_who_lands_on_a_view_that_is_gone_lands_on_the_overview(
    visit: Visit, services: Services, scope: Scope, gone: str
) -> None:
    anna, vera = person(scope), person(scope, "viewer")
    path = "/nowhere" if gone == "page is no more" else "/explorer"
    wording = Wording("Ours", visibility=Visibility.TENANT)
    view = services.views.save(anna, Link(path, ""), wording)
    services.views.land_on(vera, view.slug, on=True)
    if gone == "deleted":
        services.views.delete(anna, view.slug)
    if gone == "made private":
        services.views.reword(anna, view.slug, Wording("Ours"))
    viewer = enter(visit(scope), "viewer")
    assert viewer.get("/").headers["Location"] == "/overview"


def test_a_view_is_renamed_restored_deleted_and_brought_back(
    visit: Visit, services: Services, scope: Scope
) -> None:
    visitor, anna = visit(scope), person(scope)
    slug = save(services, anna).slug
    form = visitor.call(ACT, {"act": "edit", "slug": slug}, "all")
    assert '"value": "Ours"' in text(shown(form, "views-body"))
    visitor.call(EDIT, 1, None, "Theirs", "New words", "private", {"slug": slug}, "all")
    changed = services.views.find(anna, slug)
    assert (changed.name, changed.description, changed.visibility) == (
        "Theirs",
        "New words",
        "private",
    )
    history = visitor.call(ACT, {"act": "versions", "slug": slug}, "all")
    assert "Restore version 1" in history.text
    restored = visitor.call(ACT, {"act": "restore", "slug": slug, "version": "1"}, "all")
    assert "as version 3" in text(shown(restored, "toast"))
    assert services.views.find(anna, slug).name == "Ours"
    deleted = visitor.call(ACT, {"act": "delete", "slug": slug}, "all")
    assert '"data-act": "undelete"' in text(shown(deleted, "toast"))
    assert services.views.listed(anna) == ()
    assert "Deleted (1)" in visitor.layout("/views").text
    visitor.call(ACT, {"act": "undelete", "slug": slug}, "all")
    assert services.views.find(anna, slug).version_no == 3


def test_a_renaming_that_is_refused_stays_in_its_form(
    visit: Visit, services: Services, scope: Scope
) -> None:
    visitor, anna = visit(scope), person(scope)
    slug = save(services, anna).slug
    answer = visitor.call(EDIT, 1, None, " ", "", "tenant", {"slug": slug}, "all")
    assert "The name is empty" in text(shown(answer, "edit-trouble"))
    assert services.views.find(anna, slug).name == "Ours"


@pytest.mark.parametrize("act", ["edit", "delete", "restore", "undelete"])
def test_what_a_person_may_not_do_is_said_and_not_done(
    visit: Visit, services: Services, scope: Scope, act: str
) -> None:
    admin = person(scope, "admin")
    slug = save(services, admin).slug
    visitor = visit(scope)
    page = visitor.layout("/views").json
    acts = {item["props"].get("data-act") for item in components(page)}
    assert not acts & {"edit", "delete"}
    answer = visitor.call(ACT, {"act": act, "slug": slug, "version": "1"}, "all")
    assert not failed(answer)
    assert "toast-text" in text(shown(answer, "toast"))
    assert services.views.find(admin, slug).version_no == 1


@pytest.mark.parametrize("act", ["edit", "versions", "restore", "star", "land", "delete"])
def test_a_view_of_another_person_or_tenant_is_not_there(
    visit: Visit, services: Services, scope: Scope, act: str
) -> None:
    services.tenancy.create(slug := f"abroad-{uuid4().hex[:8]}")
    abroad = services.tenancy.scope(slug)
    link = Link("/explorer", "")
    hidden = [
        services.views.save(person(scope, "admin"), link, Wording("canary")).slug,
        save(services, person(abroad), "canary").slug,
    ]
    visitor = visit(scope)
    unknown = visitor.call(ACT, {"act": act, "slug": "abcdefghijklmnop"}, "all")
    for slug in hidden:
        answer = visitor.call(ACT, {"act": act, "slug": slug}, "all")
        assert "no such view, or you have no access" in text(shown(answer, "toast"))
        assert "canary" not in answer.text
        assert _without_keys(answer.text) == _without_keys(unknown.text)
        line = visitor.call("view-line.children", {"path": "/explorer", "search": f"?saved={slug}"})
        assert "is gone, or you have no access to it" in line.text
        assert "canary" not in line.text
    assert "canary" not in visitor.layout("/views").text


def _without_keys(answer: str) -> str:
    found = json.loads(answer)
    found["response"]["toast"]["children"]["props"].pop("key")
    return json.dumps(found)


@pytest.mark.parametrize("asked", [None, 5, [], {}, {"act": "explode"}, {"act": ["star"]},
                                   {"act": "restore", "slug": "x", "version": {}}])  # fmt: skip
def test_a_press_of_nothing_harms_nothing(visit: Visit, scope: Scope, asked: object) -> None:
    assert not failed(visit(scope).call(ACT, asked, ["all"]))


def test_the_list_can_be_narrowed_and_says_what_a_link_got_wrong(
    visit: Visit, services: Services, scope: Scope
) -> None:
    visitor = visit(scope)
    assert "No view has been saved yet" in visitor.layout("/views").text
    mine, theirs = (
        save(services, person(scope), "Mine"),
        save(services, person(scope, "admin"), "Adas"),
    )
    services.views.star(person(scope), theirs.slug, on=True)
    assert mine.slug in visitor.layout("/views", "?show=mine").text
    assert theirs.slug not in visitor.layout("/views", "?show=mine").text
    assert mine.slug not in visitor.layout("/views", "?show=starred").text
    wrong = visitor.layout("/views", "?show=yours&x=<b>").text
    assert "choose one of all, starred, mine" in wrong
    assert mine.slug in wrong


@pytest.mark.parametrize("path", ["/overview", "/explorer"])
def test_a_link_of_an_earlier_moment_says_what_has_changed_since(
    visit: Visit, services: Services, scope: Scope, tmp_path: Path, path: str
) -> None:
    visitor, yesterday = visit(scope), services.now().date() - timedelta(days=1)
    for number, cost in enumerate(("5", "12.5")):
        then = services.now()
        bill = write_csv(tmp_path / f"{number}.csv", [on(str(yesterday), EffectiveCost=cost)])
        services.ingestion.ingest(scope, [str(bill)], source="bill")
    asked = {"path": path, "search": f"?period={yesterday}&as_of={then:%Y-%m-%dT%H:%M:%S.%fZ}"}
    line = visitor.call("view-line.children", asked)
    assert "+$7.50 of late charges since then" in line.text
    assert f"{path}?period={yesterday}" in links(line.json)
    plain = visitor.call("view-line.children", {"path": path, "search": f"?period={yesterday}"})
    assert shown(plain, "view-line") == []


def test_parts_that_cannot_be_had_of_an_earlier_moment_say_so_and_the_others_stand(
    visit: Visit, demo: Scope, services: Services
) -> None:
    search = f"as_of={services.now():%Y-%m-%dT%H:%M:%SZ}"
    drawn = visit(demo).draw("/overview", search)
    assert not [output for output, answer in drawn.items() if failed(answer)]
    assert "kept as they stand now only" in drawn["overview-resources.children"].text
    assert "kept as they stand now only" not in drawn["overview-trend.children"].text
    explored = visit(demo).call("explorer-answer.children", f"group_by=resource&{search}")
    assert "kept as they stand now only" in explored.text

"""`/s/<slug>` leads to a page of ours that shows cost, or nowhere; it says nothing of others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin, urlsplit
from uuid import uuid4

import pytest
from sqlalchemy import text
from support.people import Somebody, somebody
from support.visiting import Visitor

from finops_dash.bootstrap import Services
from finops_dash.domain.saved_view import LONGEST_LINK, Link, Visibility, Wording
from finops_dash.domain.scope import Scope
from finops_dash.domain.url import from_url

Visit = Callable[[Scope], Visitor]
PRESSED = "share-panel.is_open"
ELSEWHERE = (
    "//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "",
    "/explorer/../../evil", "/explorer\r\nSet-Cookie: a=b", "evil.example", "/logout", "/nowhere",
    "/_dash-layout", "/s/abcdefghijklmnop", "/explorer@evil.example", "\t//evil.example", "/",
)  # fmt: skip


def pressed(visitor: Visitor, what: str, search: str, path: str = "/explorer") -> Any:
    return visitor.call(PRESSED, {"what": what, "path": path, "search": search})


def link_in(answer: Any) -> str:
    """The link that the panel gives."""
    (_, _, rest) = answer.text.partition('"data-link":"')
    return str(rest.partition('"')[0].encode().decode("unicode_escape"))


def analyst(scope: Scope) -> Somebody:
    return somebody(scope, "analyst")


def store(services: Services, scope: Scope, path: str, query: str) -> str:
    """A short link in the store, past every check of the service."""
    slug = uuid4().hex[:16]
    insert = text(
        "INSERT INTO finops.short_link VALUES (:tenant, :slug, :slug, :path, :query, 'x', now())"
    )
    values = {"tenant": scope.tenant_id, "slug": slug, "path": path, "query": query}
    with services.engines.tenant(scope.tenant_id) as connection:
        connection.execute(insert, values)
    return slug


def test_a_short_link_leads_to_the_canonical_address(visit: Visit, scope: Scope) -> None:
    visitor = visit(scope)
    short = link_in(pressed(visitor, "short", "?period=mtd&group_by=service&utm_source=mail"))
    assert short.startswith("/s/")
    followed = visitor.get(short)
    assert followed.status_code == 302
    assert followed.headers["Location"] == "/explorer?group_by=service&period=mtd"
    again = pressed(visitor, "short", "?group_by=service&period=mtd")
    assert link_in(again) == short


def test_a_link_of_many_filters_survives_its_short_form(visit: Visit, scope: Scope) -> None:
    visitor = visit(scope)
    values = "|".join(f"service {n} & more" for n in range(180))
    asked, notices = from_url({"filter": f"service:{values}"})
    assert notices == ()
    search = "?" + "filter=service:" + values.replace(" ", "%20").replace("&", "%26")
    copied = pressed(visitor, "copy", search)
    assert "Use a short link instead" in copied.text
    location = visitor.get(link_in(pressed(visitor, "short", search))).headers["Location"]
    assert from_url(location.partition("?")[2]) == (asked, ())
    assert 1500 < len(location) <= LONGEST_LINK


@pytest.mark.parametrize("path", ELSEWHERE)
@pytest.mark.parametrize("query", ["", "group_by=service", "//evil.example"])
def test_whatever_is_stored_a_short_link_leads_to_no_other_place(
    visit: Visit, services: Services, scope: Scope, path: str, query: str
) -> None:
    followed = visit(scope).get(f"/s/{store(services, scope, path, query)}")
    assert followed.status_code == 404
    assert "Location" not in followed.headers


@pytest.mark.parametrize(
    "query",
    ["//evil.example", "next=//evil.example", "\r\nLocation: //evil.example", "#//evil.example",
     "filter=service:https://evil.example", "saved=//evil", "group_by=service\\@evil.example"],
)  # fmt: skip
def test_no_query_takes_the_browser_elsewhere(
    visit: Visit, services: Services, scope: Scope, query: str
) -> None:
    followed = visit(scope).get(f"/s/{store(services, scope, '/explorer', query)}")
    assert followed.status_code == 302
    target = urlsplit(urljoin("http://ours.example/s/x", followed.headers["Location"]))
    assert (target.netloc, target.path) == ("ours.example", "/explorer")


@pytest.mark.parametrize(
    "slug",
    ["x", "x" * 16, "%00" * 16, "é" * 16, "x" * 3000, "%5cevil.example"],
)
def test_what_leads_nowhere_is_404_in_words(visit: Visit, scope: Scope, slug: str) -> None:
    answer = visit(scope).get(f"/s/{slug}")
    assert answer.status_code == 404


def test_unknown_foreign_and_private_get_the_same_answer(
    visit: Visit, services: Services, scope: Scope
) -> None:
    services.tenancy.create(name := f"abroad-{uuid4().hex[:8]}")
    abroad = services.tenancy.scope(name)
    link = Link("/explorer", "group_by=service")
    slugs = [
        "abcdefghijklmnop",
        services.short_links.slug(somebody(abroad), link),
        services.views.save(somebody(abroad), link, Wording("x", "", Visibility.TENANT)).slug,
        services.views.save(somebody(scope, "admin"), link, Wording("x")).slug,
    ]
    visitor = visit(scope)
    answers = [visitor.get(f"/s/{slug}") for slug in slugs]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert "you have no access to this view" in answers[0].text


def test_a_shared_view_has_a_short_link_of_its_own(
    visit: Visit, services: Services, scope: Scope
) -> None:
    visitor, link = visit(scope), Link("/explorer", "group_by=service")
    shared = services.views.save(analyst(scope), link, Wording("Ours", "", Visibility.TENANT))
    private = services.views.save(analyst(scope), link, Wording("Mine"))
    search = f"?{link.query}&saved="
    assert link_in(pressed(visitor, "short", search + shared.slug)) == f"/s/{shared.slug}"
    assert visitor.get(f"/s/{shared.slug}").headers["Location"] == f"/explorer{search}{shared.slug}"
    assert private.slug not in pressed(visitor, "short", search + private.slug).text
    assert private.slug not in pressed(visitor, "copy", search + private.slug).text
    changed = pressed(visitor, "short", f"?group_by=team&saved={shared.slug}")
    assert shared.slug not in changed.text


def test_a_stranger_signs_in_first_and_then_follows(stranger: Visitor) -> None:
    answer = stranger.get("/s/abcdefghijklmnop")
    assert answer.headers["Location"] == "/login?next=%2Fs%2Fabcdefghijklmnop"


def test_pinned_dates_stand_in_the_link(visit: Visit, demo: Scope, services: Services) -> None:
    visitor = visit(demo)
    answer = pressed(visitor, "pin", "?period=mtd&compare=previous-period&group_by=service")
    href = answer.json["response"]["share-go"]["data"]
    today = services.now().date()
    assert f"period={today:%Y-%m}-01" in href or today.day == 1
    assert "compare=previous-period" not in href
    assert "The dates are fixed already" in pressed(visitor, "pin", "?period=2026-10").text


def test_the_overview_pins_the_whole_days_it_shows(
    visit: Visit, demo: Scope, services: Services
) -> None:
    asked = "?period=mtd"
    answer = pressed(visit(demo), "pin", asked, "/overview")
    href = answer.json["response"]["share-go"]["data"]
    fixed, _ = from_url(href.partition("?")[2])
    today = services.now().date()
    before = services.overview.view(demo, from_url("period=mtd&compare=previous-period")[0], today)
    after = services.overview.view(demo, fixed, today)
    assert before is not None
    assert after is not None
    assert after.days == before.days
    first = services.overview.course_before(demo, before)
    then = services.overview.course_before(demo, after)
    assert (first and first.days) == (then and then.days)


def test_a_link_as_of_now_fixes_the_days_and_the_data(
    visit: Visit, demo: Scope, services: Services
) -> None:
    link = link_in(pressed(visit(demo), "as-of", "?period=last-7-days"))
    query, notices = from_url(link.partition("?")[2])
    assert notices == ()
    assert query.as_of is not None
    assert abs((services.now() - query.as_of).total_seconds()) < 60
    assert query.as_of.microsecond == 0
    assert not query.period.is_relative


@pytest.mark.parametrize("what", ["copy", "short", "as-of", "pin", "explode", None, 5])
@pytest.mark.parametrize("search", ["?period=never", "?filter=service:%00", "x" * 9000, None, 5])
def test_no_press_fails_whatever_the_address_says(
    visit: Visit, demo: Scope, what: object, search: object
) -> None:
    answer = visit(demo).call(PRESSED, {"what": what, "path": "/explorer", "search": search})
    assert answer.status_code == 200
    assert "could not be drawn" not in answer.text


def test_a_link_too_long_for_any_server_is_refused_in_words(visit: Visit, demo: Scope) -> None:
    search = "?filter=service:" + "|".join(f"{n:020}" for n in range(450))
    for what in ("copy", "short", "as-of"):
        assert "filter by fewer values" in pressed(visit(demo), what, search).text

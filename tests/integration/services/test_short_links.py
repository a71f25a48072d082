"""Short links: one per question and tenant, and none leads into another tenant."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from support.people import somebody

from finops_dash.bootstrap import Services
from finops_dash.domain.errors import PermissionDeniedError
from finops_dash.domain.saved_view import Link, UnknownViewError, ViewRefusedError
from finops_dash.domain.scope import Scope
from finops_dash.services import short_links as module
from finops_dash.services.views import is_slug

LINK = Link("/explorer", "filter=service:a|b&group_by=team")


def test_a_slug_leads_back_to_its_link(services: Services, scope: Scope) -> None:
    slug = services.short_links.slug(somebody(scope), LINK)
    assert is_slug(slug)
    assert len(slug) == 16
    assert services.short_links.find(scope, slug) == LINK


def test_the_same_link_has_the_same_slug_whoever_asks(services: Services, scope: Scope) -> None:
    anna, vera = somebody(scope), somebody(scope, "vera", "viewer")
    first = services.short_links.slug(anna, LINK)
    assert services.short_links.slug(vera, LINK) == first
    assert services.short_links.slug(anna, Link("/overview", LINK.query)) != first


def test_two_who_ask_at_once_get_the_same_slug(services: Services, scope: Scope) -> None:
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(services.short_links.slug, somebody(scope), LINK) for _ in range(16)]
        assert len({future.result() for future in asked}) == 1


def test_a_slug_of_one_tenant_is_unknown_in_another(services: Services, scope: Scope) -> None:
    services.tenancy.create(name := f"abroad-{uuid4().hex[:8]}")
    abroad = services.tenancy.scope(name)
    slug = services.short_links.slug(somebody(scope), LINK)
    with pytest.raises(UnknownViewError):
        services.short_links.find(abroad, slug)
    assert services.short_links.slug(somebody(abroad), LINK) != slug


@pytest.mark.parametrize("slug", ["", "short", "x" * 16, "a\0b" * 6, "../" * 6, None, 7, "é" * 16])
def test_what_is_no_slug_is_unknown(services: Services, scope: Scope, slug: object) -> None:
    with pytest.raises(UnknownViewError):
        services.short_links.find(scope, slug)


def test_who_may_read_no_cost_makes_no_link(services: Services, scope: Scope) -> None:
    with pytest.raises(PermissionDeniedError):
        services.short_links.slug(somebody(scope, role="nobody"), LINK)


def test_nobody_makes_endless_links(
    services: Services, scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_LINKS", 1)
    services.short_links.slug(somebody(scope), LINK)
    assert services.short_links.slug(somebody(scope), LINK)
    with pytest.raises(ViewRefusedError, match="as many as one person can"):
        services.short_links.slug(somebody(scope), Link("/overview", ""))

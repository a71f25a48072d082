"""Signed in to one tenant, nothing of the web application shows a byte of another."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from support.focus import on, write_csv
from support.people import somebody
from support.visiting import VIEWS, Visitor

from finops_dash.bootstrap import Services
from finops_dash.components.dashboard.templates import TEMPLATES
from finops_dash.domain.saved_view import Link, Visibility, Wording
from finops_dash.domain.scope import Scope

CANARY = "canary-of-b"
COST = "7654321"
LAST = date.today() - timedelta(days=1)  # noqa: DTZ011 - bills of these days, wherever the test runs
LINKS = ("", "map=weekday", "map=hour", "map=service", "map=account&period=all",
         f"filter=service:{CANARY}", "filter=tag:team:~canary", "period=all&currency=CHF",
         f"filter=sub_account:{CANARY}&filter=provider:{CANARY}", "group_by=resource&period=all",
         "group_by=tag:team,service,billing_currency&period=all&grain=month", "group_by=commitment",
         "group_by=invoice&period=all",
         "measure=list_cost&group_by=sub_account&period=all",
         "from_measure=list_cost&step=negotiated&period=last-30-days",
         f"filter=team:{CANARY}&from_filter=service:{CANARY}&step=new&period=last-30-days",
         "period=last-7-days&compare=last-30-days&step=volume")  # fmt: skip
CARDS = tuple(card.text for template in TEMPLATES for card in template.cards)


def bill(folder: Path, name: str, cost: str, currency: str) -> Path:
    """Two months of charges whose every name is the given one."""
    named = {
        "ServiceName": name, "SubAccountId": name, "SubAccountName": name, "ResourceId": name,
        "ResourceName": name, "BillingAccountId": name, "BillingAccountName": name,
        "ProviderName": name, "RegionId": name, "InvoiceId": name, "Tags": f'{{"team": "{name}"}}',
        "EffectiveCost": cost, "BilledCost": cost, "BillingCurrency": currency,
    }  # fmt: skip
    days = [(LAST - timedelta(days=n)).isoformat() for n in range(40)]
    return write_csv(folder / f"{name}.csv", [on(day, **named) for day in days])


@pytest.fixture(scope="module")
def tenants(services: Services, tmp_path_factory: pytest.TempPathFactory) -> tuple[Scope, Scope]:
    """Ours and theirs, who has the canary in every name and in every amount."""
    folder, scopes = tmp_path_factory.mktemp("isolation"), []
    for name, cost, currency in (("ours", "5", "USD"), (CANARY, COST, "CHF")):
        slug = f"{name}-{uuid4().hex[:8]}"
        services.tenancy.create(slug, name.title())
        scope = services.tenancy.scope(slug, "finops")
        services.ingestion.ingest(scope, [str(bill(folder, name, cost, currency))], source=name)
        link = Link("/explorer", f"filter=service:{name}")
        services.views.save(somebody(scope), link, Wording(name, name, Visibility.TENANT))
        scopes.append(scope)
    return scopes[0], scopes[1]


def everything(visitor: Visitor, search: str) -> Iterator[tuple[str, str]]:
    """All that a person may see for a query string: pages, callbacks, the basis, the file."""
    for path in VIEWS:
        yield path, visitor.get(f"{path}?{search}").text
        yield f"layout of {path}", visitor.layout(path, f"?{search}").text
        for output, answer in visitor.draw(path, search).items():
            yield output, answer.text
    yield "rows", visitor.read_rows(search).text
    for name in ("service", "sub_account", "tag:team", "resource", "billing_currency"):
        yield f"options of {name}", visitor.get(f"/_options/{name}?{search}").text
    for text in ("canary", "o", "team"):
        yield f"search for {text}", visitor.get(f"/_search?q={text}").text
    why = "..why-panel.is_open...why-body.children.."
    for card in CARDS:
        yield card, visitor.card(card, search).text
    yield why, visitor.call(why, {"query": search, "at": 1}).text
    yield "file", visitor.call("overview-file.data", 1, search).text
    yield "layout of /views", visitor.layout("/views").text
    for path in ("/_dash-layout", "/_dash-dependencies", "/nowhere", "/views"):
        yield path, visitor.get(path).text


def asked_for(search: str) -> bool:
    return CANARY in search


@pytest.mark.parametrize("search", LINKS)
def test_nothing_of_another_tenant_is_shown(
    visit: Callable[[Scope], Visitor], tenants: tuple[Scope, Scope], search: str
) -> None:
    ours, theirs = tenants
    with_them = visit(theirs)
    seen = dict(everything(with_them, search))  # so that anything kept of theirs is kept
    assert any(CANARY in text for text in seen.values())
    for where, text in everything(visit(ours), search):
        assert theirs.tenant_slug not in text, where
        assert COST not in text.replace(",", ""), where
        assert "7.65M" not in text, where
        assert asked_for(search) or CANARY not in text.lower(), where
        assert "CHF" in search or not re.search(r"\bCHF\b", text), where  # a token may hold it


def test_asking_for_anothers_names_finds_nothing(
    visit: Callable[[Scope], Visitor], tenants: tuple[Scope, Scope]
) -> None:
    ours, theirs = tenants
    query = f"filter=service:{CANARY}&period=all&group_by=sub_account"
    answer = "explorer-answer.children"
    assert "No cost for this filter and period" not in visit(theirs).call(answer, query).text
    assert "No cost for this filter and period" in visit(ours).call(answer, query).text


def test_two_people_at_once_see_their_own_tenants(
    visit: Callable[[Scope], Visitor], tenants: tuple[Scope, Scope]
) -> None:
    for scope, own in (*zip(tenants, ("ours", CANARY), strict=True),) * 3:
        shown = visit(scope).call("overview-services.children", "").text
        other = {"ours", CANARY} - {own}
        assert own in shown
        assert not any(name in shown for name in other)

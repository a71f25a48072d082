"""The menu of what can be taken along: real links, and no button that does nothing."""

from __future__ import annotations

import shlex
from typing import Any

from dash.development.base_component import Component

from finops_dash.components.export_menu import export_menu
from finops_dash.domain.url import from_url

QUERY = from_url("group_by=service&filter=service:It's|A %26 B&period=2026-09")[0]


def parts(component: Any) -> list[Component]:
    """The component and all that is in it."""
    if isinstance(component, list | tuple):
        return [part for child in component for part in parts(child)]
    if not isinstance(component, Component):
        return []
    return [component, *parts(getattr(component, "children", None))]


def attributes(name: str, *args: Any, **more: Any) -> list[str]:
    found = [part.to_plotly_json()["props"] for part in parts(export_menu(*args, **more))]
    return [props[name] for props in found if name in props]


def test_every_file_is_a_plain_link_to_the_query() -> None:
    links = attributes("href", QUERY, "acme")
    assert len(links) == 6
    for link in links:
        assert link.startswith("/export/")
        assert from_url(link.partition("?")[2]) == (QUERY, ())
    assert {link.partition("?")[0] for link in links} == {
        f"/export/{what}.{kind}"
        for what in ("cost", "charges")
        for kind in ("csv", "xlsx", "parquet")
    }


def test_the_lines_may_be_those_of_another_query() -> None:
    other = from_url("period=2026-09")[0]
    links = attributes("href", QUERY, "acme", other)
    assert [link for link in links if "charges" in link] == [
        f"/export/charges.{kind}?period=2026-09" for kind in ("csv", "xlsx", "parquet")
    ]


def test_the_command_survives_a_shell() -> None:
    (line,) = attributes("data-copy", QUERY, "acme")
    program, command, query, option, tenant = shlex.split(line)
    assert (program, command, option, tenant) == ("finops-dash", "query", "--tenant", "acme")
    assert from_url(query) == (QUERY, ())


def test_only_a_page_with_one_picture_offers_it() -> None:
    assert attributes("data-picture", QUERY, "acme") == []
    assert attributes("data-picture-format", QUERY, "acme", picture="explored") == ["png", "svg"]

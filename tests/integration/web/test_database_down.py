"""Without its database the application says so, and is itself again when it is back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine
from support.visiting import ROUTER, Visitor, failed

from finops_dash.bootstrap import Services, build

Serving = Callable[[Services], None]
NOTHING_INSIDE = re.compile(r"Traceback|psycopg|sqlalchemy|File \"|OperationalError|socket")


@pytest.fixture
def dead(services: Services, tmp_path: Path) -> Services:
    """The services on a database that is not there."""
    nowhere = create_engine(f"postgresql+psycopg://nobody@/none?host={tmp_path}")
    engines = replace(services.engines, app=nowhere, owner=nowhere, loader=nowhere)
    return build(services.settings, engines)


@pytest.fixture
def dead_but_known(dead: Services, services: Services) -> Services:
    """The same, when the people were asked for while the database was there."""
    return replace(dead, tenancy=services.tenancy)


def test_the_process_lives_but_is_not_ready(
    stranger: Visitor, dead: Services, serving: Serving
) -> None:
    serving(dead)
    assert stranger.get("/healthz").status_code == 200
    ready = stranger.get("/readyz")
    assert ready.status_code == 503
    assert ready.json == {"status": "the database does not answer"}


def test_a_page_says_that_it_is_not_available(
    analyst: Visitor, dead: Services, serving: Serving, logged: list[Any]
) -> None:
    serving(dead)
    response = analyst.get("/overview")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert "The database does not answer at present." in response.text
    assert not NOTHING_INSIDE.search(response.text)
    (entry,) = logged
    assert entry["event"] == "database_unavailable"
    assert entry["request_id"] in response.text


def test_a_callback_says_that_it_is_not_available(
    analyst: Visitor, dead: Services, serving: Serving
) -> None:
    serving(dead)
    response = analyst.call("overview-trend.children", "")
    assert response.status_code == 503
    assert response.json["error"] == "The database does not answer at present."
    assert not NOTHING_INSIDE.search(response.text)


def test_each_part_of_a_page_says_that_it_failed(
    analyst: Visitor, dead_but_known: Services, serving: Serving
) -> None:
    serving(dead_but_known)
    for path in ("/overview", "/explorer", "/bridge"):
        for output, response in analyst.draw(path, "").items():
            assert response.status_code == 200, output
            is_bar = output == "explorer-bar.children"  # the controls there are stay
            assert is_bar or failed(response), output
            parts = {part.rpartition(".")[0] for part in output.strip(".").split("...")}
            untouched = parts - set(response.json["response"])
            assert all(name.endswith("-bar") for name in untouched), output
            assert not NOTHING_INSIDE.search(response.text), output


def test_a_page_that_cannot_be_laid_out_says_so_in_its_place(
    analyst: Visitor, dead_but_known: Services, serving: Serving
) -> None:
    serving(dead_but_known)
    response = analyst.call(ROUTER, "/overview", "")
    assert failed(response)
    assert list(response.json["response"]) == ["_pages_content"]


def test_a_failed_file_is_one_toast(
    analyst: Visitor, dead_but_known: Services, serving: Serving
) -> None:
    serving(dead_but_known)
    response = analyst.call("overview-file.data", 1, "")
    assert response.status_code == 200
    assert "This could not be done." in str(response.json["sideUpdate"]["toast"])


def test_all_is_well_when_the_database_is_back(
    analyst: Visitor, dead_but_known: Services, services: Services, serving: Serving
) -> None:
    serving(dead_but_known)
    assert failed(analyst.call("overview-trend.children", ""))
    serving(services)
    assert not failed(analyst.call("overview-trend.children", ""))


def test_nobody_signs_in_without_a_database(
    stranger: Visitor, dead: Services, serving: Serving
) -> None:
    serving(dead)
    assert stranger.sign_in().status_code == 503

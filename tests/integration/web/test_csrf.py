"""A request that changes something, or is asked as somebody, comes from our own page."""

from __future__ import annotations

import pytest
from support.visiting import CALL, Visitor

from finops_dash.domain.scope import Scope
from finops_dash.security import people

TREND = "overview-trend.children"


def test_a_callback_with_its_token_is_answered(analyst: Visitor) -> None:
    assert analyst.call(TREND, "").status_code == 200


@pytest.mark.parametrize("token", ["", "nonsense", "IjEyMyI.aaaa.bbbb"])
def test_a_callback_without_a_true_token_is_refused(analyst: Visitor, token: str) -> None:
    response = analyst.post(analyst.body(TREND, ""), **{"X-CSRFToken": token})
    assert response.status_code == 400
    assert "CSRF" in response.json["error"]


def test_a_token_of_another_session_is_refused(analyst: Visitor, stranger: Visitor) -> None:
    foreign = stranger.form_token()
    assert analyst.post(analyst.body(TREND, ""), **{"X-CSRFToken": foreign}).status_code == 400


def test_the_token_of_before_the_sign_in_is_refused_after_it(
    stranger: Visitor, demo: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "DEMO_TENANT", demo.tenant_slug)
    early = stranger.form_token()
    stranger.sign_in()
    assert stranger.post(stranger.body(TREND, ""), **{"X-CSRFToken": early}).status_code == 400


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_a_callback_in_a_form_another_site_could_send_is_refused(
    analyst: Visitor, kind: str
) -> None:
    response = analyst.post(analyst.body(TREND, ""), **{"Content-Type": kind})
    assert response.status_code in {400, 415}


def test_signing_in_needs_the_token_of_its_form(stranger: Visitor) -> None:
    stranger.get("/login")
    for token in ("", "nonsense"):
        assert stranger.sign_in(csrf_token=token).status_code == 400
    assert stranger.get("/overview").status_code == 302


def test_a_refusal_names_the_request(analyst: Visitor) -> None:
    response = analyst.client.post(CALL, json={})
    assert response.status_code == 400
    assert len(response.json["request_id"]) == 12

"""Coming in by an identity provider: there, back, and into the tenant that was chosen."""

from __future__ import annotations

import time
from typing import Any

import structlog
from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user
from werkzeug.wrappers import Response as AnyResponse

from finops_dash.domain.identity import OTHERS, Identity, Membership, SignInRefusedError
from finops_dash.runtime import services
from finops_dash.security import oidc, people
from finops_dash.security.oidc import ProviderDownError

ARRIVED, WANTED = "arrived", "wanted"
CHOOSING = 600  # seconds between coming back from the provider and choosing a tenant
routes = Blueprint("sign_in", __name__)
log = structlog.get_logger()


@routes.get("/login/with/<name>")
def begin(name: str) -> AnyResponse | tuple[str, int]:
    """Go to the log-in page of a provider."""
    provider = oidc.providers().get(name)
    if provider is None:
        return _refused("There is no such way to sign in here.", 404)
    wanted = people.safe_next(request.args.get("next"))
    try:
        answer: AnyResponse = oidc.leave_for(provider, _back(name))
    except SignInRefusedError as error:
        return _refused(str(error), 503)
    session[WANTED] = wanted
    return answer


def _back(name: str) -> str:
    return oidc.outside(url_for("sign_in.come_back", name=name))


@routes.get("/auth/<name>/callback")
def come_back(name: str) -> AnyResponse | tuple[str, int]:
    """Come back from a provider, and into the tenant one belongs to."""
    provider = oidc.providers().get(name)
    if provider is None:
        return _refused("There is no such way to sign in here.", 404)
    try:
        identity = oidc.returned(provider)
    except ProviderDownError as error:
        return _refused(str(error), 503)
    except SignInRefusedError as error:
        log.warning("sign_in_refused", provider=name, reason=str(error), cause=_cause(error))
        return _refused(str(error), 400)
    return _arrived(identity, name)


def _arrived(identity: Identity, provider: str) -> AnyResponse | tuple[str, int]:
    found = services().memberships.arrive(identity)
    if not found:
        log.warning("sign_in_without_access", provider=provider)
        return _refused(_stranger(identity), 403)
    if len(found) == 1:
        return _enter(found[0], provider)
    session[ARRIVED] = {
        "issuer": identity.issuer, "subject": identity.subject,
        "provider": provider, "at": time.time(),
    }  # fmt: skip
    return redirect(url_for("sign_in.choose"))


@routes.get("/login/company")
def choose() -> AnyResponse | str:
    """The tenants that somebody who has come back belongs to."""
    found = _choice()
    return render_template("company.html", companies=found[0]) if found else redirect("/login")


@routes.post("/login/company")
def chosen() -> AnyResponse | tuple[str, int]:
    """Come into the tenant that was chosen."""
    found = _choice()
    if found is None:
        return redirect("/login")
    for membership in found[0]:
        if membership.slug == request.form.get("company"):
            return _enter(membership, found[1])
    return _refused("You do not belong to that company.", 403)


def _choice() -> tuple[tuple[Membership, ...], str] | None:
    """The tenants to choose from and the provider; None for who has not just come back."""
    told: Any = session.get(ARRIVED)
    if not told or time.time() - told["at"] > CHOOSING:
        return None
    identity = Identity(told["issuer"], told["subject"])
    return services().memberships.arrive(identity), told["provider"]


def _enter(membership: Membership, provider: str) -> AnyResponse:
    """Start a session, with nothing in it that was there before, and go where they wanted."""
    wanted = people.safe_next(session.get(WANTED))
    token = services().sessions.start(
        membership.tenant_id,
        membership.user_id,
        provider,
        request.headers.get("User-Agent", ""),
        request.remote_addr or "",
    )
    session.clear()
    person = people.load(people.key_of(membership.tenant_id, token))
    if person is not None:
        login_user(person)
    return redirect(wanted)


def _stranger(identity: Identity) -> str:
    """What somebody reads who belongs to no tenant."""
    who = f"{identity.email} has" if identity.email else "You have"
    why = "" if identity.is_verified else " The provider has not verified your address."
    return f"{who} no access yet. Ask an administrator of your company to invite you.{why}"


@routes.post("/sessions/end")
def end_session() -> AnyResponse:
    """End another session of the person's own, or all others."""
    which, sessions, person = request.form.get("session", ""), services().sessions, current_user
    if not person.session_id:
        return redirect("/sessions")
    for found in sessions.of(person.scope, int(person.id)):
        is_asked = which in {OTHERS, str(found.session_id)}
        if is_asked and found.session_id != person.session_id:
            sessions.end(person.scope, int(person.id), found.session_id)
    return redirect("/sessions")


def _refused(words: str, status: int) -> tuple[str, int]:
    return render_template("refused.html", words=words), status


def _cause(error: BaseException) -> str:
    """The kind of fault behind a refusal; its text could hold what a stranger sent."""
    return type(error.__cause__).__name__ if error.__cause__ else ""

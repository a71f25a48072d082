"""Signing in: demo people on loopback, each a role of the demo tenant."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, redirect, render_template, request, session
from flask_login import LoginManager, UserMixin, login_user, logout_user
from werkzeug.wrappers import Response as AnyResponse

from finops_dash.domain.errors import UnknownTenantError
from finops_dash.domain.scope import Scope
from finops_dash.runtime import services

DEMO_TENANT = "demo"
PEOPLE = {
    "viewer": ("Vera Viewer", "viewer", "Reads every page"),
    "analyst": ("Anna Analyst", "analyst", "Explores, saves views and reports"),
    "executive": ("Eric Executive", "viewer", "Opens the overview once a month"),
    "admin": ("Ada Admin", "admin", "Runs accounts, people and settings"),
}
routes = Blueprint("people", __name__)
manager = LoginManager()


@dataclass(frozen=True)
class Person(UserMixin):  # type: ignore[misc]
    """Somebody signed in: who, as what, in which tenant."""

    id: str
    name: str
    role: str
    scope: Scope
    tenant_name: str


@manager.user_loader  # type: ignore[untyped-decorator]
def load(identity: str) -> Person | None:
    """The person of a session; None once demo people may no longer sign in."""
    if identity not in PEOPLE or not services().settings.demo_sign_in:
        return None
    name, role, _ = PEOPLE[identity]
    try:
        tenant = services().tenancy.named(DEMO_TENANT)
    except UnknownTenantError:
        return None
    return Person(identity, name, role, Scope(tenant.tenant_id, tenant.slug, role), tenant.name)


@routes.get("/login")
def login() -> str:
    """The log-in page."""
    people = PEOPLE if services().settings.demo_sign_in else {}
    wanted = safe_next(request.args.get("next"))
    return render_template("login.html", people=people, next=wanted)


@routes.post("/login")
def sign_in() -> AnyResponse:
    """Start a session for a demo person and go where they wanted."""
    person = load(request.form.get("person", ""))
    if person is None:
        return Response("Nobody may sign in that way here.", 403, mimetype="text/plain")
    session.clear()  # nothing that somebody else put there goes on
    login_user(person)
    return redirect(safe_next(request.form.get("next")))


@routes.get("/logout")
def sign_out() -> AnyResponse:
    """End the session."""
    logout_user()
    session.clear()
    return redirect("/login")


def safe_next(target: str | None) -> str:
    """A path of ours to go to after sign-in; the overview for anything else."""
    text = target or ""
    leads_here = text.startswith("/") and not text.startswith(("//", "/_dash"))
    return text if leads_here and text.isprintable() and "\\" not in text else "/overview"

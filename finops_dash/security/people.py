"""Who is signed in: by a session of the database, or as a demo person on loopback."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, redirect, render_template, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from werkzeug.wrappers import Response as AnyResponse

from finops_dash.domain.audit import Actor, acting
from finops_dash.domain.errors import UnknownTenantError
from finops_dash.domain.scope import Scope
from finops_dash.runtime import services
from finops_dash.security import oidc

DEMO_TENANT = "demo"
PEOPLE = {
    "viewer": ("Vera Viewer", "viewer", "Reads every page"),
    "analyst": ("Anna Analyst", "analyst", "Explores, saves views and reports"),
    "executive": ("Eric Executive", "viewer", "Opens the overview once a month"),
    "admin": ("Ada Admin", "admin", "Runs accounts, people and settings"),
}
OF_SESSION = "session"
UNATTENDED = {"/_version"}  # what pages ask by themselves: nobody need be there
routes = Blueprint("people", __name__)
manager = LoginManager()


@dataclass(frozen=True)
class Person(UserMixin):  # type: ignore[misc]
    """Somebody signed in: who, as what, in which tenant.

    `key` is what the browser's cookie holds; a demo person's is the id alone.
    """

    id: str
    name: str
    role: str
    scope: Scope
    tenant_name: str
    key: str = ""
    session_id: int = 0
    provider: str = ""
    ends_at: datetime | None = None

    def get_id(self) -> str:
        """What finds this person again at the next request."""
        return self.key or self.id


def key_of(tenant_id: int, token: str) -> str:
    """What a cookie holds for a session of the database."""
    return f"{OF_SESSION}:{tenant_id}:{token}"


@manager.user_loader  # type: ignore[untyped-decorator]
def load(identity: str) -> Person | None:
    """The person of a cookie; None once their session has ended, or demo people may not come in.

    From here to the end of the request it is they who act.
    """
    person = _found(identity)
    if person is not None:
        session_id, request_id = person.session_id or None, acting.get().request_id
        acting.set(Actor(person.id, person.name, session_id, request_id))
    return person


def _found(identity: str) -> Person | None:
    if identity.startswith(f"{OF_SESSION}:"):
        return _of_session(identity)
    if identity not in PEOPLE or not services().settings.demo_sign_in:
        return None
    name, role, _ = PEOPLE[identity]
    try:
        tenant = services().tenancy.named(DEMO_TENANT)
    except UnknownTenantError:
        return None
    return Person(identity, name, role, Scope(tenant.tenant_id, tenant.slug, role), tenant.name)


def _of_session(key: str) -> Person | None:
    _, tenant_id, token = key.split(":", 2)
    uses = request.path not in UNATTENDED
    found = services().sessions.find(int(tenant_id), token, uses=uses)
    if found is None:
        return None
    scope = Scope(found.tenant_id, found.slug, found.role)
    return Person(
        str(found.user_id), found.name, found.role, scope, found.tenant_name,
        key, found.session_id, found.provider, found.ends_at,
    )  # fmt: skip


@routes.get("/login")
def login() -> str:
    """The log-in page."""
    people = PEOPLE if services().settings.demo_sign_in else {}
    wanted = safe_next(request.args.get("next"))
    providers = oidc.providers().values()
    return render_template("login.html", people=people, providers=providers, next=wanted)


@routes.post("/login")
def sign_in() -> AnyResponse:
    """Start a session for a demo person and go where they wanted."""
    named = request.form.get("person", "")
    person = load(named) if named in PEOPLE else None
    if person is None:
        return Response("Nobody may sign in that way here.", 403, mimetype="text/plain")
    session.clear()  # nothing that somebody else put there goes on
    login_user(person)
    return redirect(safe_next(request.form.get("next")))


@routes.get("/logout")
def sign_out() -> AnyResponse:
    """End the session here, in the database and at the provider."""
    there = _end() if current_user.is_authenticated and current_user.session_id else None
    logout_user()
    session.clear()
    return redirect(there or "/login")


def _end() -> str | None:
    """End the session; where to go to end the provider's too."""
    person = current_user
    services().sessions.end(person.scope, int(person.id), person.session_id)
    provider = oidc.providers().get(person.provider)
    if provider is None:
        return None
    return oidc.farewell(provider, oidc.outside("/login"))


def safe_next(target: str | None) -> str:
    """A path of ours to go to after sign-in; the overview for anything else."""
    text = target or ""
    leads_here = text.startswith("/") and not text.startswith(("//", "/_dash"))
    return text if leads_here and text.isprintable() and "\\" not in text else "/overview"

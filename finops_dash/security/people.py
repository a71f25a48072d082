"""Signing in: demo people on loopback, each a role of the demo tenant."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, render_template_string, request
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
    return render_template_string(_PAGE, people=people, next=safe_next(request.args.get("next")))


@routes.post("/login")
def sign_in() -> AnyResponse:
    """Start a session for a demo person and go where they wanted."""
    person = load(request.form.get("person", ""))
    if person is None:
        return Response("Nobody may sign in that way here.", 403)
    login_user(person)
    return redirect(safe_next(request.form.get("next")))


@routes.get("/logout")
def sign_out() -> AnyResponse:
    """End the session."""
    logout_user()
    return redirect("/login")


def safe_next(target: str | None) -> str:
    """A path of ours to go to after sign-in; the overview for anything else."""
    text = target or ""
    parts = urlsplit(text)
    plain = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable()
    if not plain or parts.scheme or parts.netloc or "\\" in text or text.startswith("/_dash"):
        return "/overview"
    return text


_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Sign in · FinOps Dash</title>
<script src="/assets/js/theme.js"></script>
<link rel="stylesheet" href="/assets/css/1-tokens.css"><link rel="stylesheet" href="/assets/css/2-app.css"></head>
<body class="login"><main><div class="login-card"><div class="brand"><span class="mark">F</span><span>FinOps Dash</span></div>
<h1>Sign in</h1>
{% if people %}<p>Choose who you are in the demo company.</p>
{% for key, person in people.items() %}<form method="post" action="/login">
<input type="hidden" name="csrf_token" value="{{ csrf_token() }}"><input type="hidden" name="next" value="{{ next }}">
<button class="persona" name="person" value="{{ key }}"><strong>{{ person[0] }}</strong><span>{{ person[2] }}</span></button></form>{% endfor %}
{% else %}<p>No way to sign in is set up yet. For a look around on this machine, start with <code>FINOPS_DEMO=1</code> on a loopback address.</p>{% endif %}
</div></main></body></html>"""

"""The web application: Dash Pages on Flask, behind the gate."""

from __future__ import annotations

from pathlib import Path

from dash import ctx, html, no_update, set_props
from flask import Blueprint, Flask, Response, g, jsonify
from flask_bootstrap import Bootstrap5
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.middleware.proxy_fix import ProxyFix

from finops_dash import shell
from finops_dash.api.options import options
from finops_dash.api.search import search
from finops_dash.api.version import version
from finops_dash.bootstrap import Services
from finops_dash.components.states import failed
from finops_dash.compression import compress
from finops_dash.downloads import downloads
from finops_dash.drawing_script import drawing_script
from finops_dash.icons import icons
from finops_dash.index import DashPages
from finops_dash.runtime import attach, services
from finops_dash.security import gate, landing, oidc, people, sign_in

ROOT = Path(__file__).parent.parent
YEAR = 31_536_000
CONTROLS = "-bar"  # how the ids end of what holds a page's controls
health = Blueprint("health", __name__)


def create_app(found: Services) -> DashPages:
    """The Dash app on a Flask server of its own, with these services."""
    server = Flask("finops_dash")
    server.config.update(
        SECRET_KEY=found.settings.session_key(),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=found.settings.is_public,
        SESSION_COOKIE_NAME="__Host-session" if found.settings.is_public else "session",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,  # the gate checks, once it knows that there is a session
        BOOTSTRAP_SERVE_LOCAL=True,
        SEND_FILE_MAX_AGE_DEFAULT=YEAR,
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
    )
    if found.settings.is_public:  # the proxy says who asks, and that they came over TLS
        server.wsgi_app = ProxyFix(server.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
    attach(server, found)
    Bootstrap5(server)
    compress(server, found.settings.data_dir / "files")
    forgery = CSRFProtect(server)
    people.manager.init_app(server)
    app = DashPages(
        "finops_dash",
        server=server,  # type: ignore[arg-type]  # Dash's own hint forgets Flask
        use_pages=True,
        pages_folder=str(ROOT / "pages"),
        assets_folder=str(ROOT / "assets"),
        title="FinOps Dash",
        update_title="",
        on_error=tell_failure,
        suppress_callback_exceptions=True,
        csrf_token_name=gate.SAFE_COOKIE,
        csrf_header_name="X-CSRFToken",
    )
    app.layout = shell.frame
    server.register_blueprint(people.routes)
    server.register_blueprint(sign_in.routes)
    oidc.register(server, found.settings.providers)
    server.register_blueprint(landing.short)
    server.register_blueprint(health)
    server.register_blueprint(icons)
    server.register_blueprint(options)
    server.register_blueprint(search)
    server.register_blueprint(version)
    server.register_blueprint(drawing_script)
    server.register_blueprint(downloads)
    gate.guard(server, app, forgery)
    return app


def tell_failure(error: Exception) -> object:
    """Failed parts say so where they stand, with the request's id; others become one toast.

    The controls above them stay, so that there is something else to choose.
    """
    gate.log.error("callback_failed", request_id=g.request_id, exc_info=error)
    outputs = ctx.outputs_list
    if isinstance(outputs, dict):
        outputs = [outputs]
    parts = [output.get("property") == "children" for output in outputs]
    if not any(parts):
        words = f"This could not be done. Try again; if it stays, quote the request {g.request_id}."
        set_props("toast", {"children": html.Div(words, className="toast-text", key=g.request_id)})
        return no_update
    shown = [
        failed(g.request_id) if is_part and not str(output["id"]).endswith(CONTROLS) else no_update
        for output, is_part in zip(outputs, parts, strict=True)
    ]
    return shown if isinstance(ctx.outputs_list, list) else shown[0]


@health.get("/healthz")
def alive() -> Response:
    """Whether the process answers."""
    return jsonify(status="ok")


@health.get("/readyz")
def ready() -> tuple[Response, int]:
    """Whether the database answers too."""
    try:
        services().engines.ping()
    except SQLAlchemyError:
        return jsonify(status="the database does not answer"), 503
    return jsonify(status="ok"), 200

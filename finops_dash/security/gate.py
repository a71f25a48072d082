"""What stands before every request: the session, the shape of Dash's calls, the headers after."""

from __future__ import annotations

import secrets
from dataclasses import replace

import orjson
import structlog
from dash import Dash
from flask import Flask, Response, current_app, g, jsonify, redirect, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from finops_dash.domain.audit import NOBODY, acting
from finops_dash.security.calls import flaw
from finops_dash.security.landing import landing

FILES = (
    "/icons.css",
    "/_dash-component-suites/plotly/package_data/plotly.min.js",
    "/assets/<path:filename>",
    "/bootstrap/static/<path:filename>",
    "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>",
)
PUBLIC = {
    "/login", "/login/with/<name>", "/login/company", "/auth/<name>/callback", "/logout",
    "/healthz", "/readyz", *FILES,
}  # fmt: skip
UNVERSIONED = 300  # seconds that a browser keeps a file whose address stays the same
CALL = "/_dash-update-component"
SAFE_COOKIE = "_csrf_token"
AWAY = "The database does not answer at present."
log = structlog.get_logger()


def guard(server: Flask, app: Dash, forgery: CSRFProtect) -> None:
    """Put the gate before, and the headers behind, every request of the server.

    Who has no session hears so before anything of a request is looked at.
    """
    server.before_request(_number)
    server.before_request(_require_session)
    server.before_request(lambda: forgery.protect(apply_exemptions=True))
    server.before_request(lambda: _check_call(app))
    server.teardown_request(_forget)
    server.after_request(lambda response: _headers(response, app))
    server.register_error_handler(CSRFError, _refused)
    server.register_error_handler(Exception, _failed)


def _number() -> None:
    g.request_id = secrets.token_hex(6)
    g.acting = acting.set(replace(NOBODY, request_id=g.request_id))  # until a person is known


def _forget(_: BaseException | None) -> None:
    """The thread goes on to another request: nothing of this one's is recorded as this one's."""
    token = g.pop("acting", None)
    if token is not None:
        acting.reset(token)


def _rule() -> str | None:
    """The route that answers the request; its path alone would say too much or too little."""
    return request.url_rule.rule if request.url_rule else None


def _require_session() -> AnyResponse | tuple[Response, int] | None:
    if request.path == "/" and current_user.is_authenticated:
        return redirect(landing(current_user))
    if _rule() in PUBLIC or current_user.is_authenticated:
        return None
    if request.path.startswith("/_"):
        return jsonify(error="Sign in first.", request_id=g.request_id), 401
    wanted = request.full_path.removesuffix("?")
    return redirect(f"/login?next={_quoted(wanted)}")


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="")


def _check_call(app: Dash) -> tuple[Response, int] | None:
    """Answer 400 to a callback request that Dash would break on."""
    if request.path != CALL or request.method != "POST":
        return None
    try:
        body = orjson.loads(request.get_data())
    except orjson.JSONDecodeError:
        return _bad("The body is not JSON.")
    reason = flaw(body, app.callback_map)
    return None if reason is None else _bad(reason)


def _bad(reason: str) -> tuple[Response, int]:
    return jsonify(error=reason, request_id=g.request_id), 400


def _headers(response: Response, app: Dash) -> Response:
    hashes = (
        " ".join(f"{item}" for item in app.csp_hashes()) if response.mimetype == "text/html" else ""
    )
    response.headers.setdefault(
        "Content-Security-Policy",
        f"default-src 'self'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if _rule() in FILES:
        if not _is_versioned(response):
            response.headers["Cache-Control"] = f"max-age={UNVERSIONED}"
        return response
    response.headers["Cache-Control"] = "no-store"
    person = g.get("_login_user")  # as the gate found it: asking again could ask the database
    if person and person.is_authenticated and response.mimetype == "text/html":
        response.set_cookie(SAFE_COOKIE, generate_csrf(), samesite="Lax", secure=request.is_secure)
    return response


def _is_versioned(response: Response) -> bool:
    """Whether the file's address changes with it: by Dash's mark in its name, or by `?m=`."""
    if request.path.startswith("/_dash-component-suites/"):
        return bool(response.cache_control.max_age)
    return "m" in request.args


def _refused(error: CSRFError) -> tuple[Response, int]:
    return jsonify(error=str(error.description), request_id=g.get("request_id")), 400


def _failed(error: Exception) -> AnyResponse | tuple[Response, int]:
    if isinstance(error, HTTPException):
        return error.get_response()
    if request.path.startswith("/_dash-component-suites/"):
        return jsonify(error="There is no such file."), 404
    if isinstance(error, DBAPIError | PoolTimeoutError):
        return _unavailable(error)
    log.error("request_failed", request_id=g.get("request_id"), path=request.path, exc_info=error)
    return jsonify(error="Something went wrong here.", request_id=g.get("request_id")), 500


def _unavailable(error: Exception) -> AnyResponse:
    """The answer while the database does not answer: to wait, and ask again."""
    log.error(
        "database_unavailable", request_id=g.get("request_id"), path=request.path, error=str(error)
    )
    if request.path.startswith("/_"):
        response = jsonify(error=AWAY, request_id=g.get("request_id"))
    else:
        # Rendered bare: Flask-Login's part of a template would ask the database who this is.
        page = current_app.jinja_env.get_template("unavailable.html")
        response = Response(page.render(words=AWAY, request_id=g.get("request_id")))
    response.status_code = 503
    response.headers["Retry-After"] = "5"
    return response

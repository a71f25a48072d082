"""What stands before every request: the session, the shape of Dash's calls, the headers after."""

from __future__ import annotations

import secrets
from typing import Any

import orjson
import structlog
from dash import Dash
from flask import Flask, Response, g, jsonify, redirect, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError, generate_csrf
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

PUBLIC = (
    "/login",
    "/logout",
    "/healthz",
    "/readyz",
    "/assets/",
    "/_dash-component-suites/",
    "/bootstrap/",
    "/favicon.ico",
)
CALL = "/_dash-update-component"
SAFE_COOKIE = "_csrf_token"
log = structlog.get_logger()


def guard(server: Flask, app: Dash) -> None:
    """Put the gate before, and the headers behind, every request of the server."""
    server.before_request(_number)
    server.before_request(_require_session)
    server.before_request(lambda: _check_call(app))
    server.after_request(lambda response: _headers(response, app))
    server.register_error_handler(CSRFError, _refused)
    server.register_error_handler(Exception, _failed)


def _number() -> None:
    g.request_id = secrets.token_hex(6)


def is_public(path: str) -> bool:
    """Whether a path needs no session."""
    return any(path == name or (name.endswith("/") and path.startswith(name)) for name in PUBLIC)


def _require_session() -> AnyResponse | tuple[Response, int] | None:
    if request.path == "/":
        return redirect("/overview")
    if is_public(request.path) or current_user.is_authenticated:
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
    if not isinstance(body, dict) or body.get("output") not in app.callback_map:
        return _bad("There is no such callback.")
    wanted = app.callback_map[body["output"]]
    for name in ("inputs", "state"):
        if not _same_shape(body.get(name, []), wanted.get(name, [])):
            return _bad(f"The {name} do not fit the callback.")
    if not isinstance(body.get("changedPropIds", []), list) or "outputs" not in body:
        return _bad("The call is not whole.")
    return None


def _same_shape(given: Any, wanted: Any) -> bool:  # noqa: ANN401 - whatever was sent
    if not isinstance(given, list) or len(given) != len(wanted):
        return False
    for item in given:
        members = item if isinstance(item, list) else [item]
        if not all(isinstance(m, dict) and "id" in m and "property" in m for m in members):
            return False
    return True


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
    if is_public(request.path) and request.path.startswith(
        ("/assets/", "/bootstrap/", "/_dash-component-suites/")
    ):
        return response
    response.headers["Cache-Control"] = "no-store"
    if current_user and current_user.is_authenticated and response.mimetype == "text/html":
        response.set_cookie(SAFE_COOKIE, generate_csrf(), samesite="Lax", secure=request.is_secure)
    return response


def _refused(error: CSRFError) -> tuple[Response, int]:
    return jsonify(error=str(error.description), request_id=g.get("request_id")), 400


def _failed(error: Exception) -> AnyResponse | tuple[Response, int]:
    if isinstance(error, HTTPException):
        return error.get_response()
    if request.path.startswith("/_dash-component-suites/"):
        return jsonify(error="There is no such file."), 404
    log.error("request_failed", request_id=g.get("request_id"), path=request.path, exc_info=error)
    return jsonify(error="Something went wrong here.", request_id=g.get("request_id")), 500

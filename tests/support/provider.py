"""An OpenID Connect provider on loopback that can be told to lie."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

CLIENT = "finops"
SECRET = "a client's secret for tests alone"  # noqa: S105 - of this provider


@dataclass
class Lies:
    """What the provider says that is not so; nothing, to begin with."""

    claims: dict[str, Any] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    header: dict[str, Any] = field(default_factory=dict)
    signs_with: str = "own"
    issuer: str = ""
    named: str = ""
    is_down: bool = False
    is_nonsense: bool = False


class Provider:
    """Says that whoever comes is `who`, and keeps what it was asked."""

    def __init__(self) -> None:
        self.who: dict[str, Any] = {}
        self.lies = Lies()
        self.asked: dict[str, dict[str, str]] = {}
        self.tokens: list[dict[str, str]] = []
        self.address = ""
        self.new_key()
        self._other = RSAKey.generate_key(2048, {"kid": self.key.kid})

    def new_key(self) -> None:
        """Sign with another key from now on, as after a rotation."""
        self.key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4)})

    def __call__(self, environ: Any, start: Any) -> Any:
        """Answer a request."""
        request = Request(environ)
        ways = {
            "/.well-known/openid-configuration": self._metadata,
            "/keys": self._keys,
            "/authorize": self._authorize,
            "/token": self._token,
        }
        if self.lies.is_down and request.path == "/token":
            return Response("down", 503)(environ, start)
        if self.lies.is_nonsense and request.path == "/token":
            return Response("<html>nonsense</html>", content_type="text/html")(environ, start)
        return ways[request.path](request)(environ, start)

    def _metadata(self, _: Request) -> Response:
        return _json(
            issuer=self.lies.issuer or self.address,
            authorization_endpoint=f"{self.address}/authorize",
            token_endpoint=f"{self.address}/token",
            jwks_uri=f"{self.address}/keys",
            end_session_endpoint=f"{self.address}/end",
            id_token_signing_alg_values_supported=["RS256", "HS256", "none"],
            code_challenge_methods_supported=["S256"],
        )

    def _keys(self, _: Request) -> Response:
        return _json(keys=[self.key.as_dict(private=False)])

    def _authorize(self, request: Request) -> Response:
        code = secrets.token_hex(8)
        self.asked[code] = request.args.to_dict()
        told = {"code": code, "state": request.args["state"]}
        if self.lies.named:
            told["iss"] = self.lies.named
        return Response(
            status=302, headers={"Location": f"{request.args['redirect_uri']}?{urlencode(told)}"}
        )

    def _token(self, request: Request) -> Response:
        form = request.form.to_dict()
        self.tokens.append(form)
        asked = self.asked.pop(form.get("code", ""), None)
        proof = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if asked is None or asked.get("code_challenge") != _text(proof):
            return _json(400, error="invalid_grant")
        return _json(
            access_token=secrets.token_hex(8), token_type="Bearer", expires_in=300,  # noqa: S106
            id_token=self._signed(asked),
        )  # fmt: skip

    def _signed(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 300,
            "nonce": asked.get("nonce"), **self.who, **self.lies.claims,
        }  # fmt: skip
        for name in self.lies.without:
            claims.pop(name, None)
        header = {"alg": "RS256", "kid": self.key.kid, **self.lies.header}
        if self.lies.signs_with == "nothing":
            return ".".join([_part({"alg": "none"}), _part(claims), ""])
        if self.lies.signs_with == "public key":
            text = f"{_part({'alg': 'HS256', 'kid': self.key.kid})}.{_part(claims)}"
            shared = self.key.as_pem(private=False)
            return f"{text}.{_text(hmac.new(shared, text.encode(), 'sha256').digest())}"
        key = self.key if self.lies.signs_with == "own" else self._other
        return jwt.encode(header, claims, key)


def _part(value: dict[str, Any]) -> str:
    return _text(json.dumps(value).encode())


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _json(status: int = 200, **values: Any) -> Response:
    return Response(json.dumps(values), status, content_type="application/json")


@contextmanager
def provider_running() -> Iterator[Provider]:
    """A provider that answers on a port of its own."""
    provider = Provider()
    server = make_server("127.0.0.1", 0, provider, threaded=True)
    provider.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield provider
    server.shutdown()
    thread.join()

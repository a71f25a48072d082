"""OpenID Connect by authlib: the authorization code with PKCE, state and nonce.

What authlib leaves to its user is settled here: which signatures count, that the metadata is the
issuer's own, that an answer comes from the provider that was asked (RFC 9207), how long to wait.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode, urlsplit

from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import FlaskOAuth2App, OAuth
from flask import Flask, current_app, request
from joserfc.errors import JoseError
from requests import RequestException

from finops_dash.domain.identity import Identity, Provider, SignInRefusedError
from finops_dash.runtime import services

WAIT = 10
SIGNATURES = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA"),
)
MANY_TENANTS = "{tenantid}"  # stands in the issuer of Microsoft's metadata for all its customers
OWNED_DOMAIN, OWNED = "xms_edov", (True, 1, "1", "true")
REFUSED = "Your identity provider has refused the sign-in. Begin again."
_KEY = "finops_providers"


class ProviderDownError(SignInRefusedError):
    """A provider that does not answer, or not with what a provider answers."""


class _Client(FlaskOAuth2App):  # type: ignore[misc]
    """A provider's client that believes only asymmetric signatures and the issuer's metadata."""

    def load_server_metadata(self) -> dict[str, Any]:
        found: dict[str, Any] = super().load_server_metadata()
        offered = found.get("id_token_signing_alg_values_supported") or ["RS256"]
        found["id_token_signing_alg_values_supported"] = [a for a in offered if a in SIGNATURES]
        return found


class _OAuth(OAuth):  # type: ignore[misc]
    oauth2_client_cls = _Client


def register(server: Flask, providers: Iterable[Provider]) -> None:
    """Let people sign in with these providers; nothing is asked of them before somebody does."""
    server.extensions.setdefault(_KEY, {})
    oauth = server.extensions.setdefault("finops_oauth", _OAuth(server))
    for provider in providers:
        server.extensions[_KEY][provider.name] = provider
        oauth.register(
            provider.name,
            overwrite=True,
            client_id=provider.client_id,
            client_secret=provider.client_secret or None,
            server_metadata_url=f"{provider.issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid email profile",
                "code_challenge_method": "S256",
                "default_timeout": WAIT,
                **({} if provider.client_secret else {"token_endpoint_auth_method": "none"}),
            },
        )


def providers() -> dict[str, Provider]:
    """The providers of this application, by name."""
    found: dict[str, Provider] = current_app.extensions.get(_KEY, {})
    return found


def leave_for(provider: Provider, back: str) -> Any:  # noqa: ANN401 - a redirect
    """The way to the provider's own log-in page, from where people come to `back`."""
    client = _client(provider)
    try:
        client.load_server_metadata()
        return client.authorize_redirect(back)
    except (RequestException, RuntimeError, ValueError) as error:
        raise _down(provider) from error


def returned(provider: Provider) -> Identity:
    """Who has come back from the provider with this request; `SignInRefusedError` says why not."""
    client = _client(provider)
    if not (request.args.get("code") or request.args.get("error")):
        raise SignInRefusedError(REFUSED)
    try:
        metadata = client.load_server_metadata()
        _require_issuer(provider, metadata)
        token = client.authorize_access_token(claims_options=_claims(metadata))
    except OAuthError as error:
        raise SignInRefusedError(_reason(error)) from error
    except (JoseError, ValueError, KeyError) as error:
        message = "What your identity provider says of you could not be verified. Sign in again."
        raise SignInRefusedError(message) from error
    except (RequestException, RuntimeError) as error:
        raise _down(provider) from error
    claims = token.get("userinfo")
    if not claims or not claims.get("sub"):
        message = "Your identity provider did not say who you are."
        raise SignInRefusedError(message)
    return _identity(claims, vouches=MANY_TENANTS in str(metadata["issuer"]))


def outside(path: str) -> str:
    """The whole address of a path of ours, as providers and people know it."""
    return f"{services().settings.public_url or request.host_url.rstrip('/')}{path}"


def farewell(provider: Provider, back: str) -> str | None:
    """Where to end the session at the provider too (RP-initiated log-out), if that can be."""
    try:
        found = _client(provider).load_server_metadata()
    except (RequestException, RuntimeError, ValueError):
        return None  # here the session has ended in any case
    if "end_session_endpoint" not in found:
        return None
    told = urlencode({"client_id": provider.client_id, "post_logout_redirect_uri": back})
    return f"{found['end_session_endpoint']}?{told}"


def _client(provider: Provider) -> Any:  # noqa: ANN401 - authlib is untyped
    return current_app.extensions["finops_oauth"].create_client(provider.name)


def _require_issuer(provider: Provider, metadata: dict[str, Any]) -> None:
    """Refuse metadata of another issuer, and an answer that says it comes from another one."""
    issuer = str(metadata.get("issuer", ""))
    named = request.args.get("iss")
    if MANY_TENANTS in issuer:  # of its own customers alone
        is_own = urlsplit(issuer).netloc == urlsplit(provider.issuer).netloc
    else:
        is_own = issuer.rstrip("/") == provider.issuer and named in {None, issuer}
    if not is_own:
        message = "The answer comes from another identity provider than the one that was asked."
        raise SignInRefusedError(message)


def _claims(metadata: dict[str, Any]) -> dict[str, Any]:
    """What the ID token must say; in Microsoft's, the issuer names the customer of the claim."""
    issuer = str(metadata["issuer"])
    if MANY_TENANTS not in issuer:
        own: dict[str, Any] = {"essential": True, "values": [issuer]}
    else:
        own = {
            "essential": True,
            "validate": lambda claims, value: (
                bool(claims.get("tid")) and value == issuer.replace(MANY_TENANTS, claims["tid"])
            ),
        }
    return {"iss": own, "sub": {"essential": True}, "exp": {"essential": True}}


def _identity(claims: dict[str, Any], *, vouches: bool) -> Identity:
    """Who the claims name. Microsoft says in a claim of its own whether the address is verified."""
    email, name = (str(claims.get(key) or "") for key in ("email", "name"))
    verified = claims.get("email_verified") is True
    verified |= vouches and claims.get(OWNED_DOMAIN) in OWNED
    return Identity(str(claims["iss"]), str(claims["sub"]), email, verified and bool(email), name)


def _reason(error: OAuthError) -> str:
    if error.error == "access_denied":
        return "The sign-in was cancelled at your identity provider."
    if error.error == "mismatching_state":
        return "This sign-in was begun elsewhere, or too long ago. Begin again."
    return REFUSED


def _down(provider: Provider) -> ProviderDownError:
    return ProviderDownError(f"{provider.label} does not answer at present. Try again in a moment.")

"""The settings: one frozen object, read once. The only reader of the environment."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from tempfile import NamedTemporaryFile
from urllib.parse import urlsplit

from finops_dash.domain.errors import FinOpsError
from finops_dash.domain.identity import ISSUERS, Provider

_CLIENT_ID = re.compile(r"FINOPS_OIDC_([A-Z][A-Z0-9]{0,31})_CLIENT_ID")
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}
_POSTGRES = re.compile(r"postgres(ql)?(\+psycopg)?://.+")
SHORTEST_SECRET = 16


class SettingsError(FinOpsError):
    """A setting that cannot be used, and what would do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment decides. `from_env` names the variables."""

    data_dir: Path
    database_url: str | None = None
    secret_key: str = ""
    demo: bool = False
    host: str = "127.0.0.1"
    port: int = 8050
    scheduler: bool = True
    inbox: Path | None = None
    log_level: str = "INFO"
    providers: tuple[Provider, ...] = ()
    public_url: str = ""

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Settings:
        """The settings of this process; `SettingsError` says which variable is wrong and why."""
        values = os.environ if env is None else env
        data_dir = Path(values.get("FINOPS_DATA_DIR") or ".data").absolute()
        return cls(
            data_dir=data_dir,
            database_url=_database_url(_secret(values, "FINOPS_DATABASE_URL")),
            secret_key=_secret(values, "FINOPS_SECRET_KEY") or "",
            demo=_flag(values, "FINOPS_DEMO", default=False),
            host=values.get("FINOPS_HOST") or "127.0.0.1",
            port=_port(values.get("FINOPS_PORT") or "8050"),
            scheduler=_flag(values, "FINOPS_SCHEDULER", default=True),
            inbox=Path(values["FINOPS_INBOX"]) if values.get("FINOPS_INBOX") else None,
            log_level=_level(values.get("FINOPS_LOG_LEVEL") or "INFO"),
            providers=_providers(values),
            public_url=_public_url(values.get("FINOPS_PUBLIC_URL") or ""),
        )

    @property
    def demo_sign_in(self) -> bool:
        """Whether demo people may sign in: only when asked for, and on loopback only."""
        return self.demo and _is_loopback(self.host)

    @property
    def is_public(self) -> bool:
        """Whether people come over TLS, through a proxy that says who they are."""
        return self.public_url.startswith("https://")

    def session_key(self) -> str:
        """The key that signs sessions; without a setting, one kept in the data directory."""
        if self.secret_key:
            if len(self.secret_key) < SHORTEST_SECRET:
                message = f"FINOPS_SECRET_KEY is shorter than {SHORTEST_SECRET} characters."
                raise SettingsError(message)
            return self.secret_key
        path = self.data_dir / "secret_key"
        self.data_dir.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _write_once(path, secrets.token_urlsafe(48))
        return path.read_text()


def _write_once(path: Path, text: str) -> None:
    """Make the file, for its owner's eyes only; whoever comes second keeps the first one's text."""
    with NamedTemporaryFile("w", dir=path.parent) as file:
        file.write(text)
        file.flush()
        with suppress(FileExistsError):
            os.link(file.name, path)


def _secret(values: Mapping[str, str], name: str) -> str | None:
    path = values.get(f"{name}_FILE")
    if not path:
        return values.get(name) or None
    try:
        text = Path(path).read_text().strip()
    except OSError as error:
        message = f"{name}_FILE: {path} cannot be read ({error.strerror})."
        raise SettingsError(message) from error
    except UnicodeDecodeError as error:
        message = f"{name}_FILE: {path} is not text."
        raise SettingsError(message) from error
    if not text:
        message = f"{name}_FILE: {path} is empty."
        raise SettingsError(message)
    return text


def _providers(values: Mapping[str, str]) -> tuple[Provider, ...]:
    """The identity providers of `FINOPS_OIDC_<NAME>_CLIENT_ID` and its companions, by name."""
    names = sorted(found[1] for key in values if (found := _CLIENT_ID.fullmatch(key)))
    return tuple(_provider(values, name) for name in names)


def _provider(values: Mapping[str, str], name: str) -> Provider:
    prefix = f"FINOPS_OIDC_{name}"
    issuer = (values.get(f"{prefix}_ISSUER") or ISSUERS.get(name, "")).rstrip("/")
    if not _is_safe(issuer):
        message = f"{prefix}_ISSUER must be the provider's https:// address; it is {issuer!r}."
        raise SettingsError(message)
    secret = _secret(values, f"{prefix}_CLIENT_SECRET") or ""
    return Provider(name.lower(), issuer, values[f"{prefix}_CLIENT_ID"], secret)


def _public_url(text: str) -> str:
    parts = urlsplit(text)
    if text and (not _is_safe(text) or parts.path.strip("/") or parts.query or parts.fragment):
        message = f"FINOPS_PUBLIC_URL={text} is not an address: use https://costs.example.com."
        raise SettingsError(message)
    return text.rstrip("/")


def _is_safe(url: str) -> bool:
    """Whether nobody on the way reads along: TLS, or this machine alone."""
    parts = urlsplit(url)
    is_near = parts.scheme == "http" and _is_loopback(parts.hostname or "")
    return bool(parts.hostname) and (parts.scheme == "https" or is_near)


def _database_url(text: str | None) -> str | None:
    """The URL, which is never shown: it may hold a password."""
    if text is not None and not _POSTGRES.fullmatch(text):
        message = "FINOPS_DATABASE_URL is not one: use postgresql://user@host:5432/name."
        raise SettingsError(message)
    return text


def _flag(values: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = values.get(name)
    if not text:
        return default
    if text.lower() not in _TRUE | _FALSE:
        message = f"{name}={text} is neither on nor off: use 1 or 0."
        raise SettingsError(message)
    return text.lower() in _TRUE


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 0 < int(text) < 65536:  # noqa: PLR2004 - the ports there are
        message = f"FINOPS_PORT={text} is not a port: use 1 to 65535."
        raise SettingsError(message)
    return int(text)


def _level(text: str) -> str:
    levels = ("DEBUG", "INFO", "WARNING", "ERROR")
    if text.upper() not in levels:
        message = f"FINOPS_LOG_LEVEL={text} is none of {', '.join(levels)}."
        raise SettingsError(message)
    return text.upper()


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

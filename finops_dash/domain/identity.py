"""Who somebody is at their identity provider, and where they belong here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from finops_dash.domain.errors import FinOpsError

OTHERS = "others"  # stands for all sessions of a person but the one in use
ACTIVE, INVITED, SUSPENDED = "active", "invited", "suspended"
ISSUERS = {
    "GOOGLE": "https://accounts.google.com",
    "MICROSOFT": "https://login.microsoftonline.com/common/v2.0",
}
_LABELS = {"google": "Google", "microsoft": "Microsoft"}
IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=12)


class SignInRefusedError(FinOpsError):
    """Somebody who may not come in; the message is for them to read."""


@dataclass(frozen=True, slots=True)
class Provider:
    """An OpenID Connect provider that people may sign in with, and who we are to it.

    Without a secret we are a public client, which PKCE alone protects.
    """

    name: str
    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)

    @property
    def label(self) -> str:
        """What people call it."""
        return _LABELS.get(self.name, self.name.capitalize())


@dataclass(frozen=True, slots=True)
class Identity:
    """What a provider says of somebody: `issuer` and `subject` together are theirs for good.

    An e-mail address may pass from one person to another, so it is only good for an invitation,
    and only once the provider has verified it.
    """

    issuer: str
    subject: str
    email: str = ""
    is_verified: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class Membership:
    """A tenant that somebody belongs to, and as whom."""

    tenant_id: int
    slug: str
    tenant_name: str
    user_id: int
    role: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody whose session lives: as they are in their tenant at this moment.

    `ends_at` is when the session ends unless it is used again before.
    """

    session_id: int
    user_id: int
    name: str
    email: str
    role: str
    tenant_id: int
    slug: str
    tenant_name: str
    provider: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class WebSession:
    """A session that lives: when it began and was last used, with what, from where."""

    session_id: int
    provider: str
    started_at: datetime
    seen_at: datetime
    agent: str
    address: str

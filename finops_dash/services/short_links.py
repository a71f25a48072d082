"""Short links: what a long link says, kept by the server under sixteen characters.

A slug belongs to a tenant, whose people may all open it: it holds a question, not its answer.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import Connection

from data_layer.queries import short_links as rows
from finops_dash.domain.audit import Action, Change, actor_of
from finops_dash.domain.permissions import require
from finops_dash.domain.person import Person
from finops_dash.domain.saved_view import Link, UnknownViewError, ViewRefusedError
from finops_dash.domain.scope import Scope
from finops_dash.services.audit import record
from finops_dash.services.cost import TenantReads
from finops_dash.services.views import is_slug, new_slug

READ = "costs:read"
LONG = 1500  # characters from which on mail programs and chats break a link
MOST_LINKS = 5000


class ShortLinks:
    """Makes short links and finds what they lead to."""

    def __init__(
        self, engines: TenantReads, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Works through transactions of one tenant each; `now` stamps what is made."""
        self._engines = engines
        self._now = now

    def slug(self, person: Person, link: Link) -> str:
        """The slug of the link, the same whoever asks for it in the tenant."""
        require(person.scope.role, READ)
        tenant_id = person.scope.tenant_id
        digest = sha256(link.href.encode()).hexdigest()
        known = rows.slug_of(tenant_id, digest)
        with self._engines.tenant(tenant_id) as connection:
            slug: str | None = connection.scalar(known)
            if slug is not None:
                return slug
            if (connection.scalar(rows.count_by(tenant_id, person.id)) or 0) >= MOST_LINKS:
                message = f"You have made {MOST_LINKS:,} short links, as many as one person can."
                raise ViewRefusedError(message)
            values = {
                "tenant_id": tenant_id, "slug": new_slug(), "digest": digest, "path": link.path,
                "query": link.query, "made_by": person.id, "made_at": self._now(),
            }  # fmt: skip
            slug = connection.scalar(rows.add_link(values))
            if slug is None:
                return str(connection.scalar(known))  # another's: two asked at once
            self._record(connection, person, slug, link)
            return slug

    def find(self, scope: Scope, slug: object) -> Link:
        """What the slug leads to; `UnknownViewError` where the tenant has none such."""
        if not is_slug(slug):
            raise UnknownViewError
        with self._engines.tenant(scope.tenant_id) as connection:
            row = connection.execute(rows.target_of(scope.tenant_id, str(slug))).first()
        if row is None:
            raise UnknownViewError
        return Link(row.path, row.query)

    def _record(self, connection: Connection, person: Person, slug: str, link: Link) -> None:
        made = {"path": link.path, "query": link.query}
        change = Change(Action.LINK_MADE, f"link:{slug}", None, made)
        record(connection, person.scope.tenant_id, change, self._now(), actor_of(person))

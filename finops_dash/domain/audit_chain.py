"""The chain of a tenant's audit log: each event's digest holds the digest of the one before.

`digest = SHA-256(previous digest ‖ canonical row)`, both as ASCII, the digests in hexadecimal. The
canonical row is a JSON array, without spaces and with escapes for all but ASCII, of

    tenant_id, event_no, at, actor, actor_name, session_id, request_id, action, subject,
    before, after

where `at` is the text of the whole microseconds since 1970 in UTC, and `before` and `after` are
null, or the text of their JSON written in the same way with its names sorted. So nothing depends
on a time zone, on the order in which jsonb keeps names, or on how a number is written: the log
holds whole numbers alone (`finops_dash.domain.audit.plain`).

Whoever may write the table past the application can write the chain anew from some event on, or
cut its end off. That shows against an `Anchor`, which has to be kept elsewhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from finops_dash.domain.errors import FinOpsError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LONGEST_NUMBER = 20  # digits of what `plain` leaves a number
_ANCHOR = re.compile(r"(\d{1,18}):([0-9a-f]{64})")
Fields = tuple[int | str | None, ...]


class AnchorError(FinOpsError):
    """A text that is no anchor."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text!r} is no anchor: give one as `audit verify` prints it, N:DIGEST.")


@dataclass(frozen=True, slots=True)
class Anchor:
    """The newest event of a log at some time: what comes before can never be another again."""

    event_no: int
    digest: str

    @classmethod
    def parse(cls, text: str) -> Anchor:
        """The anchor that prints as the text."""
        found = _ANCHOR.fullmatch(text.strip())
        if found is None:
            raise AnchorError(text)
        return cls(int(found[1]), found[2])

    def __str__(self) -> str:
        return f"{self.event_no}:{self.digest}"


START = Anchor(0, sha256(b"finops-dash audit log").hexdigest())


@dataclass(frozen=True, slots=True)
class Link:
    """An event as it is stored: its number, the fields of its canonical row, its digest."""

    event_no: int
    fields: Fields
    digest: str


@dataclass(frozen=True, slots=True)
class Fault:
    """The first event that does not fit, and why."""

    event_no: int
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far the chain holds, and what is wrong with it there; None where it holds to its end."""

    newest: Anchor
    fault: Fault | None = None


def moment(at: datetime) -> str:
    """The time as a canonical row has it."""
    return str((at - EPOCH) // MICROSECOND)


def canonical_json(value: object) -> str:
    """The one text of a JSON value."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


def recanonical(text: str | None) -> str | None:
    """The same of a value as the database writes it, whoever put it there."""
    if text is None:
        return None
    try:
        return canonical_json(json.loads(text, parse_int=_number))
    except RecursionError:  # nothing of ours is as deep as that
        return text


def _number(text: str) -> Any:  # noqa: ANN401 - a number
    return int(text) if len(text) <= LONGEST_NUMBER else float(text)


def digest_of(previous: str, fields: Fields) -> str:
    """The digest of the event with these fields after the one with that digest."""
    row = json.dumps(fields, separators=(",", ":"))
    return sha256(f"{previous}{row}".encode("ascii")).hexdigest()


def walk(links: Iterable[Link], anchor: Anchor | None = None) -> Verdict:
    """Go along the chain, from the first event to the first that does not fit."""
    newest = START
    for link in links:
        reason = _broken(newest, link) or _another(link, anchor)
        if reason:
            return Verdict(newest, Fault(min(link.event_no, newest.event_no + 1), reason))
        newest = Anchor(link.event_no, link.digest)
    if anchor is not None and anchor.event_no > newest.event_no:
        reason = f"it is missing, with all up to event {anchor.event_no}, which the anchor knows"
        return Verdict(newest, Fault(newest.event_no + 1, reason))
    return Verdict(newest)


def _broken(newest: Anchor, link: Link) -> str | None:
    expected = newest.event_no + 1
    if link.event_no < expected:
        return "its number is none: the first event is 1"
    if link.event_no > expected:
        return f"it is missing: event {link.event_no} comes next"
    if digest_of(newest.digest, link.fields) != link.digest:
        return "it, its digest, or what stood before it is not as it was recorded"
    return None


def _another(link: Link, anchor: Anchor | None) -> str | None:
    if anchor is None or link.event_no != anchor.event_no or link.digest == anchor.digest:
        return None
    return "it is not the event that the anchor knows: it or one before was recorded anew"

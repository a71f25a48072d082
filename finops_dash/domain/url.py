"""A `CostQuery` as a URL query string, and back.

`to_url` is canonical: equal queries give equal strings, so the string is the cache key.
`from_url` is total: what it cannot understand becomes a `Notice`, never an error.
A filter reads `service:Amazon EC2|AWS Lambda`; `!` before the dimension negates, `~` before
the values means "contains", an empty value means "no value". A backslash takes `|`, `:`, `,`,
`~` and itself literally.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, quote

from finops_dash.domain.cost_query import Compare, CostQuery, Filter, Grain, Order
from finops_dash.domain.errors import QueryError
from finops_dash.domain.period import Period
from finops_dash.domain.registry import TAG, find_measure

KEYS = (
    "measure",
    "group_by",
    "filter",
    "period",
    "grain",
    "compare",
    "currency",
    "as_of",
    "limit",
    "order",
)
VIEW = "saved"  # names the saved view that a link was opened as; no part of the question
LONGEST_QUERY = 32_768
MOST_FILTERS = 50
DEFAULT = CostQuery()
_PLAIN = ":|,~!.*@/"
_NEEDS_NO_QUOTES = re.compile(r"[A-Za-z0-9_\-:|,~!.*@/]*", re.ASCII)
REMEMBERED = 4096  # of the last texts and queries: a view of a page has a hundred, many times over
_ESCAPED = re.compile(r"[\\|:,~]")


@dataclass(frozen=True, slots=True)
class Notice:
    """A part of a query string that was left out, and why."""

    key: str
    value: str
    reason: str

    def sentence(self) -> str:
        """The notice as one sentence for a person."""
        shown = self.value if len(self.value) <= 60 else self.value[:59] + "…"  # noqa: PLR2004 - one line
        return f"“{self.key}={shown}” was left out: {self.reason}."


@lru_cache(REMEMBERED)
def to_url(query: CostQuery, default: CostQuery = DEFAULT) -> str:
    """The canonical query string (without `?`); what a page's default says is left out."""
    pairs = [(key, text) for key, texts in _fields(query, default) for text in texts]
    return "&".join(f"{key}={_quoted(text)}" for key, text in pairs)


def _quoted(text: str) -> str:
    return text if _NEEDS_NO_QUOTES.fullmatch(text) else quote(text, safe=_PLAIN)


def from_url(
    source: str | Mapping[str, str | Sequence[str]], default: CostQuery = DEFAULT
) -> tuple[CostQuery, tuple[Notice, ...]]:
    """The query a string (or parsed parameters) describes, and what could not be understood.

    What the string leaves open is as in `default`, which a page may have of its own.
    """
    return _from_text(source, default) if isinstance(source, str) else _from(source, default)


@lru_cache(REMEMBERED)
def _from_text(text: str, default: CostQuery) -> tuple[CostQuery, tuple[Notice, ...]]:
    return _from(text, default)


def _from(
    source: str | Mapping[str, str | Sequence[str]], default: CostQuery
) -> tuple[CostQuery, tuple[Notice, ...]]:
    notices: list[Notice] = []
    query = default
    for key, texts in _grouped(source, notices).items():
        query = _read(query, key, texts, notices)
    return query, tuple(notices)


def apart(
    source: str | Mapping[str, str | Sequence[str]], keys: Sequence[str]
) -> tuple[dict[str, str], dict[str, list[str]]]:
    """The last value of each of a page's own `keys`, and all other parameters, for `from_url`."""
    own, others = parted(source, keys)
    return {key: texts[-1] for key, texts in own.items()}, others


def parted(
    source: str | Mapping[str, str | Sequence[str]], keys: Sequence[str]
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The values of each of a page's own `keys`, and all other parameters, for `from_url`."""
    own: dict[str, list[str]] = {}
    others: dict[str, list[str]] = {}
    for key, text in _pairs(source, []):
        if key not in keys:
            others.setdefault(key, []).append(text)
        elif text:
            own.setdefault(key, []).append(text)
    return own, others


def escape(text: str) -> str:
    """The text with the codec's own marks taken literally."""
    return _ESCAPED.sub(lambda mark: "\\" + mark[0], text)


def _fields(query: CostQuery, default: CostQuery) -> Iterable[tuple[str, list[str]]]:
    def unless_default(name: str) -> list[str]:
        value = getattr(query, name)
        text = value.token if isinstance(value, Period) else str(value)
        return [] if value == getattr(default, name) else [text]

    yield "measure", unless_default("measure")
    yield "group_by", [",".join(escape_dimension(n) for n in query.group_by)][: len(query.group_by)]
    yield "filter", [_filter_text(item) for item in query.filters]
    yield "period", unless_default("period")
    yield "grain", unless_default("grain")
    yield "compare", unless_default("compare")
    yield "currency", unless_default("currency")
    yield "as_of", [] if query.as_of is None else [_instant_text(query.as_of)]
    yield "limit", unless_default("limit")
    yield "order", unless_default("order")


def escape_dimension(name: str) -> str:
    """The dimension's name as it stands in a query string."""
    return TAG + escape(name.removeprefix(TAG)) if name.startswith(TAG) else name


def _filter_text(item: Filter) -> str:
    values = "|".join(escape(value) for value in item.values)
    marks = ("!" if item.negated else "", "~" if item.contains else "")
    return f"{marks[0]}{escape_dimension(item.dimension)}:{marks[1]}{values}"


def _instant_text(instant: datetime) -> str:
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _grouped(
    source: str | Mapping[str, str | Sequence[str]], notices: list[Notice]
) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for key, text in _pairs(source, notices):
        if key == VIEW:
            continue
        if key not in KEYS:
            notices.append(Notice(key, text, f"known keys are {', '.join(KEYS)}"))
        elif text:
            grouped.setdefault(key, []).append(text)
    return {key: grouped[key] for key in KEYS if key in grouped}


def _pairs(
    source: str | Mapping[str, str | Sequence[str]], notices: list[Notice]
) -> list[tuple[str, str]]:
    if isinstance(source, str):
        text = source.removeprefix("?")
        if len(text) > LONGEST_QUERY:
            notices.append(Notice("link", text, "it is longer than a link may be"))
            return []
        try:
            return parse_qsl(text, keep_blank_values=True, max_num_fields=200)
        except ValueError:
            notices.append(Notice("link", text, "it has too many parts"))
            return []
    pairs = []
    for key, value in source.items():
        texts = value if isinstance(value, list | tuple) else [value]
        pairs += [(key, str(text)) for text in texts]
    return pairs


def _read(query: CostQuery, key: str, texts: list[str], notices: list[Notice]) -> CostQuery:
    reader = _READERS.get(key)
    if reader is not None:
        return _accept(query, key, texts[-1], reader, notices)
    if key == "group_by":
        return _accept(query, key, ",".join(texts), _group_by, notices)
    for text in texts[:MOST_FILTERS]:
        query = _accept(query, key, text, _filter_after(query.filters), notices, "filters")
    notices += [Notice(key, text, "too many filters") for text in texts[MOST_FILTERS:]]
    return query


def _accept(  # noqa: PLR0913 - one private step of one loop
    query: CostQuery,
    key: str,
    text: str,
    reader: Callable[[str], Any],
    notices: list[Notice],
    field: str | None = None,
) -> CostQuery:
    """The query with the field read from text, or unchanged and a notice more."""
    try:
        changes: dict[str, Any] = {field or key: reader(text)}
        return replace(query, **changes)
    except QueryError as error:
        notices.append(Notice(key, text, error.reason))
    except (ValueError, OverflowError) as error:
        notices.append(Notice(key, text, str(error)))
    return query


def _split(text: str, mark: str) -> list[str]:
    """The parts between unescaped marks, still escaped."""
    parts: list[str] = []
    current, literal = "", False
    for letter in text:
        if literal or letter == "\\":
            current, literal = current + letter, not literal
        elif letter == mark:
            parts, current = [*parts, current], ""
        else:
            current += letter
    return [*parts, current]


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def _group_by(text: str) -> tuple[str, ...]:
    return tuple(_unescape(part) for part in _split(text, ",") if part)


def _filter_after(filters: tuple[Filter, ...]) -> Callable[[str], tuple[Filter, ...]]:
    return lambda text: (*filters, _filter(text))


def _filter(text: str) -> Filter:
    negated = text.startswith("!")
    parts = _split(text.removeprefix("!"), ":")
    head = 2 if parts[0] == TAG.removesuffix(":") else 1
    if len(parts) <= head:
        raise QueryError("filter", text, "write dimension:value|value")
    dimension = ":".join(_unescape(part) for part in parts[:head])
    values = ":".join(parts[head:])
    contains = values.startswith("~")
    texts = tuple(_unescape(value) for value in _split(values.removeprefix("~"), "|"))
    return Filter(dimension, texts, negated, contains)


def _compare(text: str) -> Compare | Period:
    if text in list(Compare):
        return Compare(text)
    try:
        return Period.parse(text)
    except QueryError:
        choices = f"choose one of {', '.join(Compare)}, or a period such as 2026-10"
        raise QueryError("compare", text, choices) from None


def _choice(kind: type[Grain | Order]) -> Callable[[str], object]:
    def read(text: str) -> object:
        if text not in list(kind):
            raise QueryError(kind.__name__, text, f"choose one of {', '.join(kind)}")
        return kind(text)

    return read


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
        aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
        return aware.astimezone(UTC)
    except (ValueError, OverflowError):
        raise QueryError("as_of", text, "write a time such as 2026-11-12T08:00:00Z") from None


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 9):  # noqa: PLR2004 - far above the limit
        raise QueryError("limit", text, "is not a whole number")
    return int(text)


def _measure(text: str) -> str:
    return find_measure(text).name


_READERS: dict[str, Callable[[str], Any]] = {
    "measure": _measure,
    "period": Period.parse,
    "grain": _choice(Grain),
    "compare": _compare,
    "currency": lambda text: text.upper(),
    "as_of": _instant,
    "limit": _count,
    "order": _choice(Order),
}

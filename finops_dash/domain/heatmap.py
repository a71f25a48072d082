"""The view of the heatmap page: a `CostQuery`, and under the key `map` which picture of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote_plus

from finops_dash.domain.cost_query import CostQuery
from finops_dash.domain.url import DEFAULT, Notice, from_url, to_url

KEY = "map"


class Map(StrEnum):
    """What the picture lays beside what."""

    CALENDAR = "calendar"
    WEEKDAY = "weekday"
    HOUR = "hour"
    SERVICE = "service"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class HeatView:
    """Which cost, in which picture."""

    query: CostQuery = DEFAULT
    map: Map = Map.CALENDAR


def heat_to_url(view: HeatView, default: CostQuery = DEFAULT) -> str:
    """The canonical query string (without `?`): the query's own, then `map` unless the calendar."""
    query = to_url(view.query, default)
    shown = "" if view.map is Map.CALENDAR else f"{KEY}={view.map}"
    return "&".join(part for part in (query, shown) if part)


def heat_from_url(
    source: str | Mapping[str, str | Sequence[str]], default: CostQuery = DEFAULT
) -> tuple[HeatView, tuple[Notice, ...]]:
    """The view a string (or parsed parameters) describes, and what could not be understood."""
    texts, rest = _apart(source)
    query, notices = from_url(rest, default)
    text = texts[-1] if texts else ""
    if text in list(Map):
        return HeatView(query, Map(text)), notices
    if text:
        notices = (*notices, Notice(KEY, text, f"choose one of {', '.join(Map)}"))
    return HeatView(query), notices


def _apart(
    source: str | Mapping[str, str | Sequence[str]],
) -> tuple[list[str], str | Mapping[str, str | Sequence[str]]]:
    """The texts under `map`, and the source without them."""
    if isinstance(source, str):
        parts = source.removeprefix("?").split("&")
        own = [part for part in parts if unquote_plus(part.partition("=")[0]) == KEY]
        rest = "&".join(part for part in parts if part not in own)
        return [unquote_plus(part.partition("=")[2]) for part in own], rest
    found = source.get(KEY, ())
    texts = [found] if isinstance(found, str) else list(found)
    return texts, {key: value for key, value in source.items() if key != KEY}

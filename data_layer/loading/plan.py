"""What a delivery replaces: its slices held against those that stand."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

import duckdb
from psycopg import Connection

from finops_dash.domain.errors import FinOpsError

Covers = Literal["period", "days"]
Place = tuple[str, datetime, datetime, date]
SHRINKS = 2


class ShrinkingError(FinOpsError):
    """A delivery holds less than half the rows that stand for a billing period."""

    def __init__(self, periods: list[str]) -> None:
        self.periods = periods
        super().__init__(
            "This delivery would shrink " + "; ".join(periods) + ". Nothing was stored: "
            "repeat with --yes if that is meant, or with --covers days."
        )


@dataclass(frozen=True, slots=True)
class Staged:
    """A slice of the delivery."""

    row_count: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A slice as it stands in the store."""

    slice_id: int
    row_count: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Which slices are new, replaced, emptied, or left as they are."""

    staged: dict[Place, Staged]
    standing: dict[Place, Standing]
    changed: tuple[Place, ...]
    emptied: tuple[Place, ...]

    @property
    def changes_nothing(self) -> bool:
        """Whether the store already holds all of it."""
        return not self.changed and not self.emptied

    @property
    def replaced(self) -> list[int]:
        """The ids of the standing slices that go."""
        places = (*self.changed, *self.emptied)
        return [self.standing[place].slice_id for place in places if place in self.standing]

    @property
    def days(self) -> list[date]:
        """The charge days touched."""
        return sorted({place[3] for place in (*self.changed, *self.emptied)})

    @property
    def months(self) -> list[date]:
        """The first days of the months touched."""
        return sorted({day.replace(day=1) for day in self.days})

    def shrinking(self) -> list[str]:
        """The billing periods that would lose more than half of their rows, in words."""
        before: Counter[tuple[str, datetime]] = Counter()
        after: Counter[tuple[str, datetime]] = Counter()
        for place, standing in self.standing.items():
            before[place[:2]] += standing.row_count
            if place not in self.staged and place not in self.emptied:
                after[place[:2]] += standing.row_count
        for place, staged in self.staged.items():
            after[place[:2]] += staged.row_count
        return [
            f"{name} {start:%Y-%m} from {count:,} to {after[name, start]:,} rows"
            for (name, start), count in sorted(before.items())
            if after[name, start] * SHRINKS < count
        ]


def plan_of(
    stage: duckdb.DuckDBPyConnection,
    connection: Connection,
    tenant_id: int,
    covers: Covers,
) -> Plan:
    """The plan for the staged delivery: unchanged slices are left, missing ones emptied.

    A billing period is known by its start: one delivered again with another end is the same.
    """
    staged = _staged(stage)
    standing = _standing(connection, tenant_id, {place[0] for place in staged})
    periods = {place[:2] for place in staged}
    covered = {place: found for place, found in standing.items() if place[:2] in periods}
    changed = [
        place
        for place, found in staged.items()
        if place not in covered or covered[place].content_hash != found.content_hash
    ]
    days = {(*place[:2], place[3]) for place in staged}
    emptied = [
        place
        for place in covered
        if place not in staged and (covers == "period" or (*place[:2], place[3]) in days)
    ]
    return Plan(staged, covered, tuple(sorted(changed)), tuple(sorted(emptied)))


def _staged(stage: duckdb.DuckDBPyConnection) -> dict[Place, Staged]:
    rows = stage.execute(
        "SELECT source, billing_period_start, billing_period_end, charge_day, row_count, "
        "content_hash FROM slices"
    ).fetchall()
    return {
        (row[0], row[1].replace(tzinfo=UTC), row[2].replace(tzinfo=UTC), row[3]): Staged(*row[4:])
        for row in rows
    }


def _standing(connection: Connection, tenant_id: int, sources: set[str]) -> dict[Place, Standing]:
    rows = connection.execute(
        "SELECT s.name, l.billing_period_start, l.billing_period_end, l.charge_day, l.slice_id, "
        "l.row_count, l.content_hash FROM finops.slice l JOIN finops.source s "
        "USING (tenant_id, source_id) WHERE l.tenant_id = %s AND s.name = ANY(%s)",
        (tenant_id, sorted(sources)),
    ).fetchall()
    return {(row[0], row[1], row[2], row[3]): Standing(*row[4:]) for row in rows}

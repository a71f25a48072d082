"""What a page says of data of an earlier moment, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from support.markup import kind, links, words

from finops_dash.components.places import EXPLORER
from finops_dash.components.since_note import sentence, since_note
from finops_dash.domain.cost_query import CostQuery
from finops_dash.services.since import Change, Since

THEN = datetime(2026, 11, 12, 8, tzinfo=UTC)


def since(*changes: tuple[str, dict[str, str]], newer: bool = False) -> Since:
    made = tuple(
        Change(unit, tuple((name, Decimal(amount)) for name, amount in parts.items()))
        for unit, parts in changes
    )
    return Since(THEN, "service", made, newer)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (since(("USD", {"EC2": "1204"})), "+$1,204.00 of late charges since then."),
        (since(("USD", {"EC2": "-12"})), "−$12.00 of corrections since then."),
        (since(("EUR", {"a": "-3"}), ("USD", {"a": "5"})),
         "−€3.00 and +$5.00 of changes since then."),
        (since(("USD", {"a": "1"}), newer=True),
         "+$1.00 since then, of which days after it are a part."),
        (since(), "Nothing of this has changed since then."),
        (since(("USD", {"a": "1", "b": "-1"})),
         "The total is the same since then; what it is made of by service is not."),
        (since(("USD", {"a": "0.0001"})), "+<$0.01 of late charges since then."),
    ],
)  # fmt: skip
def test_a_change_is_said_with_its_sign_and_kind(found: Since, expected: str) -> None:
    assert sentence(found) == expected


def test_the_note_leads_to_the_data_of_now_and_compares_by_part() -> None:
    asked = CostQuery(group_by=("service",), as_of=THEN)
    note = since_note(EXPLORER, asked, since(("USD", {"EC2": "7", "S3": "-1"})))
    assert "The data as of 12 Nov 2026, 08:00 UTC." in words(note)
    (link,) = links(note).values()
    assert link == EXPLORER.href(replace(asked, as_of=None))
    (table,) = [div for div in kind(note, "Div") if hasattr(div, "data-table")]
    assert '["EC2","+$7.00"],["S3","−$1.00"]' in getattr(table, "data-table")
    assert not kind(since_note(EXPLORER, asked, since()), "Details")

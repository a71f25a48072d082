"""What a person writes is kept as text, or refused with a sentence that says why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_dash.domain.texts import TextError, checked, required


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x" * 10_240, "10,240 characters: 100 at most"),
        ("a\0b", "no text"),
        ("two\nlines", "line break"),
        ("bell\x07", "no text"),
        ("half a letter \ud800", "no text"),
        ("one\u2028two", "line break"),
        ("evil\u202egnp.exe", "turn the text"),
        ("mark\u200f", "turn the text"),
        ("\u2066isolate\u2069", "turn the text"),
        ("zero\u200bwidth", "nobody sees"),
        ("", "is empty"),
        ("   ", "is empty"),
        ("\u200d", "is empty"),
        (None, "is missing"),
        (["x"], "is missing"),
        (7, "is missing"),
    ],
)
def test_a_name_that_cannot_be_kept_says_what_is_wrong(text: object, reason: str) -> None:
    with pytest.raises(TextError, match=reason) as refused:
        required("The name", text, 100)
    assert str(refused.value).startswith("The name ")


@pytest.mark.parametrize(
    "text",
    ["<b>bold</b>", "<script>alert(1)</script>", "=1+1", "%{x} $y$", "Größe & Maß", "تكلفة", "עלות",
     "👩‍👩‍👧 family", "日本語", "a\u00a0b", "'; DROP TABLE x; --"],
)  # fmt: skip
def test_markup_formulas_and_every_script_are_only_text(text: str) -> None:
    assert required("The name", f"  {text} ", 100) == text


def test_a_longer_text_may_have_lines() -> None:
    assert checked("The text", " one\r\ntwo\tthree\n", 100, lines=True) == "one\ntwo\tthree"
    assert checked("The text", "", 100, lines=True) == ""


@given(st.text(), st.booleans())
def test_any_text_is_kept_or_refused_in_words(text: str, lines: bool) -> None:
    try:
        kept = checked("The text", text, 50, lines=lines)
    except TextError:
        return
    assert len(kept) <= 50
    assert checked("The text", kept, 50, lines=lines) == kept
    kept.encode()
    assert "\0" not in kept

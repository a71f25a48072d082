"""Names and notes that people write: what they may hold, checked before anything is kept."""

from __future__ import annotations

import unicodedata

from finops_dash.domain.errors import FinOpsError

# What turns the direction of the text around it, and what nobody sees.
_TURNING = {0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_HIDDEN = {chr(code) for code in _TURNING | {0x200B, 0x2060, 0xFEFF}}
_NO_TEXT = {"Cc", "Cs", "Zl", "Zp"}  # control marks, halves of letters, odd line breaks


class TextError(FinOpsError):
    """A text that cannot be kept as it was written."""

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        super().__init__(f"{name} {reason}.")


def checked(name: str, text: object, longest: int, *, lines: bool = False) -> str:
    """The text without the space around it; `TextError` says what is wrong with it.

    `name` is what the text is to its writer: “The name”. With `lines` it may have several.
    Markup is text like any other: whoever shows it shows it as written.
    """
    if not isinstance(text, str):
        raise TextError(name, "is missing")
    plain = text.replace("\r\n", "\n").strip(" \n\t")
    if len(plain) > longest:
        raise TextError(name, f"has {len(plain):,} characters: {longest:,} at most")
    kept = plain.replace("\n", "").replace("\t", "") if lines else plain
    if _HIDDEN.intersection(kept):
        raise TextError(name, "has marks that nobody sees or that turn the text: leave them out")
    if any(unicodedata.category(letter) in _NO_TEXT for letter in kept):
        raise TextError(name, "has a character that is no text, or a line break: leave it out")
    return plain


def required(name: str, text: object, longest: int, *, lines: bool = False) -> str:
    """The same, and there must be something to read in it."""
    plain = checked(name, text, longest, lines=lines)
    if not any(letter.isprintable() and not letter.isspace() for letter in plain):
        raise TextError(name, "is empty: write something")
    return plain

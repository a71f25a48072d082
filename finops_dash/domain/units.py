"""Units that providers spell in their own ways: which spellings mean the same."""

from __future__ import annotations

import re

_BETWEEN = re.compile(r"[\s/_-]+")
_SHORT = 3  # letters; GB is not Gb, so that the case of short words stays
_SPELT = {"hr": "hour", "hrs": "hour", "mo": "month", "mos": "month"}
_SAYS_NOTHING = {"unit", "each", "count", "quantity", "item", "other"}


def unit_key(unit: str) -> str | None:
    """One key for `Hours`, `hour`, `1 Hour` and `Hrs`; for `GB-Months`, `GB Months` and `GB/Month`.

    Nothing is converted: `GB` and `GiB`, `Hours` and `100 Hours` have keys of their own. None for a
    unit that does not say of what it is one, such as `Units` or `1`.
    """
    words = [_word(word) for word in _BETWEEN.split(unit.strip()) if word.casefold() != "per"]
    words = words[1:] if words[0] == "1" and len(words) > 1 else words
    key = "-".join(words)
    return None if key in _SAYS_NOTHING or not re.search(r"[^\W\d_]", key) else key


def _word(word: str) -> str:
    if word.casefold() in _SPELT:
        return _SPELT[word.casefold()]
    return word if len(word) <= _SHORT else word.casefold().removesuffix("s")

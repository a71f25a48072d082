"""Rows read at once where they are plainly written, and with care where they are not.

Nearly every row of a bill is written plainly: its numbers as digits and a point, nothing missing
that must be there. For such a row one cast per value says all there is to say. Any other row is
*doubtful*: it is read by the expressions of `dialect`, which know every spelling and every way to
be wrong, and cost ten times as much.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from data_layer.sources.focus.dialect import (
    expressions,
    is_finer,
    literal,
    number_text,
    problem,
    quoted,
    scan,
)
from data_layer.sources.focus.files import FocusFile
from finops_dash.domain.focus import COLUMNS, INSTANTS, JSON_COLUMNS, NUMBERS, snake

NARROW, WIDE = "DECIMAL(18, 10)", "DECIMAL(38, 20)"
PLACES = {NARROW: 10, WIDE: 20}
_WHOLE = {NARROW: 8, WIDE: 18}  # digits before the point
_NECESSARY_NUMBERS = ("BilledCost", "EffectiveCost")
TEXTS = tuple(name for name in COLUMNS if name not in NUMBERS and name not in INSTANTS)
HEAD = 5000  # rows looked at to choose types
RARE = 100  # one number in so many may be too long for the narrow type
Types = Mapping[str, str]


def relation(files: Sequence[FocusFile], types: Types) -> str:
    """The rows of files of one shape, as SQL: texts as given, moments and numbers read.

    The texts keep FOCUS's names (NULL where the files lack one), unknown columns are `x_…`. The
    numbers have the types given; a row with one that does not fit has the texts of all in `exact`.
    `problem` is what keeps a row out, if anything.
    """
    file = _renamed(files[0])
    given = ", ".join(f"{quoted(old)} AS {quoted(new)}" for old, new in _names(files[0]).items())
    careful = expressions(file)
    moments = ", ".join(f"{careful[name]} AS {snake(name)}" for name in INSTANTS)
    quickly = ", ".join(f"{_quick(name, file, types)} AS {_quickly(name)}" for name in NUMBERS)
    slowly = ", ".join(
        f"CASE WHEN doubtful THEN {careful[name]} END AS {snake(name)}"
        for name in (*NUMBERS, "BillingCurrency", "ChargeCategory")
    )
    return (
        f"SELECT {_output(file, types)} FROM (SELECT *, {slowly} FROM ("
        f"SELECT *, {_doubt(file, careful, types)} AS doubtful FROM ("
        f"SELECT *, {moments}, {quickly} FROM (SELECT {given} FROM {scan(*files)}))))"
    )


def content_columns(file: FocusFile) -> list[str]:
    """What makes up the content of a charge in `relation`, as it was given."""
    named = (f"{literal(name)}, {quoted(name)}" for name in file.custom.values())
    return [*(quoted(name) for name in TEXTS), *named]


def content(file: FocusFile) -> str:
    """The texts of a row of `relation` in the order of `TEXTS`, and its extras, as one list."""
    kinds = dict(_renamed(file).columns)
    texts = [_given_text(name, kinds.get(name, "VARCHAR")) for name in TEXTS]
    return f"[{', '.join([*texts, expressions(_renamed(file))['extras']])}]"


def _given_text(name: str, kind: str) -> str:
    if kind == "VARCHAR":
        return quoted(name)
    if name in JSON_COLUMNS and kind != "JSON":
        return f"to_json({quoted(name)})::VARCHAR"
    return f"{quoted(name)}::VARCHAR"


def read_with_care(relation: str) -> str:
    """A relation's `texts`, made by `content`, as columns of the stage; `content` stays beside."""
    plain = FocusFile(Path(), "csv", tuple((n, "VARCHAR") for n in TEXTS), {n: n for n in TEXTS})
    listed = ", ".join(f"texts[{number}] AS {quoted(name)}" for number, name in enumerate(TEXTS, 1))
    read = expressions(plain)
    columns = ", ".join(f"{read[name]} AS {snake(name)}" for name in TEXTS)
    return (
        f"SELECT content, {columns}, extras FROM "
        f"(SELECT content, {listed}, texts[{len(TEXTS) + 1}] AS extras FROM {relation})"
    )


def wide_numbers(stage: duckdb.DuckDBPyConnection, file: FocusFile) -> set[str]:
    """The numbers that need the wide type, judged by the first rows of the file."""
    names = [name for name in NUMBERS if name in file.focus]
    kinds = dict(file.columns)
    texts = ", ".join(
        f"{number_text(quoted(own), kinds[own])} AS {snake(name)}"
        for name, own in file.focus.items()
        if name in names
    )
    long = {name: f"NOT regexp_full_match({snake(name)}, '{_pattern(NARROW)}')" for name in names}
    counts = ", ".join(
        f"count({snake(name)}) FILTER ({long[name]}), count({snake(name)})" for name in names
    )
    row = stage.execute(
        f"SELECT {counts} FROM (SELECT {texts} FROM {scan(file, noting=False)} LIMIT {HEAD})"
    ).fetchone()
    pairs = zip(names, (row or ())[::2], (row or ())[1::2], strict=True)
    return {name for name, found, count in pairs if found * RARE > count}


def _pattern(wanted: str) -> str:
    """A number plainly written that a type has room for."""
    return f"-?[0-9]{{0,{_WHOLE[wanted]}}}([.][0-9]{{0,{PLACES[wanted]}}})?"


def _names(file: FocusFile) -> dict[str, str]:
    """The name in `relation` of each of the file's own columns."""
    return {old: new for new, old in file.focus.items()} | file.custom


def _renamed(file: FocusFile) -> FocusFile:
    names = _names(file)
    columns = tuple((names[name], kind) for name, kind in file.columns)
    return replace(file, columns=columns, focus={name: name for name in file.focus})


def _quickly(name: str) -> str:
    return f"quick_{snake(name)}"


def _quick(name: str, file: FocusFile, types: Types) -> str:
    """A number plainly written, in its type; NULL for any other."""
    if name not in file.focus:
        return f"NULL::{types[name]}"
    return f"TRY_CAST({_as_given(name, file, types)} AS {types[name]})"


def _as_given(name: str, file: FocusFile, types: Types) -> str:
    """The number as a decimal that its type can take, else as text."""
    kind = dict(file.columns)[name]
    if kind == "VARCHAR":
        return f"nullif({quoted(name)}, '')"
    if _is_exact(kind, types[name]):
        return quoted(name)
    return number_text(quoted(name), kind)


def _is_exact(kind: str, wanted: str) -> bool:
    """Whether values of a numeric type lose no digit in the wanted one (they may not fit)."""
    if kind.startswith("DECIMAL"):
        return int(kind.split(",")[1].strip(" )")) <= PLACES[wanted]
    return kind.endswith(("INT", "INTEGER"))


def _doubt(file: FocusFile, careful: Mapping[str, str], types: Types) -> str:
    """Whether a row of quick numbers and moments may be wrong, or say more than they do."""
    present = [name for name in NUMBERS if name in file.focus]
    unread = (
        f"({_as_given(n, file, types)} IS NOT NULL AND {_quickly(n)} IS NULL)" for n in present
    )
    years = (
        f"coalesce({snake(name)} < '1990-01-01' OR {snake(name)} >= '2200-01-01', true)"
        for name in INSTANTS
    )
    missing = (f"{_quickly(name)} IS NULL" for name in _NECESSARY_NUMBERS)
    return " OR ".join(
        (
            *(f"NOT {_plain(file, types, wanted)}" for wanted in PLACES),
            *unread,
            *years,
            *missing,
            f"{careful['ChargeCategory']} IS NULL",
            "NOT coalesce(regexp_full_match(\"BillingCurrency\"::VARCHAR, '[A-Z]{3}'), false)",
        )
    )


def _plain(file: FocusFile, types: Types, wanted: str) -> str:
    """Whether all numbers given as text for a type are digits and a point it has room for."""
    kinds = dict(file.columns)
    columns = [
        _as_given(name, file, types)
        for name in NUMBERS
        if types[name] == wanted and name in file.focus
        and not _is_exact(kinds[name], wanted)
    ]  # fmt: skip
    if not columns:
        return "true"
    row = f"concat_ws(' ', {', '.join(columns)})"
    return f"regexp_full_match({row}, '({_pattern(wanted)}( |$))*')"


def _output(file: FocusFile, types: Types) -> str:
    texts = [
        f"{quoted(name)}" if name in file.focus else f"NULL::VARCHAR AS {quoted(name)}"
        for name in TEXTS
    ]
    extras = [quoted(name) for name in file.extras]
    moments = [snake(name) for name in INSTANTS]
    numbers = [f"{_typed(name, types)} AS {snake(name)}" for name in NUMBERS]
    lost = " OR ".join(
        f"({snake(name)} IS NOT NULL AND {_typed(name, types)} IS NULL)" for name in NUMBERS
    )
    all_texts = ", ".join(snake(name) for name in NUMBERS)
    exact = f"CASE WHEN doubtful AND ({lost}) THEN [{all_texts}] END AS exact"
    found = f"CASE WHEN doubtful THEN {problem()} END AS problem"
    currency = 'CASE WHEN doubtful THEN billing_currency ELSE "BillingCurrency" END AS currency'
    return ", ".join([*texts, *extras, *moments, *numbers, exact, found, currency])


def _typed(name: str, types: Types) -> str:
    column, wanted = snake(name), types[name]
    fits = f"NOT {is_finer(column, PLACES[wanted])}"
    return (
        f"CASE WHEN NOT doubtful THEN {_quickly(name)} "
        f"WHEN {fits} THEN TRY_CAST({column} AS {wanted}) END"
    )

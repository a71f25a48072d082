"""DuckDB expressions that read each FOCUS column, whatever the exporter's dialect."""

from __future__ import annotations

import glob

from data_layer.sources.focus.files import PARQUET_OPTIONS, FocusFile
from finops_dash.domain.focus import COLUMNS, COSTS, INSTANTS, JSON_COLUMNS, NUMBERS, snake

PLACES = 20
DECIMAL = f"DECIMAL(38, {PLACES})"
_NULL_WORDS = "('NULL', 'null', 'Null')"
_SLASHED = "['{}']".format(
    "', '".join(
        f"{day}{time}"
        for day in ("%m/%d/%y", "%m/%d/%Y", "%Y/%m/%d")
        for time in ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
    )
)
_SPACES = r"E' \t\r\n'"
_THOUSANDS = "'-?[0-9]{1,3}(,[0-9]{3})+(\\.[0-9]*)?'"
_EMPTY_OBJECT = "'\\s*(\\{\\s*\\}|\\[\\s*\\])\\s*'"


def quoted(name: str) -> str:
    """A column name as SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL."""
    return "'" + text.replace("'", "''") + "'"


def scan(file: FocusFile, *alike: FocusFile, keep_order: bool = False, noting: bool = True) -> str:
    """Files that have the same columns, as a DuckDB relation with the files' own columns.

    Lines that cannot be split are left out, and noted in `reject_errors` if wanted.
    """
    paths = ", ".join(literal(glob.escape(str(found.path))) for found in (file, *alike))
    if file.kind == "parquet":
        return f"read_parquet([{paths}], {PARQUET_OPTIONS})"
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name, _ in file.columns)
    parallel = ", parallel = false" if keep_order else ""
    broken = "store_rejects = true, rejects_limit = 0" if noting else "ignore_errors = true"
    return (
        f"read_csv([{paths}], columns = {{{columns}}}, auto_detect = false, "
        "header = true, delim = ',', quote = '\"', escape = '\"', "
        f"{broken}, max_line_size = 4194304{parallel})"
    )


def projection(file: FocusFile) -> list[str]:
    """The select list that reads a file's rows with care, whatever they hold."""
    return [f"{value} AS {snake(name)}" for name, value in expressions(file).items()]


def expressions(file: FocusFile) -> dict[str, str]:
    """How each FOCUS column is read from the file, and `extras` from the columns unknown to it."""
    types = dict(file.columns)
    found = {name: _expression(name, file, types) for name in COLUMNS}
    return found | {"extras": _extras(file, types)}


def _expression(name: str, file: FocusFile, types: dict[str, str]) -> str:
    if name not in file.focus:
        return f"NULL::{'TIMESTAMP' if name in INSTANTS else 'VARCHAR'}"
    column, kind = quoted(file.focus[name]), types[file.focus[name]]
    if name in INSTANTS:
        return _instant(column, kind)
    if name in NUMBERS:
        return _number(column, kind)
    if name in JSON_COLUMNS:
        return _object(column, kind)
    if name == "BillingCurrency":  # always an ISO code, so its right spelling is certain
        return f"upper(trim({_text(column, kind)}))"
    return _text(column, kind)


def _text(column: str, kind: str) -> str:
    """The text as given; NULL where an exporter wrote a blank or the word."""
    text = column if kind == "VARCHAR" else f"{column}::VARCHAR"
    unblanked = f"CASE WHEN trim({text}, {_SPACES}) = '' THEN NULL ELSE {text} END"
    # Only what begins with a space or less stands below '!': others are spared the trimming.
    return (
        f"CASE WHEN {text} < '!' THEN {unblanked} "
        f"WHEN {text} IN {_NULL_WORDS} THEN NULL ELSE {text} END"
    )


def _number(column: str, kind: str) -> str:
    """The number as text, exactly as given; money signs and separators taken out."""
    if kind != "VARCHAR":
        return number_text(column, kind)
    dressed = _undressed(column)
    return (
        f"CASE WHEN {column} = '' OR {column} IN {_NULL_WORDS} THEN NULL "
        f"WHEN TRY_CAST({column} AS {DECIMAL}) IS NOT NULL THEN trim({column}) "
        f"WHEN TRY_CAST({dressed} AS {DECIMAL}) IS NOT NULL THEN {dressed} "
        f"WHEN lower(trim({column}, {_SPACES})) IN ('', 'nan') THEN NULL ELSE {column} END"
    )


def number_text(column: str, kind: str) -> str:
    """A column of numbers, of whatever type, as the shortest text that says them."""
    if kind in {"DOUBLE", "FLOAT"}:
        return f"CASE WHEN isnan({column}) THEN NULL ELSE {column}::VARCHAR END"
    if kind.startswith("DECIMAL") and not kind.endswith(",0)"):
        return f"rtrim(rtrim({column}::VARCHAR, '0'), '.')"
    return f"{column}::VARCHAR"


def _undressed(column: str) -> str:
    """`$(1,234.50) ` as `-1234.50`; commas go only where they part thousands."""
    bare = f"regexp_replace({column}, '[$€£\\s]', '', 'g')"
    signed = f"regexp_replace({bare}, '^\\((.*)\\)$', '-\\1')"
    return (
        f"CASE WHEN regexp_full_match({signed}, {_THOUSANDS}) "
        f"THEN replace({signed}, ',', '') ELSE {signed} END"
    )


def _instant(column: str, kind: str) -> str:
    if kind.startswith("TIMESTAMP WITH"):
        # The same, but the second, which only infinity needs, asks a library of calendars.
        utc = f"make_timestamp(epoch_us({column}))"
        return f"CASE WHEN isfinite({column}) THEN {utc} ELSE {column} AT TIME ZONE 'UTC' END"
    if kind != "VARCHAR":
        return f"TRY_CAST({column} AS TIMESTAMP)"
    usual = f"strlen({column}) = 20 AND suffix({column}, 'Z') OR suffix({column}, '.000Z')"
    return (
        f"CASE WHEN {usual} THEN TRY_CAST({column} AS TIMESTAMP) "
        f"WHEN contains({column}, '/') THEN TRY_STRPTIME(trim({column}), {_SLASHED}) "
        f"ELSE TRY_CAST({column} AS TIMESTAMPTZ) AT TIME ZONE 'UTC' END"
    )


def _object(column: str, kind: str) -> str:
    if kind not in {"VARCHAR", "JSON"}:
        return f"nullif(to_json({column})::VARCHAR, '{{}}')"
    text = f"{column}::VARCHAR"
    empty = f"strlen({text}) < 9 AND regexp_full_match({text}, {_EMPTY_OBJECT})"
    return f"CASE WHEN {empty} THEN NULL ELSE {_text(text, 'VARCHAR')} END"


def _extras(file: FocusFile, types: dict[str, str]) -> str:
    """The columns FOCUS does not know, as one JSON object without its empty ones."""
    if not file.extras:
        return "NULL::VARCHAR"
    members = ", ".join(
        f"{literal(title)}: {_text(quoted(name), types[name])}"
        for name, title in file.custom.items()
    )
    merged = f"json_merge_patch('{{}}', to_json({{{members}}}))::VARCHAR"
    return f"nullif({merged}, '{{}}')"


def problem() -> str:
    """`column: reason` of the first thing that keeps a staged row out; NULL for a good row."""
    tests = [
        *(
            (f"{snake(name)} IS NULL", f"'{name}: there is no date or time that can be read'")
            for name in INSTANTS
        ),
        *(
            (f"{snake(name)} IS NULL", f"'{name}: there is no value'")
            for name in ("BillingCurrency", "ChargeCategory", "BilledCost", "EffectiveCost")
        ),
        (
            "NOT regexp_full_match(billing_currency, '[A-Z]{3}')",
            "'BillingCurrency: \"' || billing_currency || '\" is not an ISO 4217 code'",
        ),
        *(
            (_no_number(snake(name)), f"'{name}: \"' || {snake(name)} || '\" is not a number'")
            for name in NUMBERS
        ),
        *(
            (
                f"{snake(name)} < '1990-01-01' OR {snake(name)} >= '2200-01-01'",
                f"'{name}: the year cannot be'",
            )
            for name in INSTANTS
        ),
    ]
    return "CASE " + " ".join(f"WHEN {test} THEN {text}" for test, text in tests) + " END"


def _no_number(column: str) -> str:
    wrong = f"TRY_CAST({column} AS {DECIMAL}) IS NULL OR contains({column}, '_')"
    return f"({column} IS NOT NULL AND ({wrong}))"


def is_finer(column: str, places: int = PLACES) -> str:
    """Whether a number has more decimal places than the exact sums of DuckDB keep."""
    mantissa = f"regexp_extract({column}, '\\.([0-9]*)', 1)"
    exponent = f"coalesce(TRY_CAST(regexp_extract({column}, '[eE]([-+]?[0-9]+)', 1) AS INTEGER), 0)"
    long = f"(length({column}) > {places + 1} OR contains(lower({column}), 'e'))"
    return f"({long} AND length({mantissa}) - {exponent} > {places})"


def cost_columns() -> tuple[str, ...]:
    """The four costs, as the stage names them."""
    return tuple(snake(name) for name in COSTS)

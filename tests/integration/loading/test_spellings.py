"""One bill in the many ways exporters write it: what is stored is always the same."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from support.focus import on, write_csv
from support.stored import Stored

from finops_dash.bootstrap import Services
from finops_dash.domain.focus import COLUMNS, INSTANTS, NUMBERS
from finops_dash.domain.scope import Scope

DAYS = [on(f"2026-09-{n:02}", ResourceId=f"i-{n}", SkuId=f"s{n % 3}") for n in range(1, 10)]
TAGS = '"{""team"": ""Core"", ""env"": ""prod""}"'


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The bill as the plainest CSV."""
    return write_csv(tmp_path_factory.mktemp("plain") / "bill.csv", DAYS).read_bytes().decode()


@pytest.fixture(scope="module")
def usual(
    services: Services, plain: str, tmp_path_factory: pytest.TempPathFactory
) -> list[dict[str, Any]]:
    """What is stored of the plainest CSV."""
    services.tenancy.create("usual")
    scope = services.tenancy.scope("usual")
    bill = tmp_path_factory.mktemp("usual") / "bill.csv"
    bill.write_bytes(plain.encode())
    services.ingestion.ingest(scope, [str(bill)])
    found = Stored(services.engines, scope).charges()
    assert len(found) == 9
    return found


@pytest.fixture
def stores_the_usual(
    services: Services, scope: Scope, stored: Stored, usual: list[dict[str, Any]]
) -> Callable[[Path], bool]:
    """Whether loading the path gives the very charges of the plainest CSV."""

    def loaded(path: Path) -> bool:
        outcome = services.ingestion.ingest(scope, [str(path)])
        return outcome.rejected_count == 0 and stored.charges() == usual

    return loaded


def swapped(*changes: tuple[str, str]) -> Callable[[str], str]:
    """The bill with texts replaced, each of which must be there."""

    def swap(text: str) -> str:
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        return text

    return swap


def every_value_quoted(text: str) -> str:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(csv.reader(io.StringIO(text, newline="")))
    return out.getvalue()


def nothing_as(word: str) -> Callable[[str], str]:
    """The bill with a word wherever a value is missing."""

    def spelled(text: str) -> str:
        rows = text.replace("\r\n", "\n").replace(f"{TAGS}\n", "@\n").splitlines()
        lines = [",".join(value or word for value in line.split(",")) for line in rows]
        return "\n".join(lines).replace("@", TAGS) + "\n"

    return spelled


def any_order_and_case(text: str) -> str:
    names = [name.upper() if n % 2 else name.lower() for n, name in enumerate(COLUMNS)]
    out = io.StringIO()
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    assert header == list(COLUMNS)
    csv.writer(out).writerows(line[::-1] for line in [names, *rows])
    return out.getvalue()


TEXTS: dict[str, Callable[[str], str]] = {
    "line feeds": swapped(("\r\n", "\n")),
    "carriage returns": swapped(("\r\n", "\r")),
    "BOM": lambda text: "\ufeff" + text,
    "blank lines": swapped(("\r\n", "\r\n\r\n")),
    "no newline at the end": lambda text: text.removesuffix("\r\n"),
    "any order and case": any_order_and_case,
    "every value quoted": every_value_quoted,
    "NULL": nothing_as("NULL"),
    "null": nothing_as("null"),
    "quoted nothing": nothing_as('""'),
    "no zone": swapped(("00:00:00Z", "00:00:00")),
    "no T": swapped(("T00:00:00Z", " 00:00:00")),
    "minutes only": swapped(("T00:00:00Z", "T00:00Z")),
    "milliseconds": swapped(("00:00:00Z", "00:00:00.000Z")),
    "an offset of nothing": swapped(("00:00:00Z", "00:00:00+00:00")),
    "another zone": swapped(("T00:00:00Z", "T02:00:00+02:00")),
    "dates only": swapped(("T00:00:00Z", "")),
    "E notation": swapped((",1.5,", ",15E-1,"), ("0.0833333", "8.33333e-02"), (",24,", ",2.4E1,")),
    "tags without braces": swapped(("{", ""), ("}", "")),
    "tags as pairs": swapped((TAGS, "team=Core;env=prod")),
    "tags as a map of Athena": swapped((TAGS, '"{team=Core, env=prod}"')),
    "tags as a list": swapped(
        (TAGS, '"[{""key"":""team"",""value"":""Core""},{""key"":""env"",""value"":""prod""}]"')
    ),
}


@pytest.mark.parametrize("spelling", TEXTS)
def test_however_a_csv_is_spelled_the_same_charges_are_stored(
    spelling: str, plain: str, stores_the_usual: Callable[[Path], bool], tmp_path: Path
) -> None:
    bill = tmp_path / "bill.csv"
    bill.write_bytes(TEXTS[spelling](plain).encode())
    assert stores_the_usual(bill)


PLACES = {  # where the file stands, and the path a person gives
    "an upper-case ending": ("BILL.CSV", "BILL.CSV"),
    "a folder": ("in/deep/bill.csv", "in"),
    "a glob": ("bill-1.csv", "bill-*.csv"),
    "a deep glob": ("in/deep/bill.csv", "**/*.csv"),
    "a name that looks like a glob": ("b[1]*?.csv", "b[1]*?.csv"),
    "a name with a quote": ("it's.csv", "it's.csv"),
}


@pytest.mark.parametrize("place", PLACES)
def test_wherever_a_bill_stands_it_is_found(
    place: str, plain: str, stores_the_usual: Callable[[Path], bool], tmp_path: Path
) -> None:
    stands, given = PLACES[place]
    (tmp_path / stands).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / stands).write_bytes(plain.encode())
    (tmp_path / "b1x.csv.txt").write_text("no bill")
    assert stores_the_usual(tmp_path / given)


def test_a_gzip_is_read(
    plain: str, stores_the_usual: Callable[[Path], bool], tmp_path: Path
) -> None:
    (tmp_path / "bill.csv.gz").write_bytes(gzip.compress(plain.encode()))
    assert stores_the_usual(tmp_path / "bill.csv.gz")


def test_a_gzip_of_several_parts_is_read_to_its_end(
    plain: str, stores_the_usual: Callable[[Path], bool], tmp_path: Path
) -> None:
    parts = plain[:2000], plain[2000:3000], plain[3000:]
    packed = b"".join(gzip.compress(part.encode()) for part in parts)
    (tmp_path / "bill.csv.gz").write_bytes(packed)
    assert stores_the_usual(tmp_path / "bill.csv.gz")


def test_a_hive_tree_of_csv_and_gzip_is_one_delivery(
    stores_the_usual: Callable[[Path], bool], tmp_path: Path
) -> None:
    period = tmp_path / "tree" / "BILLING_PERIOD=2026-09"
    for number, item in enumerate(DAYS):
        part = write_csv(period / f"part-{number}.csv", [item])
        if number % 2:
            (period / f"part-{number}.csv.gz").write_bytes(gzip.compress(part.read_bytes()))
            part.unlink()
    (period / "manifest.json").write_text("{}")
    assert stores_the_usual(tmp_path / "tree")


def casts(numbers: str, instants: str, **others: str) -> str:
    """A SELECT list that gives the bill's texts other types."""
    changed = [
        *(numbers.format(f'"{name}"') + f' AS "{name}"' for name in NUMBERS),
        *(instants.format(f'"{name}"') + f' AS "{name}"' for name in INSTANTS),
        *(f'{expression} AS "{name}"' for name, expression in others.items()),
    ]
    return f"* REPLACE ({', '.join(changed)})"


TYPES = {
    "texts": "*",
    "decimals and zoned times": casts("{}::DECIMAL(30, 10)", "{}::TIMESTAMPTZ"),
    "floats and nanoseconds": casts("{}::DOUBLE", "left({}, 19)::TIMESTAMP_NS"),
    "floats and dates": casts("{}::DOUBLE", "left({}, 10)::DATE"),
    "tags as a map": casts("{}::DOUBLE", "{}", Tags='"Tags"::JSON::MAP(VARCHAR, VARCHAR)'),
    "tags as a record": casts("{}", "{}", Tags='"Tags"::JSON::STRUCT(team VARCHAR, env VARCHAR)'),
    "texts as bytes": casts("{}", "{}", ServiceName='"ServiceName"::BLOB'),
}


@pytest.mark.parametrize("types", TYPES)
def test_a_parquet_of_any_types_stores_the_same_charges(
    types: str, plain: str, stores_the_usual: Callable[[Path], bool], tmp_path: Path
) -> None:
    source = tmp_path / "source.csv"
    source.write_bytes(plain.encode())
    bill = tmp_path / "tree" / "BILLING_PERIOD=2026-09" / "x_part=1" / "bill.parquet"
    bill.parent.mkdir(parents=True)
    relation = duckdb.sql(f"SELECT {TYPES[types]} FROM read_csv('{source}', all_varchar = true)")
    relation.write_parquet(str(bill))
    assert stores_the_usual(tmp_path / "tree")

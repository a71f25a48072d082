"""Any cost query as a file: exactly the answer, all of its lines, or a sentence why not."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from support.focus import on, write_csv
from support.sheets import cells, formulas
from support.visiting import Visitor
from werkzeug.test import TestResponse

from finops_dash.bootstrap import Services
from finops_dash.domain.focus import COLUMNS, NUMBERS
from finops_dash.domain.money import plain, total
from finops_dash.domain.scope import Scope
from finops_dash.domain.url import from_url
from finops_dash.services import exports

Visit = Callable[[Scope], Visitor]
KINDS = ("csv", "xlsx", "parquet")
HOSTILE = '=HYPERLINK("https://evil.example")'
QUERIES = (
    "group_by=service&period=2026-09",
    "group_by=service,tag:team&grain=day&period=2026-09&measure=list_cost",
    "period=2026-09",
    "group_by=billing_account&period=2026-09&compare=previous-period",
    "group_by=resource&period=2026-09&order=name&limit=2",
    "filter=service:Nothing&group_by=service&period=2026-09",
)


@pytest.fixture(scope="module")
def tenant(services: Services, tmp_path_factory: pytest.TempPathFactory) -> Scope:
    """A tenant with hostile names, long numbers, own columns, and a credit."""
    slug = f"export-{uuid4().hex[:8]}"
    services.tenancy.create(slug)
    scope = services.tenancy.scope(slug, "viewer")
    rows = [
        on("2026-09-01", EffectiveCost="1.10", ListCost="3", x_Note="+seen", x_Credits="-0.25"),
        on("2026-09-02", EffectiveCost="0.00000000000000000001", ServiceName=HOSTILE, Tags=""),
        on("2026-09-02", EffectiveCost="-12.5", ServiceName="@SUM(A1)", ResourceId="-2+3"),
        on("2026-09-03", EffectiveCost="7", ServiceName='Two\nlines, "quoted"', ResourceName="Ü東"),
    ]
    file = write_csv(tmp_path_factory.mktemp("exports") / "bill.csv", rows)
    services.ingestion.ingest(scope, [str(file)])
    return scope


def table(response: TestResponse) -> list[list[str]]:
    assert response.status_code == 200, response.text
    text = response.get_data().decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def unquoted(text: str) -> str | None:
    return text.removeprefix("'") or None


def answer_rows(services: Services, scope: Scope, query: str) -> list[list[Any]]:
    answer = services.cost.answer(scope, from_url(query)[0], services.now().date())
    return [[*row.values()] for row in exports.rows_of(answer)]


@pytest.mark.parametrize("query", QUERIES)
def test_the_csv_is_the_answer(visit: Visit, services: Services, tenant: Scope, query: str) -> None:
    head, *rows = table(visit(tenant).get(f"/export/cost.csv?{query}"))
    wanted = answer_rows(services, tenant, query)
    assert "_USD" in head[-1]
    assert [[unquoted(text) for text in row] for row in rows] == [
        [plain(value) if isinstance(value, Decimal) else value for value in row] for row in wanted
    ]


@pytest.mark.parametrize("query", QUERIES)
def test_the_parquet_is_the_answer(
    visit: Visit, services: Services, tenant: Scope, query: str
) -> None:
    response = visit(tenant).get(f"/export/cost.parquet?{query}")
    assert response.status_code == 200
    found = pq.read_table(pa.BufferReader(response.get_data()))
    assert [list(row.values()) for row in found.to_pylist()] == answer_rows(services, tenant, query)


@pytest.mark.parametrize("query", QUERIES)
def test_the_sheet_is_the_answer_as_far_as_a_sheets_numbers_go(
    visit: Visit, services: Services, tenant: Scope, query: str, tmp_path: Path
) -> None:
    response = visit(tenant).get(f"/export/cost.xlsx?{query}")
    (tmp_path / "out.xlsx").write_bytes(response.get_data())
    _, *rows = cells(tmp_path / "out.xlsx")
    found = [[value for _, value in row.values()] for row in rows]
    for shown, wanted in zip(found, answer_rows(services, tenant, query), strict=True):
        present = [value for value in wanted if value is not None]
        for text, value in zip(shown, present, strict=True):
            if isinstance(value, Decimal):
                assert float(text) == float(value)
            else:
                assert unquoted(text) == value


@pytest.mark.parametrize("query", ["period=2026-09", "period=2026-09&filter=service:~s"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_sum_of_all_lines_is_the_answer(
    visit: Visit, services: Services, tenant: Scope, query: str, kind: str, tmp_path: Path
) -> None:
    response = visit(tenant).get(f"/export/charges.{kind}?{query}")
    rows = lines(response, kind, tmp_path)
    answer = services.cost.answer(tenant, from_url(query)[0], services.now().date())
    assert int(response.headers["X-Row-Count"]) == len(rows)
    costs = [Decimal(str(row["EffectiveCost"])) for row in rows]
    if kind == "xlsx":
        assert float(total(costs)) == float(answer.total)
    else:
        assert total(costs) == answer.total


def lines(response: TestResponse, kind: str, folder: Path) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.text
    if kind == "csv":
        head, *rows = table(response)
        return [dict(zip(head, row, strict=True)) for row in rows]
    if kind == "parquet":
        found = pq.read_table(pa.BufferReader(response.get_data()))
        return list(found.to_pylist())
    (folder / "out.xlsx").write_bytes(response.get_data())
    first, *rest = cells(folder / "out.xlsx")
    names = {letter: text for letter, (_, text) in first.items()}
    return [{names[letter]: text for letter, (_, text) in row.items()} for row in rest]


def test_lines_have_every_column_that_came_in(visit: Visit, tenant: Scope, tmp_path: Path) -> None:
    for kind in ("csv", "parquet"):
        response = visit(tenant).get(f"/export/charges.{kind}?period=2026-09")
        rows = lines(response, kind, tmp_path)
        assert list(rows[0]) == [*COLUMNS, "x_Credits", "x_Note"]
        first = min(rows, key=lambda row: str(row["ChargePeriodStart"]))
        assert str(first["x_Credits"]) == "-0.25"
        assert first["x_Note"] == ("'+seen" if kind == "csv" else "+seen")
        assert first["Tags"] == '{"env": "prod", "team": "Core"}'
    schema = pq.read_schema(pa.BufferReader(response.get_data()))
    types = {field.name: str(field.type) for field in schema}
    assert types["EffectiveCost"] == "decimal128(38, 20)"
    assert types["ChargePeriodStart"] == "timestamp[us, tz=UTC]"
    assert {types[name].partition("(")[0] for name in NUMBERS} == {"decimal128"}


def test_no_text_becomes_a_formula_and_numbers_stay_numbers(
    visit: Visit, tenant: Scope, tmp_path: Path
) -> None:
    visitor = visit(tenant)
    for what in ("cost", "charges"):
        query = "period=2026-09&group_by=service,resource"
        starts = ("=", "+", "-", "@", "\t", "\r", "\n")
        head, *rows = table(visitor.get(f"/export/{what}.csv?{query}"))
        texts = [n for n, name in enumerate(head) if name in {"service", "ServiceName", "x_Note"}]
        assert not [r[n] for r in rows for n in texts if r[n].startswith(starts)]
        assert any(f"'{HOSTILE}" in row for row in rows)
        assert any("-12.5" in row for row in rows)
        sheet = tmp_path / f"{what}.xlsx"
        sheet.write_bytes(visitor.get(f"/export/{what}.xlsx?{query}").get_data())
        assert formulas(sheet) == 0
        found = [cell for row in cells(sheet) for cell in row.values()]
        assert ("inlineStr", f"'{HOSTILE}") in found
        assert ("n", "-12.5") in found


@pytest.mark.parametrize("what", ["cost", "charges"])
def test_the_name_says_what_when_and_how(visit: Visit, tenant: Scope, what: str) -> None:
    query = "group_by=service,tag:my/team&period=2026-09"
    named = visit(tenant).get(f"/export/{what}.csv?{query}").headers["Content-Disposition"]
    view = f"{what}-effective-cost-by-service-by-tag-my-team"
    assert named.startswith(f"attachment; filename={view}_2026-09-01..2026-09-30_")
    assert named.endswith("Z.csv")


@pytest.mark.parametrize("what", ["cost", "charges"])
@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("group_by=nonsense", "“group_by=nonsense” was left out"),
        ("period=2026-99&measure=love&utm=1", "“measure=love”"),
        ("filter=service", "write dimension:value"),
        ("period=%ff%00", "was left out"),
        ("limit=0", "“limit=0”"),
        ("filter=" + "&filter=".join("service:a" for _ in range(60)), "too many filters"),
    ],
)
def test_a_query_that_is_not_understood_gives_no_file(
    visit: Visit, tenant: Scope, what: str, query: str, words: str
) -> None:
    for kind in KINDS:
        response = visit(tenant).get(f"/export/{what}.{kind}?{query}")
        assert response.status_code == 400
        assert words in response.text
        assert response.mimetype == "text/plain"


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("cost.csv?grain=hour&period=2026", 422, "choose a shorter period"),
        ("cost.csv?measure=consumed_quantity&period=2026", 409, "different units"),
        ("cost.pdf?period=2026", 404, "choose one of csv, xlsx, parquet"),
        ("charges.csv?as_of=2026-09-01T00:00:00Z", 422, "as they stand now only"),
    ],
)
def test_what_cannot_be_answered_says_why(
    visit: Visit,
    tenant: Scope,
    services: Services,
    tmp_path: Path,
    path: str,
    status: int,
    words: str,
) -> None:
    rows = [on("2026-08-01", ConsumedUnit="GB", BillingAccountId="2")]
    services.ingestion.ingest(tenant, [str(write_csv(tmp_path / "other.csv", rows))])
    response = visit(tenant).get(f"/export/{path}")
    assert response.status_code == status
    assert words in response.text


def test_currencies_are_not_added_up_but_their_lines_are_all_there(
    visit: Visit, services: Services, scope: Scope, tmp_path: Path
) -> None:
    rows = [on("2026-09-01"), on("2026-09-01", BillingCurrency="EUR", BillingAccountId="2")]
    services.ingestion.ingest(scope, [str(write_csv(tmp_path / "bill.csv", rows))])
    visitor = visit(scope)
    refused = visitor.get("/export/cost.csv?period=2026-09")
    assert (refused.status_code, "currencies are never added up" in refused.text) == (409, True)
    apart = table(visitor.get("/export/cost.csv?period=2026-09&group_by=billing_currency"))
    assert apart == [["billing_currency", "effective_cost"], ["EUR", "1.5"], ["USD", "1.5"]]
    _, *found = table(visitor.get("/export/charges.csv?period=2026-09"))
    assert len(found) == 2


def test_a_sheet_too_small_for_the_lines_is_refused(
    visit: Visit, tenant: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "XLSX_ROWS", 2)
    visitor = visit(tenant)
    refused = visitor.get("/export/charges.xlsx?period=2026-09")
    assert refused.status_code == 413
    assert "There are 4 charge lines, and a sheet has room for 2" in refused.text
    assert visitor.get("/export/charges.csv?period=2026-09").status_code == 200


def test_numbers_too_long_for_parquet_are_refused(
    visit: Visit, services: Services, scope: Scope, tmp_path: Path
) -> None:
    rows = [on("2026-09-01", EffectiveCost=f"0.{'0' * 39}1")]
    services.ingestion.ingest(scope, [str(write_csv(tmp_path / "bill.csv", rows))])
    visitor = visit(scope)
    refused = visitor.get("/export/charges.parquet?period=2026-09")
    assert refused.status_code == 422
    assert "export to CSV, which holds any" in refused.text
    shown = visitor.get("/export/cost.parquet?period=2026-09")
    assert (shown.status_code, "export to CSV" in shown.text) == (422, True)
    (_, line) = table(visitor.get("/export/charges.csv?period=2026-09"))
    assert f"0.{'0' * 39}1" in line


def test_head_says_how_many_rows_there_are_and_sends_none(visit: Visit, tenant: Scope) -> None:
    for what, count in (("cost", "1"), ("charges", "4")):
        response = visit(tenant).client.head(f"/export/{what}.csv?period=2026-09")
        assert (response.status_code, response.headers["X-Row-Count"]) == (200, count)
        assert response.get_data() == b""


def test_one_person_has_one_export_at_a_time(
    visit: Visit, services: Services, tenant: Scope
) -> None:
    visitor = visit(tenant)
    with services.exports.turns.one((tenant.tenant_id, "analyst")):
        refused = visitor.get("/export/charges.csv?period=2026-09")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert "An export of yours is running" in refused.text
    for _ in range(2):  # each gives its turn back
        with visitor.get("/export/charges.csv?period=2026-09") as response:
            assert response.status_code == 200


def test_a_role_without_the_permission_gets_nothing(services: Services, tenant: Scope) -> None:
    asked = exports.Asked(replace(tenant, role="nobody"), from_url("period=2026-09")[0], "csv")
    for call in (services.exports.shown, services.exports.lines):
        with pytest.raises(exports.PermissionDeniedError, match="costs:read"):
            call(asked)


def test_strangers_are_sent_to_sign_in(stranger: Visitor) -> None:
    for path in ("cost.csv", "charges.csv", "charges.parquet", "cost.xlsx"):
        response = stranger.get(f"/export/{path}?period=2026-09")
        assert response.status_code == 302
        assert "/login" in response.headers["Location"]


@pytest.mark.parametrize("what", ["cost", "charges"])
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_another_tenant_is_in_any_file(
    visit: Visit, services: Services, tenant: Scope, tmp_path: Path, what: str, kind: str
) -> None:
    slug = f"theirs-{uuid4().hex[:8]}"
    services.tenancy.create(slug)
    theirs = services.tenancy.scope(slug)
    named = dict.fromkeys(("ServiceName", "ResourceId", "SubAccountId"), "canary-b")
    rows = [on("2026-09-01", BillingAccountId="canary-b", EffectiveCost="7654321", **named)]
    services.ingestion.ingest(theirs, [str(write_csv(tmp_path / "bill.csv", rows))])
    for query in ("", "&filter=service:canary-b", "&filter=resource:canary-b&group_by=resource"):
        path = f"/export/{what}.{kind}?period=2026-09{query}"
        seen = lines_or_rows(visit(theirs).get(path), kind, tmp_path)
        ours = lines_or_rows(visit(tenant).get(path), kind, tmp_path)
        assert "7654321" in seen
        assert "7654321" not in ours
        assert "canary" not in ours


def lines_or_rows(response: TestResponse, kind: str, folder: Path) -> str:
    return str(lines(response, kind, folder))

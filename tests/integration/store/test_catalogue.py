"""Every table the catalogue lists, held to the rules of the store: a new one is tested unasked."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, create_engine, text
from support.focus import on, write_csv

from data_layer.engine import Engines
from data_layer.models import metadata
from data_layer.roles import APP, LOADER, OWNER
from finops_dash.bootstrap import Services

Row = dict[str, Any]
ROLES = (OWNER, LOADER, APP)
# The cost store: these belong to the loader, every other table to the owner of the schema.
COST_STORE = {
    "charge",
    "charge_key",
    "cost_key",
    "cut_day",
    "cut_key",
    "daily_cost",
    "daily_cost_history",
    "daily_cut_cost",
    "daily_service_cost",
    "data_version",
    "monthly_cost",
    "monthly_cut_cost",
    "monthly_cut_resource_cost",
    "monthly_resource_cost",
    "reject",
    "service_key",
}
WITHOUT_TENANT = {"alembic_version"}
GLOBAL = {"tenant_directory", "member_directory", "invitation_directory"}
TENANT = "(NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer"

TABLES = """
    SELECT c.relname AS name, pg_get_userbyid(c.relowner) AS owner, c.relrowsecurity AS secured,
           c.relforcerowsecurity AS forced, c.relispartition AS is_partition, c.oid
    FROM pg_class c
    WHERE c.relnamespace = 'finops'::regnamespace AND c.relkind IN ('r', 'p', 'm', 'v', 'f')
"""
KEYS = """
    SELECT c.relname AS name, k.conname, k.contype::text AS kind,
           (SELECT a.attname FROM pg_attribute a
            WHERE a.attrelid = k.conrelid AND a.attnum = k.conkey[1]) AS first,
           (SELECT a.attname FROM pg_attribute a
            WHERE a.attrelid = k.confrelid AND a.attnum = k.confkey[1]) AS referred
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
    WHERE c.relnamespace = 'finops'::regnamespace AND k.contype IN ('p', 'u', 'f', 'x')
"""
UNIQUE_INDEXES = """
    SELECT c.relname AS name, i.indexrelid::regclass::text AS index, a.attname AS first
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
    WHERE c.relnamespace = 'finops'::regnamespace AND i.indisunique
"""
POLICIES = """
    SELECT c.relname AS name, p.polname, p.polcmd::text AS command, p.polpermissive AS permissive,
           p.polroles::text AS roles, pg_get_expr(p.polqual, p.polrelid) AS using,
           pg_get_expr(p.polwithcheck, p.polrelid) AS checking
    FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
    WHERE c.relnamespace = 'finops'::regnamespace
"""
GRANTS = """
    SELECT c.relname AS name, pg_get_userbyid(a.grantee) AS role, a.privilege_type AS right
    FROM pg_class c, aclexplode(c.relacl) a
    WHERE c.relnamespace = 'finops'::regnamespace AND c.relkind IN ('r', 'p', 'm', 'v', 'f')
      AND a.grantee <> c.relowner
"""


@pytest.fixture(scope="module")
def admin(engines: Engines) -> Engine:
    """The server's superuser: sees the whole catalogue."""
    return create_engine(engines.admin_url)


@pytest.fixture(scope="module")
def tables(
    admin: Engine, services: Services, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Row]:
    """Every table by name; a bill is loaded first, so that partitions are among them."""
    slug = f"catalogue-{uuid4().hex[:8]}"
    services.tenancy.create(slug)
    bill = write_csv(tmp_path_factory.mktemp("bill") / "bill.csv", [on("2026-09-03")])
    services.ingestion.ingest(services.tenancy.scope(slug), [str(bill)])
    return {row["name"]: row for row in asked(admin, TABLES)}


def asked(engine: Engine, query: str) -> list[Row]:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(text(query)).mappings()]


def tenant_tables(tables: dict[str, Row]) -> dict[str, Row]:
    """The tables of tenants, without the partitions of one."""
    left_out = WITHOUT_TENANT | GLOBAL
    return {n: t for n, t in tables.items() if n not in left_out and not t["is_partition"]}


def partitions(tables: dict[str, Row]) -> dict[str, Row]:
    return {name: table for name, table in tables.items() if table["is_partition"]}


def test_every_table_but_the_directory_of_tenants_has_a_tenant_id(
    admin: Engine, tables: dict[str, Row]
) -> None:
    query = (
        "SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'finops' "
        "AND column_name = 'tenant_id' AND is_nullable = 'NO'"
    )
    with_tenant = {row["name"] for row in asked(admin, query)}
    assert set(tables) - with_tenant == WITHOUT_TENANT


def test_every_primary_unique_and_foreign_key_begins_with_the_tenant(
    admin: Engine, tables: dict[str, Row]
) -> None:
    keys = [row for row in asked(admin, KEYS) if row["name"] not in WITHOUT_TENANT | GLOBAL]
    with_primary_key = {row["name"] for row in keys if row["kind"] == "p"}
    assert set(tables) - WITHOUT_TENANT - GLOBAL <= with_primary_key
    wrong = [row for row in keys if row["first"] != "tenant_id"]
    wrong += [row for row in keys if row["kind"] == "f" and row["referred"] != "tenant_id"]
    assert wrong == []


def test_every_unique_index_begins_with_the_tenant(admin: Engine) -> None:
    found = [r for r in asked(admin, UNIQUE_INDEXES) if r["name"] not in WITHOUT_TENANT | GLOBAL]
    assert found
    assert [row for row in found if row["first"] != "tenant_id"] == []


def test_every_tenant_table_has_one_policy_that_guards_reads_and_writes_alike(
    admin: Engine, tables: dict[str, Row]
) -> None:
    policies = defaultdict(list)
    for row in asked(admin, POLICIES):
        policies[row["name"]].append(row)
    expected = {
        "polname": "tenant_isolation",
        "command": "*",
        "permissive": True,
        "roles": "{0}",
        "using": f"(tenant_id = {TENANT})",
        "checking": f"(tenant_id = {TENANT})",
    }
    assert dict(policies) == {name: [{"name": name, **expected}] for name in tenant_tables(tables)}


def test_the_cost_store_belongs_to_the_loader_and_everything_else_to_the_owner(
    tables: dict[str, Row],
) -> None:
    owners = {name: table["owner"] for name, table in tables.items()}
    loaders = {name for name, owner in owners.items() if owner == LOADER}
    assert loaders == COST_STORE | set(partitions(tables))
    assert {owner for name, owner in owners.items() if name not in loaders} == {OWNER}


def test_row_security_is_forced_on_the_owners_tables_and_enabled_on_the_loaders(
    tables: dict[str, Row],
) -> None:
    found = {n: (t["secured"], t["forced"]) for n, t in tenant_tables(tables).items()}
    assert found == {name: (True, name not in COST_STORE) for name in found}


def test_nobody_but_the_owners_writes_the_cost_store(admin: Engine) -> None:
    grants = defaultdict(set)
    for row in asked(admin, GRANTS):
        if row["name"] in COST_STORE:
            grants[row["name"]].add((row["role"], row["right"]))
    assert dict(grants) == {name: {(APP, "SELECT"), (OWNER, "SELECT")} for name in COST_STORE}


def test_the_application_adds_to_the_audit_log_and_reads_it_and_nothing_else(
    admin: Engine,
) -> None:
    found = {(r["role"], r["right"]) for r in asked(admin, GRANTS) if r["name"] == "audit_event"}
    assert found == {(APP, "SELECT"), (APP, "INSERT")}


def test_the_application_reads_no_directory_of_the_people_of_all_tenants(admin: Engine) -> None:
    names = GLOBAL - {"tenant_directory"}
    assert [row for row in asked(admin, GRANTS) if row["name"] in names] == []


def test_no_partition_is_granted_to_anybody(admin: Engine, tables: dict[str, Row]) -> None:
    names = set(partitions(tables))
    assert names
    assert [row for row in asked(admin, GRANTS) if row["name"] in names] == []


def test_the_application_owns_nothing(admin: Engine) -> None:
    owned = asked(
        admin,
        "SELECT classid::regclass::text, objid FROM pg_shdepend "
        "WHERE refclassid = 'pg_authid'::regclass AND deptype = 'o' "
        f"AND refobjid = '{APP}'::regrole",
    )
    assert owned == []


def test_the_roles_are_no_superusers_and_bypass_nothing(admin: Engine) -> None:
    query = (
        "SELECT rolname AS name, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, "
        "rolreplication FROM pg_roles WHERE rolname LIKE 'finops%'"
    )
    found = {row.pop("name"): set(row.values()) for row in asked(admin, query)}
    assert found == {role: {False} for role in ROLES}


def test_the_application_can_become_no_other_role(admin: Engine) -> None:
    query = (
        "SELECT pg_get_userbyid(member) AS member, pg_get_userbyid(roleid) AS role "
        f"FROM pg_auth_members WHERE member IN ('{APP}'::regrole, '{LOADER}'::regrole)"
    )
    assert asked(admin, query) == []


def test_no_function_of_ours_runs_with_the_rights_of_its_owner(admin: Engine) -> None:
    query = "SELECT proname FROM pg_proc WHERE pronamespace = 'finops'::regnamespace AND prosecdef"
    assert asked(admin, query) == []


def test_every_tenant_table_is_a_table_of_the_models(tables: dict[str, Row]) -> None:
    modelled = {table.name for table in metadata.tables.values()}
    assert modelled == {*tenant_tables(tables), *GLOBAL}


def test_the_models_say_what_the_migrations_made(admin: Engine, tables: dict[str, Row]) -> None:
    names = {*tenant_tables(tables), *GLOBAL}
    options = {
        "include_schemas": True,
        "include_name": lambda name, kind, _: name == "finops" if kind == "schema" else True,
        "include_object": lambda _, name, kind, _r, _c: kind != "table" or name in names,
        "version_table_schema": "finops",
        "compare_type": True,
    }
    with admin.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []

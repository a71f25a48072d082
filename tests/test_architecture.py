"""Rules of the house that import contracts cannot say."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = ("app.py", "pages", "finops_dash", "data_layer", "scheduler")
HEAVY = {"pandas", "duckdb", "prophet", "pyarrow", "scipy", "matplotlib"}
WIRING = {"data_layer/engine.py", "finops_dash/bootstrap.py"}
SETS_IT_FOR_ITS_WORKERS = "finops_dash/cli/serve.py"


def modules() -> Iterator[tuple[str, ast.Module]]:
    for name in OURS:
        place = ROOT / name
        for path in [place] if place.is_file() else sorted(place.rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text())


def mentions(tree: ast.Module, *attributes: str) -> bool:
    nodes = ast.walk(tree)
    return any(isinstance(node, ast.Attribute) and node.attr in attributes for node in nodes)


@pytest.mark.parametrize("module", ["finops_dash.web", "finops_dash.cli"])
def test_a_web_process_and_a_command_start_without_the_heavy_libraries(module: str) -> None:
    code = f"import sys, {module}; print(*sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert module in found.stdout.split()
    assert not HEAVY & set(found.stdout.split())


def test_only_loading_and_what_wires_it_know_the_engine_of_the_loader() -> None:
    found = {name for name, tree in modules() if mentions(tree, "loader")}
    outside = {name for name in found if not name.startswith("data_layer/loading/")}
    assert outside == WIRING


def test_only_the_settings_read_the_environment() -> None:
    found = {name for name, tree in modules() if mentions(tree, "environ", "getenv")}
    found.remove("finops_dash/downloads/sending.py")  # of a request
    assert found == {"finops_dash/settings.py", SETS_IT_FOR_ITS_WORKERS}

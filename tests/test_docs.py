"""What people read about the product holds to the code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from finops_dash.settings import Settings

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / ".env.example"
DOCUMENTS = (".env.example", "README.md")
A_PROVIDER = {
    "FINOPS_OIDC_NAME_CLIENT_ID": "finops",
    "FINOPS_OIDC_NAME_ISSUER": "https://login.example",
}


class Asked(Mapping[str, str]):
    """An environment with a provider alone, which remembers what it was asked for."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        return A_PROVIDER[name]

    def __iter__(self) -> Iterator[str]:
        return iter(A_PROVIDER)

    def __len__(self) -> int:
        return len(A_PROVIDER)


def read_variables() -> set[str]:
    environment = Asked()
    Settings.from_env(environment)
    return environment.names


def of_any_provider(name: str) -> str:
    """The variable of a provider by the name that stands for all of them."""
    return re.sub(r"OIDC_(<NAME>|[A-Z0-9]+)_", "OIDC_NAME_", name)


def examples() -> dict[str, str]:
    return dict(re.findall(r"^#(FINOPS_\w+)=(.+)$", EXAMPLE.read_text(), re.MULTILINE))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_variable_that_is_read_is_described(document: str) -> None:
    text = of_any_provider((ROOT / document).read_text())
    described = set(re.findall(r"\bFINOPS_[A-Z_]+\b", text))
    assert read_variables() - described == set()


def test_the_example_offers_no_variable_that_nobody_reads() -> None:
    assert {of_any_provider(name) for name in examples()} == read_variables()


def test_the_examples_can_be_used_as_they_stand() -> None:
    usable = {name: text for name, text in examples().items() if not name.endswith("_FILE")}
    assert Settings.from_env(usable).session_key() == usable["FINOPS_SECRET_KEY"]


def test_the_examples_of_plain_settings_are_their_defaults() -> None:
    names = ("DATA_DIR", "DEMO", "HOST", "PORT", "SCHEDULER", "LOG_LEVEL")
    plain = {f"FINOPS_{name}": examples()[f"FINOPS_{name}"] for name in names}
    assert Settings.from_env(plain) == Settings.from_env({})

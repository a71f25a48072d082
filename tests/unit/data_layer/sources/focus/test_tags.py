"""Tags in every spelling of their exporters, or an error: never a guess."""

from __future__ import annotations

import pytest

from data_layer.sources.focus.tags import read_object


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"team": "Core", "env": "prod"}', {"team": "Core", "env": "prod"}),
        ('{"n": 4, "on": true, "none": null}', {"n": 4, "on": True, "none": None}),
        ('"team": "Core","env": "prod"', {"team": "Core", "env": "prod"}),
        ('[{"key": "team", "value": "Core"}]', {"team": "Core"}),
        ('[{"Key": "team", "Value": "Core"}]', {"team": "Core"}),
        ("{'team': 'Core', 'on': True}", {"team": "Core", "on": True}),
        ("team=Core;env=prod", {"team": "Core", "env": "prod"}),
        ("team:Core, env:prod", {"team": "Core", "env": "prod"}),
        ("{team=Core, env=prod}", {"team": "Core", "env": "prod"}),
        ("url=http://a/b?c=d", {"url": "http://a/b?c=d"}),
    ],
)
def test_an_object_is_read_however_its_exporter_wrote_it(
    text: str, expected: dict[str, object]
) -> None:
    assert read_object(text) == expected


@pytest.mark.parametrize("text", ["", "  ", "{}", "{ }", "[]", "[{}]", "NULL", "null", None])
def test_nothing_is_no_object(text: str | None) -> None:
    assert read_object(text) is None


@pytest.mark.parametrize(
    "text",
    ["hello", '{"a": 1', '{"a": "b"} and more', "['a']", "[" * 100_000, '{"a":' * 100_000],
)
def test_a_text_that_is_no_object_is_an_error_and_no_guess(text: str) -> None:
    with pytest.raises(ValueError, match="neither a JSON object nor a key-value list"):
        read_object(text)


def test_nested_values_become_text_so_that_the_object_is_flat() -> None:
    assert read_object('{"a": {"b": [1, 2]}}') == {"a": '{"b": [1, 2]}'}


def test_a_number_keeps_every_digit() -> None:
    found = read_object('{"short": 0.25, "long": 0.12345678901234567890, "huge": 1e400}')
    assert found == {"short": 0.25, "long": "0.12345678901234567890", "huge": "1e400"}


@pytest.mark.parametrize("text", ['{"a": NaN}', '{"a": "\\ud800"}', "{'a': 1e999}"])
def test_what_no_json_column_can_hold_becomes_text_it_can_hold(text: str) -> None:
    value = (read_object(text) or {})["a"]
    assert isinstance(value, str)
    value.encode()

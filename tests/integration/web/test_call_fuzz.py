"""Whatever is sent to the endpoint of callbacks, the answer is never a failure of the server."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.visiting import ROUTER, VIEWS, Visitor, failed, outputs

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20) | st.sampled_from(["/overview", "/explorer", "period=mtd", "data", "id"])
)  # fmt: skip
NAMES = st.text(max_size=8) | st.sampled_from(["id", "property", "value", "kind", "query", "name"])
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=10,
)
ONCE = [HealthCheck.function_scoped_fixture]


@st.composite
def broken(draw: st.DrawFn, whole: dict[str, Any]) -> Any:
    """A call of the renderer's with some of its parts left out, swapped or put elsewhere."""
    body = copy.deepcopy(whole)
    for _ in range(draw(st.integers(1, 3))):
        place: Any = body
        while draw(st.booleans()) and isinstance(place, dict | list) and place:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            inner = place[draw(st.sampled_from(keys))]
            if not isinstance(inner, dict | list):
                break
            place = inner
        if not place:
            continue
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = draw(st.sampled_from(keys))
        if draw(st.booleans()):
            del place[key]
        else:
            place[key] = draw(JSON)
    return body


def bodies(visitor: Visitor) -> list[dict[str, Any]]:
    """A true call of every callback, the browser's own included."""
    found = []
    for output, known in visitor.app.callback_map.items():
        count = len(known["inputs"]) + len(known["state"])
        found.append(visitor.body(output, *["period=last-7-days"] * count))
    return found


@settings(max_examples=350, suppress_health_check=ONCE)
@given(data=st.data())
def test_a_broken_call_is_never_a_failure_of_the_server(
    analyst: Visitor, data: st.DataObject
) -> None:
    body = data.draw(broken(data.draw(st.sampled_from(bodies(analyst)))))
    response = analyst.post(body)
    assert response.status_code < 500, json.dumps(body)
    assert "Traceback" not in response.text


@settings(max_examples=150, suppress_health_check=ONCE)
@given(JSON)
def test_any_json_is_refused_kindly(analyst: Visitor, body: Any) -> None:
    response = analyst.post(body)
    assert response.status_code == 400
    assert response.json["error"]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"null", b"[" * 2000, b"NaN", b'{"output":"\\ud800"}',
     b'{"a":' * 3000 + b"1" + b"}" * 3000, b"[" * 900 + b"]" * 900],
)  # fmt: skip
def test_what_is_no_json_of_ours_is_refused_kindly(analyst: Visitor, body: bytes) -> None:
    assert analyst.post(body).status_code == 400


def test_a_deep_value_inside_a_true_call_is_refused(analyst: Visitor) -> None:
    deep: Any = "x"
    for _ in range(500):
        deep = [deep]
    assert analyst.call("overview-trend.children", deep).status_code == 400


def test_a_huge_call_is_refused(analyst: Visitor) -> None:
    assert analyst.call("overview-trend.children", "x" * 3_000_000).status_code == 413


@pytest.mark.parametrize(
    "changes",
    [
        {"output": "nothing.children"},
        {"output": ["overview-trend.children"]},
        {"output": None},
        {"inputs": []},
        {"inputs": [{"id": "other", "property": "data", "value": ""}]},
        {"inputs": [{"id": "overview-view", "property": "children", "value": ""}]},
        {"inputs": [["overview-view"]]},
        {"inputs": {"id": "overview-view"}},
        {"state": [{"id": "x", "property": "y"}]},
        {"outputs": outputs("overview-gauge.children")},
        {"outputs": [outputs("overview-trend.children")]},
        {"outputs": None},
        {"changedPropIds": "overview-view.data"},
        {"changedPropIds": [{}]},
    ],
)
def test_a_call_that_is_not_the_callbacks_own_is_refused(
    analyst: Visitor, changes: dict[str, Any]
) -> None:
    body = analyst.body("overview-trend.children", "") | changes
    assert analyst.post(body).status_code == 400


def test_a_call_for_the_browsers_own_callback_is_refused(analyst: Visitor) -> None:
    own = [o for o, known in analyst.app.callback_map.items() if "callback" not in known]
    assert own
    for output in own:
        known = analyst.app.callback_map[output]
        values = [""] * (len(known["inputs"]) + len(known["state"]))
        assert analyst.call(output, *values).status_code == 400


@pytest.mark.parametrize("value", [None, 5, 1.5, True, [], {}, [["x"]], {"period": {"a": 1}}])
def test_a_view_of_the_wrong_kind_is_the_plain_view(analyst: Visitor, value: object) -> None:
    for path in VIEWS:
        for response in analyst.draw(path, value).values():
            assert response.status_code == 200
            assert not failed(response)


@pytest.mark.parametrize("value", [5, [], {}])
def test_an_address_of_the_wrong_kind_is_a_page_that_failed(
    analyst: Visitor, logged: list[Any], value: object
) -> None:
    response = analyst.call(ROUTER, value, value)
    assert response.status_code == 200
    assert failed(response)
    assert {entry["event"] for entry in logged} == {"callback_failed"}

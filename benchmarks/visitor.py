"""A signed-in browser without a screen: it sends a page's callbacks as the page does."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

OVERVIEW, EXPLORER = "overview-view", "explorer-view"
CALL = "/_dash-update-component"


@dataclass(frozen=True, slots=True)
class Call:
    """A callback of the page: what it is called, and its body but for the store's value."""

    name: str
    body: dict[str, Any]

    def about(self, view: str) -> bytes:
        """The body that the browser sends when the store holds the view."""
        filled = {
            kind: [item if "value" in item else {**item, "value": view} for item in self.body[kind]]
            for kind in ("inputs", "state")
        }
        return json.dumps({**self.body, **filled}).encode()


class Rows(Call):
    """The call for the first rows of the explorer's table, whose id says what view they are of."""

    def about(self, view: str) -> bytes:
        """The body that the browser sends for the table of the view."""
        table = {"kind": "explorer-grid", "of": view}
        asked = {"startRow": 0, "endRow": 100, "sortModel": [], "filterModel": {}}
        body = {
            "output": '{"kind":"explorer-grid","of":["MATCH"]}.getRowsResponse',
            "outputs": {"id": table, "property": "getRowsResponse"},
            "inputs": [{"id": table, "property": "getRowsRequest", "value": asked}],
            "state": [{"id": table, "property": "id", "value": table}],
            "changedPropIds": [f"{json.dumps(table)}.getRowsRequest"],
        }
        return json.dumps(body).encode()


class Visitor:
    """One person of the demo tenant, on one connection that stays open."""

    def __init__(self, port: int, person: str = "viewer") -> None:
        """Signs in and opens the overview, so that every cookie is there."""
        self._http = HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}
        token = re.search(rb'name="csrf_token" value="([^"]+)"', self.get("/login"))
        form = {"person": person, "csrf_token": token[1].decode() if token else ""}
        self._send("POST", "/login", urlencode(form).encode(), "application/x-www-form-urlencoded")
        self.get("/overview")

    @property
    def headers(self) -> dict[str, str]:
        """What a callback request carries."""
        return {
            "Content-Type": "application/json",
            "Accept-Encoding": "gzip, deflate, br, zstd",
            "X-CSRFToken": self.cookies.get("_csrf_token", ""),
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }

    def get(self, path: str) -> bytes:
        """The body under the path."""
        return self._send("GET", path)

    def calls(self, store: str = OVERVIEW) -> list[Call]:
        """Every callback that a new view in a page's store starts, in the page's order."""
        found = json.loads(self.get("/_dash-dependencies"))
        return [
            _call(item, {"id": store, "property": "data"})
            for item in found
            if [f"{i['id']}.{i['property']}" for i in item["inputs"]] == [f"{store}.data"]
            and not item.get("clientside_function")
        ]

    def rows(self) -> Call:
        """The callback that reads the first rows of the explorer's table."""
        return Rows("grid", {})

    def timed_get(self, path: str) -> float:
        """The milliseconds from asking for a path to the last byte of its answer."""
        begun = perf_counter()
        self.get(path)
        return (perf_counter() - begun) * 1000

    def timed(self, body: bytes) -> float:
        """The milliseconds from sending a callback's body to the last byte of its answer."""
        begun = perf_counter()
        self._http.request("POST", CALL, body, self.headers)
        answer = self._http.getresponse()
        text = answer.read()
        took = (perf_counter() - begun) * 1000
        if answer.status != 200 or not text:
            message = f"a callback answered {answer.status}"
            raise RuntimeError(message)
        return took

    def _send(
        self, method: str, path: str, body: bytes | None = None, kind: str = "text/plain"
    ) -> bytes:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self._http.request(method, path, body, {"Content-Type": kind, "Cookie": cookies})
        answer = self._http.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: item.value for name, item in SimpleCookie(line).items()}
        text = answer.read()
        if answer.status >= 400:
            message = f"{method} {path} answered {answer.status}"
            raise RuntimeError(message)
        return text


def _call(item: dict[str, Any], given: dict[str, Any]) -> Call:
    """The request for an entry of `/_dash-dependencies`, as Dash's renderer makes it."""
    output = item["output"]
    several = output.startswith("..")
    parts = [part.rpartition(".") for part in output.strip(".").split("...")]
    outputs = [{"id": identity, "property": name} for identity, _, name in parts]
    body = {
        "output": output,
        "outputs": outputs if several else outputs[0],
        "inputs": [given],
        "state": [],
        "changedPropIds": [f"{given['id']}.{given['property']}"],
        "parsedChangedPropsIds": [f"{given['id']}.{given['property']}"],
    }
    return Call(outputs[0]["id"].partition("-")[2], body)

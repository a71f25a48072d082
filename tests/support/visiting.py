"""A person at the web application: pages, callbacks and forms as a browser sends them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from dash import Dash
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

ROUTER = ".._pages_content.children..._pages_store.data.."
CALL = "/_dash-update-component"
VIEWS = {
    "/overview": "overview-view",
    "/explorer": "explorer-view",
    "/bridge": "bridge-view",
    "/heatmap": "heatmap-view",
    "/multicloud": "multicloud-view",
    "/charges": "charges-view",
    "/resources": "resources-view",
    "/dashboard": "board-view",
}
ROWS = '{"kind":"explorer-grid","of":["MATCH"]}.getRowsResponse'
CARD = '{"kind":"card","place":["MATCH"]}.children'


@dataclass
class Visitor:
    """Someone with a browser: its cookies, and the token it sends along."""

    app: Dash
    client: FlaskClient

    def get(self, address: str, **more: Any) -> TestResponse:
        """The answer to a page."""
        return self.client.get(address, **more)

    def sign_in(
        self, person: str = "analyst", then: str = "/overview", **form: str
    ) -> TestResponse:
        """Choose a demo person on the log-in page."""
        fields = {"person": person, "next": then, "csrf_token": self.form_token(), **form}
        return self.client.post("/login", data=fields)

    def form_token(self) -> str:
        """The token in the log-in page's form; none where it has no form."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get("/login").text)
        return found[1] if found else ""

    @property
    def token(self) -> str:
        """The token that the browser may read, for callbacks."""
        cookie = self.client.get_cookie("_csrf_token")
        return cookie.decoded_value if cookie else ""

    def post(self, body: object, **headers: str) -> TestResponse:
        """The answer to the body of a callback's call, whatever the body is."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"X-CSRFToken": self.token, "Content-Type": "application/json", **headers}
        return self.client.post(CALL, data=data, headers=sent)

    def call(self, output: str, *values: object) -> TestResponse:
        """The answer of a callback to these values of its inputs and state, in order.

        `output` is its name, or one of its outputs.
        """
        return self.post(self.body(output, *values))

    def body(self, output: str, *values: object) -> dict[str, Any]:
        """The body of a call as Dash's renderer makes it."""
        output = self._named(output)
        known = self.app.callback_map[output]
        wanted = [*known["inputs"], *known["state"]]
        given = [{**one, "value": value} for one, value in zip(wanted, values, strict=True)]
        count = len(known["inputs"])
        changed = [f"{one['id']}.{one['property']}" for one in given[:count]]
        return {
            "output": output, "outputs": outputs(output), "inputs": given[:count],
            "state": given[count:], "changedPropIds": changed,
        }  # fmt: skip

    def _named(self, output: str) -> str:
        """The name of the callback that has the output."""
        if output in self.app.callback_map:
            return output
        (name,) = [n for n in self.app.callback_map if output in n.strip(".").split("...")]
        return name

    def layout(self, path: str, search: str = "") -> TestResponse:
        """What the router answers to an address."""
        return self.call(ROUTER, path, search)

    def drawing_callbacks(self, path: str) -> list[str]:
        """The callbacks that draw a page from its view alone."""
        view = VIEWS[path]
        return [
            output
            for output, known in self.app.callback_map.items()
            if "callback" in known and [one["id"] for one in known["inputs"]][:1] == [view]
        ]  # fmt: skip

    def rows(self, search: str, **request: Any) -> list[dict[str, Any]]:
        """The rows that the explorer's table reads first."""
        answer = self.read_rows(search, **request)
        (found,) = answer.json["response"].values()
        rows: list[dict[str, Any]] = found["getRowsResponse"]["rowData"]
        return rows

    def read_rows(self, search: object, **request: Any) -> TestResponse:
        """The answer to the explorer's table, drawn for the search, as it asks for rows."""
        table = {"kind": "explorer-grid", "of": search}
        asked = {"startRow": 0, "endRow": 100, "sortModel": [], "filterModel": {}, **request}
        wanted = {"id": table, "property": "getRowsRequest", "value": asked}
        return self.post(
            {
                "output": ROWS, "outputs": {"id": table, "property": "getRowsResponse"},
                "inputs": [wanted], "state": [{"id": table, "property": "id", "value": table}],
            }
        )  # fmt: skip

    def draw(self, path: str, search: object) -> dict[str, TestResponse]:
        """The answer of each of the page's callbacks to a query string."""
        found = {}
        for output in self.drawing_callbacks(path):
            known = self.app.callback_map[output]
            others = [*known["inputs"], *known["state"]][1:]
            found[output] = self.call(output, search, *(None for _ in others))
        return found

    def card(self, text: object, board: object = "", place: object = 0) -> TestResponse:
        """What stands in a card of a dashboard that is asked with `board`."""
        drawn, asked = ({"kind": kind, "place": place} for kind in ("card", "card-asked"))
        own = {"id": asked, "property": "data", "value": text}
        shared = {"id": "board-asked", "property": "data", "value": board}
        named = {"id": drawn, "property": "children"}
        return self.post({"output": CARD, "outputs": named, "inputs": [own, shared], "state": []})


def outputs(name: str) -> Any:
    """The outputs that a callback's name lists."""
    if not name.startswith(".."):
        identity, _, prop = name.rpartition(".")
        return {"id": identity, "property": prop}
    return [outputs(part) for part in name[2:-2].split("...")]


def failed(response: TestResponse) -> bool:
    """Whether a callback's answer is the state of a part that could not be drawn."""
    return "could not be drawn" in response.text or "could not be done" in response.text


def address(path: str, query: str) -> str:
    """A path with a query string of any characters."""
    return f"{path}?{quote(query, safe='=&:|,~!.*@/')}" if query else path

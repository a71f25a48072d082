"""Fifty browsers in one lean process: raw connections, requests made ready, answers only counted.

Reads what to do as JSON on its standard input; writes what it saw as JSON when the time is over or
when its standard input is closed.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections import defaultdict
from contextlib import suppress
from typing import Any

BODY = "{view}"


class Crowd:
    """The people, and what their requests took."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.plan = plan
        self.times: dict[str, list[float]] = defaultdict(list)
        self.pages: list[float] = []
        self.errors: list[str] = []
        self.late = 0
        self.over = False

    async def person(self, number: int) -> None:
        """One person: every two seconds another view, its callbacks over six connections."""
        connections = [await self._open() for _ in range(self.plan["connections"])]
        chosen = random.Random(self.plan["seed"] + number)  # noqa: S311 - the same in each run
        every = self.plan["every"]
        due = time.monotonic() + chosen.random() * every
        while not self.over:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            self.late += time.monotonic() - due > every
            begun = time.monotonic()
            await self._act(connections, json.dumps(chosen.choice(self.plan["views"]))[1:-1])
            self.pages.append((time.monotonic() - begun) * 1000)
            due = max(due + every, time.monotonic())

    async def _act(self, connections: list[Any], view: str) -> None:
        """The callbacks of one view, in order, each as soon as a connection is free."""
        waiting = list(reversed(self.plan["calls"]))

        async def work(place: int) -> None:
            while waiting:
                name, body = waiting.pop()
                data = body.replace(BODY, view).encode()
                head = f"{self.plan['head']}Content-Length: {len(data)}\r\n\r\n".encode()
                begun = time.monotonic()
                try:
                    await self._ask(connections[place], head + data)
                except (OSError, asyncio.IncompleteReadError, ValueError) as error:
                    self.errors.append(f"{name}: {error!r}")
                    connections[place] = await self._open()
                self.times[name].append((time.monotonic() - begun) * 1000)

        await asyncio.gather(*(work(place) for place in range(len(connections))))

    async def _open(self) -> Any:  # noqa: ANN401 - a reader and a writer
        return await asyncio.open_connection("127.0.0.1", self.plan["port"])

    async def _ask(self, connection: Any, request: bytes) -> None:  # noqa: ANN401
        reader, writer = connection
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise ValueError(head[:60])
        length = head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]
        await reader.readexactly(int(length))

    async def run(self) -> None:
        """Everybody, until the time is over or nobody wants to know more."""
        people = [asyncio.create_task(self.person(n)) for n in range(self.plan["people"])]
        closed = asyncio.Event()  # nothing more is written, so it can only have been closed
        asyncio.get_running_loop().add_reader(sys.stdin, closed.set)
        with suppress(TimeoutError):
            await asyncio.wait_for(closed.wait(), self.plan["seconds"])
        self.over = True
        await asyncio.wait(people, timeout=30)


def main() -> None:
    """Read the plan, be the crowd, tell what it saw."""
    crowd = Crowd(json.loads(sys.stdin.readline()))
    begun = time.monotonic()
    asyncio.run(crowd.run())
    seen = {
        "times": crowd.times,
        "pages": crowd.pages,
        "errors": crowd.errors,
        "late": crowd.late,
        "seconds": time.monotonic() - begun,
        "cpu": time.process_time(),
    }
    print(json.dumps(seen), flush=True)
    sys.stdout.close()


if __name__ == "__main__":
    main()

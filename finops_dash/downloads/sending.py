"""Files on their way: what they come from is let go once they are sent, or nobody waits."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from flask import Response, request
from flask_login import current_user

ROWS = "X-Row-Count"
STALLED = 300  # seconds after which who takes nothing of a file has gone
PIECE = 1 << 17


def person() -> tuple[int, str]:
    """Who asks, so that each has one export at a time."""
    return current_user.scope.tenant_id, current_user.get_id()


def head_of(mimetype: str, name: str, count: int | None = None) -> Response:
    """The answer with a file of that name and so many rows, without its body yet."""
    response = Response(mimetype=mimetype)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    if count is not None:
        response.headers[ROWS] = str(count)
    return response


def sent(response: Response, path: Path, work: ExitStack) -> Response:
    """The response with the file as its body; `work` ends with it."""
    response.headers["Content-Length"] = str(path.stat().st_size)
    file = work.enter_context(path.open("rb"))
    return streamed(response, iter(lambda: file.read(PIECE), b""), work)


def streamed(response: Response, pieces: Iterator[bytes], work: ExitStack) -> Response:
    """The response with the pieces as its body; `work` ends with it, or when the client goes."""
    connection = _connection()
    if connection is not None:
        connection.settimeout(STALLED)
    response.response = _to_the_end(pieces, work)
    response.call_on_close(work.close)  # a second time does nothing
    return response


def _to_the_end(pieces: Iterator[bytes], work: ExitStack) -> Iterator[bytes]:
    """The pieces; what they came from is let go before the last of them is taken."""
    held = next(pieces, b"")
    for piece in pieces:
        yield held
        held = piece
    work.close()  # so who has the whole file may ask for the next
    yield held


def _connection() -> socket.socket | None:
    """The connection of the request, where the server tells it and it is not encrypted here."""
    found = request.environ.get("gunicorn.socket")
    return found if type(found) is socket.socket else None


def is_gone() -> bool:
    """Whether the client has closed its connection."""
    connection = _connection()
    if connection is None:
        return False
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True

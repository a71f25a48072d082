"""Answers made small for the wire: files once and well, everything else at once."""

from __future__ import annotations

from threading import Lock

import brotli
from flask import Flask, Response, request
from flask_compress import Compress

from finops_dash.security.gate import FILES

QUALITY = 6  # a fifth of a second for the largest file, once per process
ROOM = 16 * 1024 * 1024


def compress(server: Flask) -> None:
    """Have the server compress what it answers, in a way that the browser understands."""
    server.config.update(
        COMPRESS_ALGORITHM=["zstd", "br", "gzip"],
        COMPRESS_ZSTD_LEVEL=3,  # ten times as fast as brotli, and nearly as small
        COMPRESS_BR_LEVEL=4,
    )
    Compress(server)
    server.after_request(_Files().packed)


class _Files:
    """The files of the pages, compressed when they are first asked for, and kept."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[tuple[str, str | None], bytes] = {}

    def packed(self, response: Response) -> Response:
        """The file as the browser gets it; anything else as it was."""
        rule = request.url_rule.rule if request.url_rule else None
        if rule not in FILES or response.status_code != 200 or not _is_text(response):  # noqa: PLR2004 - OK
            return response
        if not request.accept_encodings.quality("br"):
            return response
        key = (request.path, response.headers.get("ETag"))
        with self._lock:
            small = self._kept.get(key)
        if small is None:
            response.direct_passthrough = False
            small = self._keep(key, brotli.compress(response.get_data(), quality=QUALITY))
        response.direct_passthrough = False
        response.set_data(small)
        response.headers["Content-Encoding"] = "br"
        _weaken(response)
        return response

    def _keep(self, key: tuple[str, str | None], small: bytes) -> bytes:
        with self._lock:
            if sum(map(len, self._kept.values())) + len(small) > ROOM:
                self._kept.clear()
            self._kept[key] = small
        return small


def _is_text(response: Response) -> bool:
    kind = response.mimetype or ""
    return kind.startswith("text/") or kind in {"application/javascript", "image/svg+xml"}


def _weaken(response: Response) -> None:
    """Another encoding is not the same bytes, which a strong tag would promise."""
    tag, _ = response.get_etag()
    if tag:
        response.set_etag(tag, weak=True)

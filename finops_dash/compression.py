"""Answers made small for the wire: files as small as can be and once for all, the rest at once."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import get_native_id

import brotli
import structlog
from flask import Flask, Response, request
from flask_compress import Compress

from finops_dash.security.gate import FILES

QUICK, SMALLEST = 5, 10  # of Plotly's script: a fifth of a second, and six seconds
IDLE = 19
MOST_KEPT = 300
log = structlog.get_logger()


def compress(server: Flask, folder: Path) -> None:
    """Have the server compress what it answers; its files are kept compressed in the folder."""
    server.config.update(
        COMPRESS_ALGORITHM=["zstd", "br", "gzip"],
        COMPRESS_ZSTD_LEVEL=3,  # ten times as fast as brotli, and nearly as small
        COMPRESS_BR_LEVEL=4,
    )
    Compress(server)
    server.after_request(_Files(folder).packed)


class _Files:
    """The files of the pages, compressed when first asked for: at once, then better behind."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._digests: dict[tuple[str, str | None], str] = {}
        self._small: dict[str, bytes] = {}
        self._behind = ThreadPoolExecutor(1, "files", _give_way)

    def packed(self, response: Response) -> Response:
        """The file as the browser gets it; anything else as it was."""
        rule = request.url_rule.rule if request.url_rule else None
        if rule not in FILES or response.status_code != HTTPStatus.OK or not _is_text(response):
            return response
        if not request.accept_encodings.quality("br"):
            return response
        response.direct_passthrough = False
        response.set_data(self._of(response))
        response.headers["Content-Encoding"] = "br"
        tag, _ = response.get_etag()
        if tag:  # a strong one would promise the same bytes in every encoding
            response.set_etag(tag, weak=True)
            response.make_conditional(request)
        return response

    def _of(self, response: Response) -> bytes:
        key = (request.path, response.headers.get("ETag"))
        digest = self._digests.get(key)
        if digest is not None and digest in self._small:
            return self._small[digest]
        text = response.get_data()
        digest = sha256(text).hexdigest()
        if len(self._digests) > MOST_KEPT:  # paths that differ in their version name one file
            self._digests.clear()
        self._digests[key] = digest
        if digest not in self._small:
            self._small[digest] = self._kept(digest) or self._made(digest, text)
        return self._small[digest]

    def _made(self, digest: str, text: bytes) -> bytes:
        self._behind.submit(self._improve, digest, text)
        quick: bytes = brotli.compress(text, quality=QUICK)
        return quick

    def _kept(self, digest: str) -> bytes | None:
        path = self._folder / f"{digest}.br"
        return path.read_bytes() if path.exists() else None

    def _improve(self, digest: str, text: bytes) -> None:
        """Put the smallest form in the place of the quick one, and keep it for other processes."""
        small: bytes = self._kept(digest) or brotli.compress(text, quality=SMALLEST, lgwin=24)
        self._small[digest] = small
        path = self._folder / f"{digest}.br"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=self._folder, delete=False) as file:
                file.write(small)
            Path(file.name).replace(path)
        except OSError as error:
            log.warning("file_not_kept", path=str(path), error=str(error))


def _give_way() -> None:
    """Let the thread run only when nothing else wants to."""
    os.setpriority(os.PRIO_PROCESS, get_native_id(), IDLE)


def _is_text(response: Response) -> bool:
    kind = response.mimetype or ""
    return kind.startswith("text/") or kind in {"application/javascript", "image/svg+xml"}

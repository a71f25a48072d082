"""Why there is no file, as a status and a sentence."""

from __future__ import annotations

from flask import Blueprint, Response
from werkzeug.exceptions import RequestEntityTooLarge

from finops_dash.domain.errors import (
    FinOpsError,
    MixedCurrenciesError,
    MixedUnitsError,
    PermissionDeniedError,
    QueryError,
)
from finops_dash.domain.url import Notice
from finops_dash.exports.files import KINDS, GoneError, LibraryMissingError, UnwritableError
from finops_dash.exports.focus import ExportError
from finops_dash.exports.svg import PictureError
from finops_dash.services.exports import TooManyRowsError
from finops_dash.services.turns import BusyError

downloads = Blueprint("downloads", __name__)


class NotUnderstoodError(FinOpsError):
    """A query of which parts were not understood: a file of the rest would be another file."""

    def __init__(self, notices: tuple[Notice, ...]) -> None:
        super().__init__("\n".join(notice.sentence() for notice in notices))


class NoSuchFileError(FinOpsError):
    """A kind of file that nothing here writes."""

    def __init__(self, kind: str) -> None:
        super().__init__(
            f"There are no files of the kind {kind}: choose one of {', '.join(KINDS)}."
        )


class NoPageError(FinOpsError):
    """A page that cannot be had as a PDF, or that says nothing yet."""


STATUS: dict[type[FinOpsError], int] = {
    NotUnderstoodError: 400,
    NoSuchFileError: 404,
    NoPageError: 404,
    QueryError: 422,
    ExportError: 422,
    UnwritableError: 500,
    TooManyRowsError: 413,
    MixedCurrenciesError: 409,
    MixedUnitsError: 409,
    PermissionDeniedError: 403,
    PictureError: 422,
    BusyError: 429,
    LibraryMissingError: 503,
}


@downloads.errorhandler(FinOpsError)
def refuse(error: FinOpsError) -> Response:
    """Why there is no file, as a sentence."""
    response = Response(str(error), STATUS.get(type(error), 422), mimetype="text/plain")
    if isinstance(error, BusyError):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


@downloads.errorhandler(GoneError)
def give_up(_: GoneError) -> Response:
    """An answer for nobody, for whoever wanted the file has gone."""
    return Response(status=499)


@downloads.errorhandler(RequestEntityTooLarge)
def too_large(_: RequestEntityTooLarge) -> Response:
    """A page whose pictures are more than a request may bring."""
    words = "The pictures of this page are too large together: choose a shorter period."
    return Response(words, 413, mimetype="text/plain")

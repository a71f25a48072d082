"""Where `/` and `/s/<slug>` lead: only ever to a page of ours that shows cost."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from finops_dash.components.places import OVERVIEW, opened_as, place_at
from finops_dash.domain.person import Person
from finops_dash.domain.saved_view import Link, SavedView, UnknownViewError
from finops_dash.runtime import services

short = Blueprint("short", __name__)


def landing(person: Person) -> str:
    """The address of the view that the person chose to land on; else of the overview."""
    view = services().views.landing(person)
    if view is None:
        return OVERVIEW.path
    try:
        return _address(view)
    except UnknownViewError:  # its page is no more
        return OVERVIEW.path


@short.get("/s/<slug>")
def follow(slug: str) -> AnyResponse:
    """To what the slug names, which the opener sees under their own rights.

    One of another tenant, one that is another's alone and one that never was: all are 404, alike.
    """
    try:
        return redirect(_target(current_user, slug))
    except UnknownViewError:
        return Response(render_template("no_access.html"), 404, mimetype="text/html")


def _target(person: Person, slug: str) -> str:
    try:
        return _address(services().views.find(person, slug))
    except UnknownViewError:
        return _read_again(services().short_links.find(person.scope, slug)).href


def _address(view: SavedView) -> str:
    return opened_as(_read_again(view.link), view.slug)


def _read_again(link: Link) -> Link:
    """The link as its page spells it now; whatever is stored, it leads nowhere else."""
    place = place_at(link.path)
    if place is None:
        raise UnknownViewError
    return place.canonical(link.query)

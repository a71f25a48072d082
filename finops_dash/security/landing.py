"""Where `/` leads somebody signed in."""

from __future__ import annotations

from finops_dash.components.places import OVERVIEW, opened_as, place_at
from finops_dash.domain.person import Person
from finops_dash.runtime import services


def landing(person: Person) -> str:
    """The address of the view that the person chose to land on; else of the overview."""
    view = services().views.landing(person)
    place = place_at(view.path) if view else None
    if view is None or place is None:  # none was chosen, or its page is no more
        return OVERVIEW.path
    return opened_as(place.canonical(view.query), view.slug)

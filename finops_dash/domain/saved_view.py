"""Saved views: a page and a question under a name, whose it is and who sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from finops_dash.domain.errors import FinOpsError
from finops_dash.domain.texts import checked, required

LONGEST_NAME, LONGEST_DESCRIPTION = 100, 1000
LONGEST_LINK = 8000  # of the path and the query; servers take some 8 kB in the first line


class Visibility(StrEnum):
    """Who sees a view besides its owner. There are no teams of people yet, so none is offered."""

    PRIVATE = "private"
    TENANT = "tenant"

    def sentence(self) -> str:
        """Who sees it, in words."""
        return "Only you" if self is Visibility.PRIVATE else "Everyone in the tenant"


class UnknownViewError(FinOpsError):
    """No view of this slug, or none that this person may see: both get the same answer."""

    def __init__(self) -> None:
        super().__init__("There is no such view, or you have no access to it.")


class ViewRefusedError(FinOpsError):
    """A view that cannot be saved or changed as asked."""


@dataclass(frozen=True, slots=True)
class Link:
    """A page of cost and its canonical query string."""

    path: str
    query: str

    def __post_init__(self) -> None:
        """Refuse what no browser could open again."""
        size = len(self.path) + 1 + len(self.query)
        if size > LONGEST_LINK:
            message = (
                f"This link has {size:,} characters, and {LONGEST_LINK:,} at most can be kept: "
                "filter by fewer values."
            )
            raise ViewRefusedError(message)

    @property
    def href(self) -> str:
        """The address of the page with this question."""
        return f"{self.path}?{self.query}" if self.query else self.path


@dataclass(frozen=True, slots=True)
class Wording:
    """What a view is called and who sees it; its texts are checked and in their plain form."""

    name: str
    description: str = ""
    visibility: Visibility = Visibility.PRIVATE

    def __post_init__(self) -> None:
        """Check the texts."""
        object.__setattr__(self, "name", required("The name", self.name, LONGEST_NAME))
        text = checked("The description", self.description, LONGEST_DESCRIPTION, lines=True)
        object.__setattr__(self, "description", text)


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view as one person sees it: `starred`, `is_landing` and `is_mine` are theirs alone."""

    view_id: int
    slug: str
    name: str
    description: str
    visibility: Visibility
    path: str
    query: str
    version_no: int
    owner: str
    owner_name: str
    created_at: datetime
    changed_at: datetime
    deleted_at: datetime | None
    starred: bool
    is_landing: bool
    is_mine: bool

    @property
    def link(self) -> Link:
        """What it shows."""
        return Link(self.path, self.query)

    @property
    def wording(self) -> Wording:
        """What it is called and who sees it."""
        return Wording(self.name, self.description, self.visibility)


@dataclass(frozen=True, slots=True)
class ViewVersion:
    """What a view was called and showed from `changed_at` on, and who made it so."""

    version_no: int
    name: str
    path: str
    query: str
    changed_by_name: str
    changed_at: datetime
    restored_from: int | None

    @property
    def link(self) -> Link:
        """What it showed."""
        return Link(self.path, self.query)

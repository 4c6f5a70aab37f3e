"""What happens to shortlists and saved searches. The subject is the list or the search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from service.core.events import Event

_KEPT = "A list is its organisation's own, and a search its person's: nobody else has to be told."


@dataclass(frozen=True)
class _Told(Event):
    unanswered: ClassVar[str | None] = _KEPT


@dataclass(frozen=True)
class ShortlistMade(_Told):
    """An organisation has begun a list."""


@dataclass(frozen=True)
class ShortlistRenamed(_Told):
    """A list has another name."""


@dataclass(frozen=True)
class ShortlistDropped(_Told):
    """A list has been thrown away with what stood on it."""


@dataclass(frozen=True)
class _Listed(_Told):
    product_id: UUID | None
    supplier_id: UUID | None


@dataclass(frozen=True)
class ItemListed(_Listed):
    """A product or supplier has been put on a list."""


@dataclass(frozen=True)
class ItemNoted(_Listed):
    """Somebody has written something about it."""


@dataclass(frozen=True)
class ItemMoved(_Listed):
    """It stands at another place of its list."""


@dataclass(frozen=True)
class ItemRemoved(_Listed):
    """It has been taken off the list."""


@dataclass(frozen=True)
class SearchSaved(_Told):
    """A person wants to hear of what is new and fits."""


@dataclass(frozen=True)
class SavedSearchChanged(_Told):
    """A saved search is called otherwise, writes more or less often, pauses or goes on."""


@dataclass(frozen=True)
class SavedSearchStopped(_Told):
    """Somebody with the link of a mail has stopped the mails of a saved search."""


@dataclass(frozen=True)
class SavedSearchDropped(_Told):
    """A person does not want a saved search any more."""

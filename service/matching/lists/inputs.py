"""What people say about lists and saved searches."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from service.core.i18n import _
from service.core.inputs import NO_NUL, Input, OptionalText
from service.matching.lists.models import Frequency, SearchState

LONGEST_NAME = 100
LONGEST_NOTE = 1000


def _one_line(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value


def _note(value: str | None) -> str | None:
    if value is not None and len(value) > LONGEST_NOTE:
        raise ValueError(_("Dài quá %(most)s ký tự.", most=LONGEST_NOTE))
    return value


Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), BeforeValidator(_one_line), NO_NUL]
Note = Annotated[OptionalText, AfterValidator(_note)]


class ShortlistName(Input):
    """What a list is called."""

    name: Name


class ItemNote(Input):
    """What somebody writes about a thing on a list; nothing takes the note away."""

    note: Note = None


class ItemMove(Input):
    """One place up or down."""

    way: Literal["up", "down"]


class SearchWish(Input):
    """What a person wishes of a saved search."""

    title: Name
    frequency: Frequency = Frequency.DAILY
    state: SearchState = SearchState.ACTIVE

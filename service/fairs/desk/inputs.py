"""What the organiser hands us at her desk."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field, field_validator

from service.core.i18n import _
from service.core.inputs import EARLIEST, LATEST, Day, Input, Text
from service.fairs.inputs import LONGEST_NAME, OptionalKey, ShortWords, Words

MOST_ASKED = 2000


class SourceKind(StrEnum):
    """Where earlier participants come from."""

    FAIR = "fair"
    ROUND = "round"


class CopyDraft(Input):
    """A new fair from an earlier one: its name, its first day, and what is taken over besides place, hosts, halls and words."""

    name: Text = Field(min_length=1, max_length=LONGEST_NAME)
    name_en: ShortWords = None
    starts_on: Day
    floor: bool = False
    charges: bool = False
    call: bool = False
    buyers: bool = False

    @field_validator("starts_on")
    @classmethod
    def _in_living_memory(cls, value: date) -> date:
        if not EARLIEST <= value <= LATEST:
            raise ValueError(_("Ngày của hội chợ phải từ năm 1990 đến năm 2100."))
        return value


class CopyForm(CopyDraft):
    """The same as its form sends it."""

    key: OptionalKey = None

    def draft(self) -> CopyDraft:
        """What is kept."""
        return CopyDraft(**{name: getattr(self, name) for name in CopyDraft.model_fields})


class Source(Input):
    """An earlier fair by its slug, or a matching round by its code."""

    kind: SourceKind = SourceKind.FAIR
    called: Text = Field(min_length=1, max_length=LONGEST_NAME)


class Asking(Source):
    """Whom to ask: those of the source that are ticked, or with `every` all of them; and whether its buyers come along."""

    suppliers: Annotated[tuple[UUID, ...], Field(max_length=MOST_ASKED)] = ()
    every: bool = False
    buyers: bool = False
    words: Words = None
    key: UUID

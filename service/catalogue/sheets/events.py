"""What happens to files that come in. The subject of the first three is the import, of the last the first of the pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from service.core.events import Event


@dataclass(frozen=True)
class FileCameIn(Event):
    """Somebody has sent a file that is too large to be looked through while she waits; she reads this language."""

    language: str


@dataclass(frozen=True)
class ImportApproved(Event):
    """The sender of a large file has said that it is to be stored, if all of it is right."""

    language: str


@dataclass(frozen=True)
class ImportSaved(Event):
    """What a file holds has been stored."""

    unanswered: ClassVar[str | None] = "Its sender reads it on the page of the import; the records tell their own facts."


@dataclass(frozen=True)
class PicturesCameIn(Event):
    """Many pictures have been kept as they came; their sizes are still to be made."""

"""What organisers say when they ask suppliers to come, and what suppliers answer."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from service.core.i18n import _
from service.core.inputs import EMPTY_IS_NONE, NO_NUL, Input

MOST_WORDS = 1000
MOST_AT_ONCE = 200

Words = Annotated[str | None, Field(max_length=MOST_WORDS), EMPTY_IS_NONE]


class Inviting(Input):
    """Whom to ask, with what words. `key` is of the form: the same sent again asks nobody twice."""

    suppliers: tuple[UUID, ...] = Field(default=(), max_length=MOST_AT_ONCE)
    words: Words = None
    key: UUID


class Declining(Input):
    """Why a supplier does not come; the organiser reads it."""

    reason: Annotated[str, Field(min_length=1, max_length=MOST_WORDS), NO_NUL]


def too_many() -> str:
    """What is said to whoever asks more at once than a press may."""
    return _("Mỗi lần mời nhiều nhất %(most)s nhà cung cấp. Hãy chọn ít hơn.", most=MOST_AT_ONCE)

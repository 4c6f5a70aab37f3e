"""A photo as programs get it, wherever something has photos."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from service.web.api.shapes import Out


class PhotoOut(Out):
    """A photo in three sizes (WebP), none larger than it came."""

    id: UUID
    caption: str | None
    width: int | None = Field(description="Of the largest size.")
    height: int | None
    small: str = Field(validation_alias="src_320", description="Address of the size 320 pixels wide.")
    medium: str = Field(validation_alias="src_800", description="800 pixels wide.")
    large: str = Field(validation_alias="src_1600", description="1600 pixels wide.")

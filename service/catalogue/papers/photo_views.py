"""Photos and scans as pages and programs see them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.core.pictures import WIDTHS


def small_photo(key: str | None) -> str | None:
    """The address of the small size of the photo with this key, for a list."""
    return None if key is None else f"/anh/{key}/320.webp"


@dataclass(frozen=True, slots=True)
class PhotoView:
    """A photo as a page shows it. Without a width its sizes are still being made, or `trouble` says why there are none."""

    id: UUID
    key: str
    width: int | None
    height: int | None
    caption: str | None
    trouble: str | None = None

    def src(self, width: int) -> str:
        """The address of one of its sizes."""
        return f"/anh/{self.key}/{width}.webp"

    @property
    def src_320(self) -> str:
        """The address of the small size, for lists."""
        return self.src(320)

    @property
    def src_800(self) -> str:
        """The address of the middle size, for a page on a phone."""
        return self.src(800)

    @property
    def src_1600(self) -> str:
        """The address of the large size."""
        return self.src(1600)

    @property
    def srcset(self) -> str:
        """The sizes with their widths, for a browser to choose from; none is named that is no wider than one before it."""
        largest, named = self.width or 0, []
        for width in WIDTHS:
            named.append(f"{self.src(width)} {min(width, largest)}w")
            if width >= largest:
                break
        return ", ".join(named)


@dataclass(frozen=True, slots=True)
class ScanView:
    """A page of a paper, for whoever may see it."""

    id: UUID
    key: str
    is_picture: bool
    ready: bool
    trouble: str | None
    name: str
    size_bytes: int

    @property
    def href(self) -> str:
        """Where it is looked at, or downloaded."""
        return f"/tep/{self.key}"


@dataclass(frozen=True, slots=True)
class ScanFile:
    """A scan as it is served: where it lies, what it is, and the name under which it is kept by who downloads it."""

    path: str
    media_type: str
    name: str

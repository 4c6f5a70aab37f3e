"""Pictures and papers as they come in: what they are by their content, and what is kept of them. Pure, and slow: use a thread.

Nothing of a picture is kept but its pixels: it is decoded, turned as its camera was held, and written anew. So no place, no
name of a phone and no hidden text leaves with it, and a file that is a picture and something else besides is only a picture.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from service.core.errors import Invalid
from service.core.i18n import _

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_BYTES = 10 * 1024 * 1024
WIDTHS = (320, 800, 1600)
MOST_PIXELS = {"jpeg": 120_000_000, "png": 40_000_000, "heic": 60_000_000}  # A JPEG is decoded small at once.
MOST_SIDE = 20_000
QUALITY = {320: 70, 800: 74, 1600: 76}
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
PDF_TRAILER = 2048  # Bytes at the end in which a PDF says that it is one; some programs write a few lines after it.


class Kind(StrEnum):
    """What may be handed in."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    HEIC = "heic"

    @property
    def media_type(self) -> str:
        """Its name on the network."""
        return "application/pdf" if self is Kind.PDF else f"image/{self.value}"


@dataclass(frozen=True, slots=True)
class Picture:
    """One size of a picture, as WebP."""

    data: bytes
    width: int
    height: int


def read_upload(data: bytes) -> Kind:
    """What this is by its content, whatever its name says. Raises Invalid for anything else, and for what is too large."""
    if not data:
        raise _refused(_("Tệp này trống. Hãy chọn lại tệp."))
    if len(data) > MOST_BYTES:
        raise _refused(_("Tệp nặng quá 10 MB. Hãy chụp lại với chất lượng thấp hơn, hoặc lưu lại bản nhỏ hơn."))
    if data.startswith(b"%PDF-") and b"%%EOF" in data[-PDF_TRAILER:]:
        return Kind.PDF
    if data.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS:
        return Kind.HEIC
    raise _refused(_("Tệp này không phải PDF, JPEG, PNG hay HEIC. Hãy chọn ảnh chụp hoặc bản quét ở một trong các dạng đó."))


def sizes(data: bytes) -> dict[int, Picture]:
    """The picture in three widths, never larger than it came. Raises Invalid for what is no picture, or a hostile one."""
    kind = read_upload(data)
    if kind is Kind.PDF:
        raise _refused(_("Đây là tệp PDF. Ở đây cần một ảnh: JPEG, PNG hoặc HEIC."))
    try:
        return _made(_decoded(data, kind))
    except Invalid:
        raise
    except Exception as error:  # The libraries raise whatever they like for bytes that somebody has broken on purpose.
        raise _refused(_("Không đọc được ảnh này: tệp hỏng hoặc thiếu. Hãy gửi lại ảnh gốc.")) from error


def _decoded(data: bytes, kind: Kind) -> Image:
    from PIL import Image, ImageOps  # noqa: PLC0415 - heavy; only who makes pictures pays for it.

    Image.MAX_IMAGE_PIXELS = None  # The size is asked of the head of the file below, before a single pixel is decoded.
    if kind is Kind.HEIC:
        from pi_heif import register_heif_opener  # noqa: PLC0415

        register_heif_opener(thumbnails=False)
    picture = Image.open(io.BytesIO(data), formats=["HEIF" if kind is Kind.HEIC else kind.value.upper()])
    width, height = picture.size
    if width * height > MOST_PIXELS[kind.value] or max(width, height) > MOST_SIDE:
        raise _refused(_("Ảnh lớn quá (%(width)s × %(height)s điểm). Hãy lưu lại bản nhỏ hơn.", width=width, height=height))
    if kind is Kind.JPEG:
        picture.draft("RGB", (2 * WIDTHS[-1], 2 * WIDTHS[-1]))  # Decode no more than is needed.
    picture.load()
    return ImageOps.exif_transpose(picture)


def _made(picture: Image) -> dict[int, Picture]:
    from PIL import Image  # noqa: PLC0415

    if picture.mode not in ("RGB", "L"):
        clear = picture.convert("RGBA")
        paper = Image.new("RGB", clear.size, "white")
        paper.paste(clear, mask=clear.getchannel("A"))
        picture = paper
    picture = picture.convert("RGB")
    made: dict[int, Picture] = {}
    for width in sorted(WIDTHS, reverse=True):
        # A very tall picture is bounded by its height, so that no page has to be scrolled past it.
        before = picture.size
        picture.thumbnail((width, 2 * width), Image.Resampling.LANCZOS)
        if made and picture.size == before:  # It came no larger than this: the same picture serves both.
            made[width] = made[min(made)]
            continue
        bare = Image.new("RGB", picture.size)
        bare.paste(picture)
        out = io.BytesIO()
        bare.save(out, "WEBP", quality=QUALITY[width], method=4)
        made[width] = Picture(out.getvalue(), *bare.size)
    return made


def _refused(sentence: str) -> Invalid:
    return Invalid(sentence, {"file": sentence})

"""Only the pixels of a picture are kept, and nothing that only looks like one is taken."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from service.core import pictures
from service.core.errors import Invalid
from service.core.pictures import Kind


def photo(width: int = 1200, height: int = 900, form: str = "JPEG", **how: object) -> bytes:
    """A picture whose left half is red."""
    picture = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(picture).rectangle((0, 0, width // 2, height), fill="red")
    out = io.BytesIO()
    picture.save(out, form, **how)
    return out.getvalue()


def photo_of_a_phone(orientation: int = 6) -> bytes:
    """A picture with the place where it was taken, the name of the phone, and the way the phone was held."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Máy của chị Hoan"
    exif.get_ifd(0x8825).update({1: "N", 2: (22.0, 8.0, 50.0), 3: "E", 4: (105.0, 50.0, 10.0)})
    return photo(exif=exif, comment=b"nha rieng cua chi Hoan")


def heic() -> bytes:
    import pillow_heif

    made = pillow_heif.from_pillow(Image.new("RGB", (640, 480), "green"))
    out = io.BytesIO()
    made.save(out, quality=50)
    return out.getvalue()


PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that says it is that large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def test_a_kind_is_told_by_its_content() -> None:
    assert pictures.read_upload(photo()) is Kind.JPEG
    assert pictures.read_upload(photo(form="PNG")) is Kind.PNG
    assert pictures.read_upload(heic()) is Kind.HEIC
    assert pictures.read_upload(PDF) is Kind.PDF


@pytest.mark.parametrize(
    "data",
    [
        b"", b"<html><script>alert(1)</script></html>", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><svg/>", b"GIF89a" + b"\0" * 50, b"PK\x03\x04" + b"\0" * 50, b"MZ" + b"\0" * 50,
        b"%PDF-1.4 without an end", b" " + PDF, b"RIFF\0\0\0\0WEBPVP8 ", b"\0" * 100,
    ],
)  # fmt: skip
def test_what_is_neither_paper_nor_picture_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        pictures.read_upload(data)


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8\xff<html><script>alert(1)</script></html>", b"\x89PNG\r\n\x1a\n<svg/>", b"\0\0\0\x18ftypheic" + b"\0" * 40,
        photo()[:2000], PDF,
    ],
)  # fmt: skip
def test_what_only_begins_like_a_picture_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        pictures.sizes(data)


def test_too_large_is_refused_and_ten_megabytes_are_not() -> None:
    fill = pictures.MOST_BYTES - len(photo())
    assert pictures.read_upload(photo() + b"\0" * fill) is Kind.JPEG
    with pytest.raises(Invalid, match="10 MB"):
        pictures.read_upload(photo() + b"\0" * (fill + 1))


@pytest.mark.parametrize("size", [(60_000, 60_000), (19_000, 19_000), (20_001, 1)])
def test_a_bomb_is_refused_before_a_pixel_is_decoded(size: tuple[int, int]) -> None:
    with pytest.raises(Invalid, match="điểm"):
        pictures.sizes(bomb(*size))


def test_nothing_but_the_pixels_is_kept() -> None:
    before = photo_of_a_phone()
    assert b"Hoan" in before
    assert Image.open(io.BytesIO(before)).getexif().get_ifd(0x8825)
    for made in pictures.sizes(before).values():
        after = Image.open(io.BytesIO(made.data))
        assert after.format == "WEBP"
        assert not after.getexif()
        assert set(after.info) <= {"loop", "background", "timestamp", "duration"}
        assert b"Hoan" not in made.data
        assert b"EXIF" not in made.data


def test_a_picture_stands_as_its_camera_was_held() -> None:
    made = pictures.sizes(photo_of_a_phone(orientation=6))[800]
    assert (made.width, made.height) == (800, 1067)
    upright = Image.open(io.BytesIO(made.data))
    # Held upright, what was left is above.
    assert upright.getpixel((400, 50))[0] > 200 > upright.getpixel((400, 50))[1]
    assert min(upright.getpixel((400, 1000))) > 200


def test_a_picture_with_something_behind_it_loses_that() -> None:
    made = pictures.sizes(photo() + b"<script>alert(1)</script>PK\x03\x04")
    assert all(b"script" not in each.data for each in made.values())


def test_a_picture_of_an_iphone_is_taken() -> None:
    made = pictures.sizes(heic())
    assert {width: (each.width, each.height) for width, each in made.items()} == {
        320: (320, 240), 800: (640, 480), 1600: (640, 480),
    }  # fmt: skip


def test_what_can_be_seen_through_lies_on_white_paper() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (400, 300), (255, 0, 0, 0)).save(out, "PNG")
    after = Image.open(io.BytesIO(pictures.sizes(out.getvalue())[320].data))
    assert min(after.getpixel((10, 10))) > 250


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 2500), st.integers(1, 2500), st.sampled_from(["JPEG", "PNG"]))
def test_no_size_is_larger_than_it_came_nor_than_its_width(width: int, height: int, form: str) -> None:
    made = pictures.sizes(photo(width, height, form))
    assert set(made) == set(pictures.WIDTHS)
    for most, each in made.items():
        assert each.width <= min(most, width)
        assert each.height <= min(2 * most, height)


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"\0\0\0\x18ftypheic"]))
def test_no_bytes_whatever_break_it(data: bytes, start: bytes) -> None:
    with pytest.raises(Invalid):
        pictures.sizes(start + data)

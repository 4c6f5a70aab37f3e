"""Small flat drawings of goods in the colours of the market, made in code: they stand in for photos that nobody has taken."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

WIDTH, HEIGHT, FINE = 640, 480, 2  # Drawn twice as large, so that edges become smooth.
PAPER, INK, INDIGO, TURMERIC, MANDARIN, LEAF = "#FBF8F1", "#1E2233", "#27408B", "#E0A526", "#E06A1B", "#2F6B3F"
STRAW, CLAY, CREAM, PALE, ROOT, RED = "#D9C79A", "#B08D57", "#F3E6C4", "#A9C79B", "#C98A2B", "#B23A2A"
GROUNDS = ("#EFE7D6", "#F1EBDD", "#E8EDF2", "#F6EAD8", "#EAF0E4")
Point = tuple[float, float]


class Sheet:
    """A sheet of paper that is drawn on in a picture's own measures."""

    def __init__(self, draw: ImageDraw, seed: int) -> None:
        self.draw = draw
        self.chance = random.Random(seed)

    def oval(self, x: float, y: float, rx: float, ry: float, fill: str) -> None:
        """An oval around a point."""
        self.draw.ellipse([(x - rx) * FINE, (y - ry) * FINE, (x + rx) * FINE, (y + ry) * FINE], fill=fill)

    def box(self, x0: float, y0: float, x1: float, y1: float, fill: str, round_by: float = 0) -> None:
        """A box, with round corners if wanted."""
        self.draw.rounded_rectangle([x0 * FINE, y0 * FINE, x1 * FINE, y1 * FINE], round_by * FINE, fill=fill)

    def shape(self, points: list[Point], fill: str) -> None:
        """A shape with corners."""
        self.draw.polygon([(x * FINE, y * FINE) for x, y in points], fill=fill)

    def line(self, points: list[Point], fill: str, width: float = 2) -> None:
        """A line through points."""
        self.draw.line([(x * FINE, y * FINE) for x, y in points], fill=fill, width=round(width * FINE), joint="curve")

    def leaf(self, x: float, y: float, length: float, turn: float, fill: str = LEAF) -> None:
        """A leaf that begins at a point."""
        tip = (x + math.cos(turn) * length, y + math.sin(turn) * length)
        aside = (-math.sin(turn) * length / 4, math.cos(turn) * length / 4)
        middle = ((x + tip[0]) / 2, (y + tip[1]) / 2)
        sides = [(middle[0] + aside[0], middle[1] + aside[1]), tip, (middle[0] - aside[0], middle[1] - aside[1])]
        self.shape([(x, y), *sides], fill)
        self.line([(x, y), tip], PAPER, 1)


def noodles(sheet: Sheet, colour: str) -> None:
    """Bundles of noodles, tied with a strip of bamboo."""
    for n, left in enumerate((110, 260, 410)):
        low = 360 - 18 * (n % 2)
        sheet.box(left, 120, left + 120, low, colour, 14)
        for x in range(left + 6, left + 116, 5):
            sway = sheet.chance.uniform(-4, 4)
            sheet.line([(x, 124), (x + sway, 240), (x - sway, low - 6)], CLAY, 1)
        sheet.box(left - 6, 218, left + 126, 240, LEAF, 4)
        sheet.line([(left + 54, 222), (left + 66, 236)], CREAM, 3)


def fruit(sheet: Sheet, colour: str) -> None:
    """A pile of round fruit with a few leaves."""
    for row, (count, y) in enumerate(((5, 350), (4, 280), (3, 212))):
        for n in range(count):
            x = 320 + (n - (count - 1) / 2) * 92
            sheet.oval(x, y, 48, 44, colour)
            sheet.oval(x - 16, y - 16, 10, 8, CREAM)
            if (row + n) % 3 == 0:
                sheet.leaf(x + 2, y - 40, 46, -0.5 - 0.3 * n)


def tea(sheet: Sheet, colour: str) -> None:
    """A cup of tea and leaves."""
    sheet.oval(300, 372, 190, 30, STRAW)
    sheet.shape([(180, 210), (420, 210), (390, 350), (210, 350)], "#FFFFFF")
    sheet.oval(300, 350, 90, 16, "#FFFFFF")
    sheet.oval(300, 210, 120, 24, INDIGO)
    sheet.oval(300, 211, 110, 19, colour)
    sheet.line([(424, 236), (470, 256), (452, 304), (404, 306)], "#FFFFFF", 12)
    for n in range(7):
        sheet.leaf(450 + 18 * (n % 3), 390 - 10 * n, 60, -2.6 + 0.35 * n)


def packet(sheet: Sheet, colour: str) -> None:
    """A standing pouch with a label."""
    sheet.oval(320, 410, 170, 18, STRAW)
    sheet.shape([(200, 90), (440, 90), (462, 410), (178, 410)], colour)
    sheet.box(196, 72, 444, 108, INK, 4)
    sheet.box(226, 170, 414, 330, PAPER, 6)
    sheet.box(226, 170, 414, 206, INDIGO, 6)
    for y, right in ((226, 392), (246, 372), (266, 384)):
        sheet.box(246, y, right, y + 8, "#5B6072", 3)
    for n in range(4):
        sheet.oval(260 + 26 * n, 304, 9, 9, TURMERIC)


def jar(sheet: Sheet, colour: str) -> None:
    """A glass jar with a lid and a label."""
    sheet.oval(320, 412, 140, 18, STRAW)
    sheet.box(220, 130, 420, 412, colour, 34)
    sheet.box(234, 84, 406, 140, TURMERIC if colour != TURMERIC else INDIGO, 8)
    sheet.box(234, 230, 406, 340, PAPER, 4)
    sheet.box(252, 250, 388, 260, INK, 3)
    sheet.box(252, 274, 360, 282, "#5B6072", 3)
    sheet.leaf(262, 318, 46, -0.3)
    sheet.box(236, 156, 248, 390, CREAM, 6)


def gift(sheet: Sheet, colour: str) -> None:
    """A gift box with a woven pattern and a ribbon."""
    sheet.box(120, 170, 520, 400, colour, 6)
    sheet.box(104, 130, 536, 190, INDIGO, 6)
    for x in range(140, 520, 28):
        sheet.shape([(x, 300), (x + 12, 288), (x + 24, 300), (x + 12, 312)], CREAM)
    sheet.box(300, 130, 340, 400, TURMERIC)
    sheet.oval(286, 122, 40, 20, TURMERIC)
    sheet.oval(354, 122, 40, 20, TURMERIC)


def gourds(sheet: Sheet, colour: str) -> None:
    """Long gourds beside each other."""
    for n, x in enumerate((180, 300, 420)):
        sheet.box(x, 90 + 24 * n, x + 92, 400, colour, 44)
        sheet.box(x + 16, 120 + 24 * n, x + 26, 370, PALE, 5)
        sheet.line([(x + 46, 94 + 24 * n), (x + 58, 62 + 24 * n)], LEAF, 8)
    sheet.leaf(480, 130, 110, 0.3)


def roots(sheet: Sheet, colour: str) -> None:
    """Fingers of a root, one cut through."""
    for n in range(9):
        x, y = 170 + 110 * (n % 3) + 26 * (n // 3), 190 + 80 * (n // 3)
        for knob in range(3):
            sheet.oval(x + 34 * knob, y + sheet.chance.uniform(-10, 10), 34, 25, colour)
        sheet.line([(x - 10, y - 14), (x - 4, y + 14)], CLAY, 2)
        sheet.line([(x + 40, y - 16), (x + 46, y + 12)], CLAY, 2)
    sheet.oval(480, 366, 60, 44, CLAY)
    sheet.oval(480, 364, 52, 37, MANDARIN if colour == ROOT else CREAM)
    sheet.oval(480, 364, 30, 20, TURMERIC if colour == ROOT else PALE)


def greens(sheet: Sheet, colour: str) -> None:
    """A bunch of greens, tied."""
    for n in range(13):
        turn = -math.pi / 2 + (n - 6) * 0.13
        stem = (320 + math.cos(turn) * 150, 330 + math.sin(turn) * 150)
        sheet.line([(320 + (n - 6) * 5, 410), stem], PALE, 7)
        sheet.leaf(*stem, 120, turn + sheet.chance.uniform(-0.15, 0.15), colour)
    sheet.box(262, 330, 378, 356, TURMERIC, 6)


def cakes(sheet: Sheet, colour: str) -> None:
    """Cakes in leaves, tied crosswise."""
    for x, y in ((150, 230), (330, 230), (240, 110)):
        sheet.box(x, y, x + 150, y + 150, colour, 8)
        for step in (50, 100):
            sheet.line([(x + step, y), (x + step, y + 150)], CREAM, 4)
            sheet.line([(x, y + step), (x + 150, y + step)], CREAM, 4)


def sausages(sheet: Sheet, colour: str) -> None:
    """Smoked meat on a string."""
    sheet.line([(90, 110), (550, 110)], CLAY, 6)
    for n, x in enumerate(range(140, 540, 76)):
        sheet.line([(x, 110), (x, 150)], CREAM, 3)
        sheet.box(x - 22, 150, x + 22, 350 + 20 * (n % 2), colour, 22)
        sheet.box(x - 12, 170, x - 5, 320, MANDARIN, 3)


Drawing = Callable[[Sheet, str], None]
# Which drawing, in which colour, for the kinds of kinds.tsv; the first part of a kind decides.
KINDS: dict[str, tuple[Drawing, str]] = {
    "mien-hop": (gift, RED), "mien": (noodles, STRAW), "bun": (noodles, CREAM), "pho": (noodles, CREAM), "mi": (noodles, STRAW),
    "quyt": (fruit, MANDARIN), "cam": (fruit, TURMERIC), "hong-say": (packet, MANDARIN), "hong": (fruit, "#D9541E"),
    "man": (fruit, "#7A2E4F"), "mo-muoi": (jar, "#C9A227"), "nuoc-mo": (jar, "#D8B24A"), "mo": (fruit, "#B9C25A"),
    "chuoi-tay": (fruit, "#D8B93A"), "tra": (tea, "#9A7B2D"), "bi-thom": (gourds, "#4C8A4F"), "su-su": (gourds, "#8DB86B"),
    "dua-chuot": (gourds, "#3E7F45"), "nghe-tuoi": (roots, ROOT), "gung": (roots, "#D3B878"), "cu-dong": (roots, "#A6764A"),
    "khoai": (roots, "#9C7B5A"), "mang-kho": (packet, "#C8A55A"), "mang": (roots, "#D8C48A"),
    "tinh-bot-nghe": (packet, TURMERIC),
    "tinh-bot": (packet, CREAM), "bot": (packet, TURMERIC), "curcumin": (jar, MANDARIN), "vien": (jar, TURMERIC),
    "mat-ong": (jar, "#C77F1A"), "rau": (greens, LEAF), "cai": (greens, "#5E9A55"), "bo-khai": (greens, "#3F7D46"),
    "banh": (cakes, LEAF), "com": (cakes, "#4F8A58"), "lap-suon": (sausages, RED), "hop-qua": (gift, LEAF),
    "lac": (packet, "#8E3B32"),
    "hat": (packet, "#8A5A2B"), "gao": (packet, "#F0EAD6"), "khau": (packet, "#E9E2CF"), "bao-thai": (packet, "#EFE8D8"),
    "che": (tea, "#B9A23A"), "giao-co-lam": (tea, "#8F9A3A"), "ruou": (jar, "#E6DFC8"), "trau": (sausages, "#6E2F22"),
    "lon": (sausages, "#8A3B2A"), "do": (packet, "#5B2430"), "ngo": (packet, "#E0B84A"), "nam": (packet, "#6B4A32"),
}  # fmt: skip


def drawing_of(kind: str) -> tuple[Drawing, str] | None:
    """How goods of this kind are drawn; the longest name that it begins with decides. None where there is no drawing."""
    begun = [name for name in KINDS if kind == name or kind.startswith(f"{name}-")]
    return KINDS[max(begun, key=len)] if begun else None


def draw(drawing: Drawing, colour: str, seed: int) -> bytes:
    """A picture (JPEG) of such goods; another seed makes another ground, and other small things."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - only the demo draws.

    picture = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), GROUNDS[seed % len(GROUNDS)])
    sheet = Sheet(ImageDraw.Draw(picture), seed)
    drawing(sheet, colour)
    out = io.BytesIO()
    picture.reduce(FINE).save(out, "JPEG", quality=88)
    return out.getvalue()


def paper() -> bytes:
    """A page that looks like a certificate and says across it that it is none (PDF)."""
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415

    page = Image.new("RGB", (620, 877), "white")
    pen = ImageDraw.Draw(page)
    pen.rectangle((30, 30, 590, 847), outline=INDIGO, width=4)
    pen.rectangle((150, 110, 470, 134), fill=INK)
    for n, right in enumerate((520, 470, 500, 430, 510, 380)):
        pen.rectangle((90, 210 + 46 * n, right, 220 + 46 * n), fill="#A7ABBC")
    pen.ellipse((390, 620, 530, 760), outline=RED, width=6)
    font = ImageFont.load_default(64)
    mark = Image.new("L", (620, 140), 0)
    stamp = ImageDraw.Draw(mark)
    stamp.text((60, 40), "BAN MINH HOA", font=font, fill=150)
    # The font has no Vietnamese marks: the hook over the first A and the dot under the O are drawn.
    hooked = 60 + stamp.textlength("B", font=font) + stamp.textlength("A", font=font) / 2
    stamp.arc((hooked - 8, 20, hooked + 8, 40), 180, 90, fill=150, width=5)
    dotted = 60 + stamp.textlength("BAN MINH H", font=font) + stamp.textlength("O", font=font) / 2
    stamp.ellipse((dotted - 6, 106, dotted + 6, 118), fill=150)
    turned = mark.rotate(28, expand=True)
    page.paste(MANDARIN, (0, 360), turned)
    out = io.BytesIO()
    page.save(out, "PDF", resolution=75.0, title="Bản minh họa")
    return out.getvalue()

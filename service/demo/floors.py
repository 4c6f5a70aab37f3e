"""The floors of the invented fairs: the big one with three halls and some 340 booths, and small ones of each kind.

They are planned as such fairs are: rows along the walls, islands of two rows back to back, aisles of three to five metres,
corner booths at the ends, water and cold storage where they are needed, pavilions of provinces at places of their own. A booth
is called by its hall, its row and its place in the row: B407 is the seventh of row 4 in hall B.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service import fairs
from service.accounts import SYSTEM
from service.core import places
from service.demo import calendar

layouts = fairs.layouts
STANDARD = layouts.ClassDraft(code="TC", name="Gian tiêu chuẩn", name_en="Standard booth", price_vnd=6_000_000)
CORNER = layouts.ClassDraft(code="GOC", name="Gian góc hai mặt", name_en="Corner booth", kind="corner", price_vnd=7_200_000)
RAW = layouts.ClassDraft(
    code="DT", name="Đất trống trong nhà", name_en="Raw space", kind="raw", width=6, depth=3, price_vnd=550_000, price_by="m2"
)
TENT = layouts.ClassDraft(
    code="NT", name="Gian ngoài trời có mái", name_en="Outdoor booth with roof", kind="outdoor", price_vnd=3_500_000
)
GIFTS = layouts.ZoneDraft(code="QT", name="Quà Tết", name_en="Tet gifts", smell=False)
FOOD = layouts.ZoneDraft(code="TP", name="Thực phẩm khô", name_en="Dry food", goods="food")
SMOKED = layouts.ZoneDraft(code="HK", name="Hun khói, đồ lạnh", name_en="Smoked and chilled food", goods="food")
TEA = layouts.ZoneDraft(code="CH", name="Chè, mật ong", name_en="Tea and honey", goods="food", smell=False)
FRUIT = layouts.ZoneDraft(code="TC", name="Trái cây", name_en="Fruit", goods="food", smell=False)
OTHER = layouts.ZoneDraft(code="DK", name="Thủ công, hàng khác", name_en="Crafts and other goods", goods="other")


def _pavilion(code: str, province_code: str) -> layouts.ZoneDraft:
    place = places.province(province_code)
    name = place.name if place is not None else province_code
    return layouts.ZoneDraft(
        code=code, name=f"Gian chung {name}", name_en=f"{name} pavilion", kind="pavilion", province_code=province_code
    )


class Hall:
    """A hall on the drawing board: rows and things are put in one after the other."""

    def __init__(self, letter: str, name: str, width: float, depth: float, *, outdoor: bool = False) -> None:
        self.letter = letter
        self.layout = layouts.HallLayout.model_validate({"name": name, "width": width, "depth": depth, "outdoor": outdoor})
        self.floor = layouts.FloorDraft(classes=(STANDARD, CORNER, RAW, TENT), halls=(self.layout,))

    def row(self, number: int, x: float, y: float, count: int, *, first: int = 1, **said: Any) -> None:
        """A row of standard booths with corners at its ends; `rows=2` makes an island of this row and the next."""
        wish = {
            "class_code": "TC", "end_class": "GOC", "x": x, "y": y, "count": count, "prefix": f"{self.letter}{number}",
            "prefix_2": f"{self.letter}{number + 1}", "first": first, "digits": 2, **said,
        }  # fmt: skip
        self.floor = layouts.row(self.floor, self.layout.id, layouts.RowWish.model_validate(wish))

    def large(self, code: str, x: float, y: float, width: float, depth: float, **said: Any) -> None:
        """A piece of raw space."""
        place = {"x": x, "y": y, "width": width, "depth": depth}
        self._add(
            "booths", layouts.BoothDraft.model_validate({"code": code, "class_code": "DT", "power": "three", **place, **said})
        )

    def thing(self, kind: str, x: float, y: float, width: float, depth: float, label: str | None = None) -> None:
        """An aisle, a door, a pillar, a store, a stage."""
        place = {"x": x, "y": y, "width": width, "depth": depth}
        self._add("things", layouts.ThingDraft.model_validate({"kind": kind, "label": label, **place}))

    def change(self, *codes: str, **said: Any) -> None:
        """Other words on some booths."""
        self._set(
            tuple(
                layouts.BoothDraft.model_validate({**b.model_dump(), **said}) if b.code in codes else b
                for b in self.done().booths
            )
        )

    def change_rows(self, *numbers: int, **said: Any) -> None:
        """Other words on all booths of some rows."""
        starts = tuple(f"{self.letter}{number}" for number in numbers)
        self.change(*(booth.code for booth in self.done().booths if booth.code[:-2] in starts), **said)

    def combine(self, *codes: str) -> None:
        """Some neighbours as one."""
        chosen = [booth.id for booth in self.done().booths if booth.code in codes]
        self.floor = layouts.combine(self.floor, chosen, layouts.CombineWish())

    def done(self) -> layouts.HallLayout:
        """The hall as it stands."""
        return self.floor.halls[0]

    def _set(self, booths: tuple[layouts.BoothDraft, ...]) -> None:
        self.floor = self.floor.model_copy(update={"halls": (self.done().model_copy(update={"booths": booths}),)})

    def _add(self, field: str, made: layouts.BoothDraft | layouts.ThingDraft) -> None:
        hall = self.done()
        self.floor = self.floor.model_copy(update={"halls": (hall.model_copy(update={field: (*getattr(hall, field), made)}),)})


async def add_floors(session: AsyncSession, _organisations: Mapping[str, UUID], today: date) -> None:
    """The halls of the invented fairs."""
    slugs = {held.draft.slug.rsplit("-", 1)[0]: held.draft.slug for held in calendar.fairs(today) if held.draft.slug}
    for name, draft in floors().items():
        await layouts.lay_out(session, SYSTEM, slugs[name], draft)


def floors() -> dict[str, layouts.FloorDraft]:
    """The floor of each invented fair, by its address without the year."""
    return {
        "hoi-cho-qua-tet-vung-cao-ha-noi": _floor(
            _gifts(), _foods(), _fruits(),
            zones=(GIFTS, FOOD, SMOKED, TEA, FRUIT, OTHER, _pavilion("TN", "19"), _pavilion("CB", "04"), _pavilion("LS", "20")),
        ),
        "tuan-le-ocop-vung-cao-tp-ho-chi-minh": _floor(*_week_in_the_south(), zones=(FOOD, SMOKED, TEA)),
        "hoi-cho-che-va-dac-san-thai-nguyen": _floor(*_tea_fair(), zones=(TEA, FOOD, OTHER, _pavilion("TN", "19"))),
        "tuan-hang-dac-san-vung-cao-ha-noi": _floor(*_week_in_the_north(), zones=(FOOD, SMOKED, TEA)),
        "hoi-cho-mien-dong-va-do-kho": _floor(*_vermicelli_fair(), zones=(FOOD, SMOKED)),
        "ket-noi-cung-cau-quyt-va-cam-dau-vu": _floor(_citrus_yard(), zones=(FRUIT,)),
        "ket-noi-cung-cau-vung-cao-tp-ho-chi-minh": _floor(_corridor(), zones=()),
    }  # fmt: skip


def _floor(*halls: Hall, zones: tuple[layouts.ZoneDraft, ...]) -> layouts.FloorDraft:
    used = {booth.class_code for hall in halls for booth in hall.done().booths}
    classes = tuple(each for each in (STANDARD, CORNER, RAW, TENT) if each.code in used)
    return layouts.FloorDraft(classes=classes, zones=zones, halls=tuple(hall.done() for hall in halls))


def _gifts() -> Hall:
    """Hall A: two blocks of eight on both sides of a main aisle that leads from the door to the stage."""
    hall = Hall("A", "Khu A – Quà Tết", 60, 40)
    for x, first in ((4, 1), (32, 9)):
        hall.row(1, x, 0, 8, first=first, zone="QT")
        for number, y, zone in ((2, 7, "QT"), (4, 17, "QT"), (6, 27, "TN" if first > 1 else "CH")):
            hall.row(number, x, y, 8, first=first, rows=2, zone=zone)
        hall.row(8, x, 37, 8, first=first, zone="TN" if first > 1 else "CH")
    hall.thing("stage", 28.5, 0.5, 3, 4, "Sân khấu")
    hall.thing("aisle", 28, 5, 4, 34, "Lối chính")
    _aisles(hall, (3, 13, 23, 33))
    _doors(hall, (28, 39, 4, 1, "Cửa chính"), (0, 18, 1, 4, "Cửa 2"), (59, 18, 1, 4, "Cửa 3"))
    hall.combine("A201", "A202")
    hall.combine("A415", "A416", "A515", "A516")
    hall.change("A101", closed="Vướng tủ điện của nhà triển lãm")
    hall.change_rows(4, 5, power="three")
    return hall


def _foods() -> Hall:
    """Hall B: three blocks of seven; raw space in the middle, smoked and chilled food beside the cold store."""
    hall = Hall("B", "Khu B – Thực phẩm", 80, 40)
    for x, first in ((4, 1), (29.5, 8), (55, 15)):
        last = first == 15
        hall.row(1, x, 0, 7, first=first, zone="HK" if last else "TP")
        for number, y in ((2, 7), (4, 17), (6, 27)):
            if (number, first) == (4, 8):
                continue
            zone = "HK" if last else {2: "TP", 4: "CB", 6: "LS"}[number] if first == 1 else "TP"
            hall.row(number, x, y, 7, first=first, rows=2, zone=zone)
        hall.row(8, x, 37, 7, first=first, zone="DK" if not last else "HK")
    for n, x in enumerate((29.5, 36.5, 43.5), 1):
        hall.large(f"B4R{n}", x, 17, 7, 6, zone="TP", water=True)
    for y in (0, 7, 17, 27, 37):
        hall.thing("pillar", 1, y + 1, 0.6, 0.6)
        hall.thing("pillar", 78.4, y + 1, 0.6, 0.6)
    for x in (25, 50.5):
        hall.thing("aisle", x, 3, 4.5, 36, "Lối chính")
    _aisles(hall, (3, 13, 23, 33))
    _doors(hall, (25, 39, 4.5, 1, "Cửa 4"), (50.5, 39, 4.5, 1, "Cửa 5"), (79, 18, 1, 4, "Cửa hàng lạnh"))
    smoked = [booth.code for booth in hall.done().booths if booth.zone == "HK"]
    hall.change(*smoked, power="three", water=True)
    hall.change(*[code for code in smoked if code[1] in "67"], cold=True)
    hall.change("B120", "B121", closed="Đường vào kho lạnh")
    return hall


def _fruits() -> Hall:
    """Hall C: two blocks of six, water for washing along the wall."""
    hall = Hall("C", "Khu C – Trái cây", 50, 30)
    for x, first in ((4, 1), (28, 7)):
        hall.row(1, x, 0, 6, first=first, zone="TC", water=True)
        hall.row(2, x, 7, 6, first=first, rows=2, zone="TC")
        hall.row(4, x, 17, 6, first=first, rows=2, zone="TC" if first == 1 else "DK")
        if first == 1:
            hall.row(6, x, 27, 6, first=first, zone="TC", cold=True, power="three")
    hall.thing("wall", 33, 27, 8, 3, "Kho lạnh chung")
    hall.thing("aisle", 22, 3, 6, 26, "Lối chính")
    _aisles(hall, (3, 13, 23))
    _doors(hall, (23, 29, 4, 1, "Cửa 6"), (0, 13, 1, 4, "Cửa 7"))
    return hall


def _aisles(hall: Hall, tops: tuple[float, ...]) -> None:
    """Aisles of four metres across the hall."""
    for top in tops:
        hall.thing("aisle", 1, top, float(hall.done().width or 0) - 2, 4)


def _doors(hall: Hall, *doors: tuple[float, float, float, float, str]) -> None:
    for x, y, width, depth, label in doors:
        hall.thing("entrance", x, y, width, depth, label)


def _week_in_the_south() -> tuple[Hall, ...]:
    one, two, three = Hall("A", "Sảnh 1", 30, 20), Hall("B", "Sảnh 2", 24, 20), Hall("C", "Khu trưng bày", 15, 10)
    one.row(1, 3, 0, 8, zone="TP")
    one.row(2, 3, 7, 8, rows=2, zone="TP")
    one.row(4, 3, 17, 3, zone="CH")
    one.row(4, 18, 17, 3, first=4, zone="CH")
    one.thing("aisle", 1, 3, 28, 4)
    one.thing("aisle", 1, 13, 28, 4)
    _doors(one, (13, 19, 4, 1, "Cửa chính"))
    # The row beside the door goes to whoever comes first.
    one.change_rows(4, first_come=True)
    two.row(1, 3, 0, 6, zone="HK", power="three", water=True, cold=True)
    two.row(2, 3, 7, 6, rows=2, zone="HK", power="three")
    two.large("B4R1", 3, 16.5, 6, 3.5, zone="HK", water=True, first_come=True)
    two.thing("aisle", 1, 3, 22, 4)
    two.thing("aisle", 1, 13, 22, 3.5)
    _doors(two, (11, 19, 4, 1, "Cửa 2"))
    three.row(1, 3, 0, 3, first_come=True)
    _doors(three, (5.5, 9, 4, 1, "Cửa 3"))
    return one, two, three


def _tea_fair() -> tuple[Hall, ...]:
    one = Hall("A", "Khu chè", 50, 30, outdoor=True)
    two = Hall("B", "Khu vùng cao", 50, 30, outdoor=True)
    for hall, zones in ((one, ("CH", "CH", "CH")), (two, ("TN", "TP", "DK"))):
        for x, first in ((4, 1), (28, 7)):
            for number, y, zone in zip((1, 3, 5), (3, 12, 21), zones, strict=True):
                hall.row(number, x, y, 6, first=first, rows=2, zone=zone, class_code="NT", end_class="")
        for top in (0, 9, 18, 27):
            hall.thing("aisle", 1, top, 48, 3)
        hall.thing("aisle", 22, 1, 6, 28, "Lối chính")
        _doors(hall, (23, 29, 4, 1, "Cổng"))
    one.change_rows(1, power="three", water=True)
    return one, two


def _week_in_the_north() -> tuple[Hall, ...]:
    one, two = Hall("A", "Sảnh A", 30, 20), Hall("B", "Sảnh B", 20, 20)
    one.row(1, 6, 3, 6, zone="TP")
    one.row(2, 6, 10, 4, rows=2, zone="TP")
    one.thing("stage", 21, 10, 6, 5, "Bếp nấu thử")
    one.thing("aisle", 1, 6, 28, 4)
    _doors(one, (13, 19, 4, 1, "Cửa chính"))
    two.row(1, 4, 3, 4, zone="HK", power="three", water=True)
    two.row(2, 4, 10, 3, rows=2, zone="CH")
    two.thing("aisle", 1, 6, 18, 4)
    _doors(two, (8, 19, 4, 1, "Cửa 2"))
    return one, two


def _vermicelli_fair() -> tuple[Hall, ...]:
    one = Hall("A", "Dãy miến", 60, 20, outdoor=True)
    two = Hall("B", "Dãy đồ khô", 45, 20, outdoor=True)
    three = Hall("C", "Sân ẩm thực", 30, 20, outdoor=True)
    tents: dict[str, Any] = {"class_code": "NT", "end_class": ""}
    one.row(1, 6, 2, 12, zone="TP", **tents)
    one.row(2, 6, 10, 12, rows=2, zone="TP", **tents)
    two.row(1, 4, 2, 10, zone="TP", **tents)
    two.row(2, 4, 10, 10, rows=2, zone="TP", **tents)
    three.row(1, 4, 2, 6, zone="HK", power="three", water=True, **tents)
    three.thing("stage", 10, 9, 10, 5, "Sân khấu")
    for hall, wide in ((one, 58.0), (two, 43.0), (three, 28.0)):
        hall.thing("aisle", 1, 5, wide, 4)
        _doors(hall, (wide / 2, 19, 4, 1, "Cổng"))
    return one, two, three


def _citrus_yard() -> Hall:
    hall = Hall("S", "Sân", 40, 20, outdoor=True)
    hall.row(1, 5, 3, 10, zone="TC", class_code="NT", end_class="")
    _doors(hall, (18, 19, 4, 1, "Cổng"))
    return hall


def _corridor() -> Hall:
    hall = Hall("H", "Hành lang", 20, 10)
    hall.row(1, 2, 0, 5)
    _doors(hall, (8, 9, 4, 1, "Cửa"))
    return hall

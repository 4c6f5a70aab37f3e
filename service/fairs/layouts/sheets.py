"""A floor as a sheet and back: one line for each hall, class, zone, booth, aisle and so on. PURE.

What goes out comes back as the same floor, to the centimetre and the letter. What comes in is read whole: every cell that is
not right is told with its line, and nothing is taken where one is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ValidationError

from service import catalogue
from service.core import exports, formats, places
from service.core.errors import Invalid
from service.core.i18n import _
from service.core.text import fold
from service.fairs.layouts.inputs import BoothDraft, ClassDraft, FloorDraft, HallLayout, ThingDraft, ZoneDraft

MOST_TOLD = 200
MOST_LINES = 10_000


class What(StrEnum):
    """What a line is about."""

    HALL = "hall"
    CLASS = "class"
    ZONE = "zone"
    BOOTH = "booth"
    AISLE = "aisle"
    ENTRANCE = "entrance"
    PILLAR = "pillar"
    WALL = "wall"
    STAGE = "stage"


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is not right in a sheet: the number of its line (None: of the whole), its column, and a sentence."""

    line: int | None
    column: str | None
    words: str


# The columns in their order: the name for programs, the heading, and other headings that people use.
COLUMNS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("what", "Dòng này là", ("what", "loại dòng", "line")),
    ("hall", "Sảnh", ("hall", "khu vực")),
    ("code", "Mã", ("code", "mã gian", "số gian")),
    ("name", "Tên", ("name", "label", "tên ghi trên sơ đồ")),
    ("class_code", "Loại gian", ("class", "class_code", "mã loại")),
    ("x", "Cách mép trái (m)", ("x", "trái")),
    ("y", "Cách mép trên (m)", ("y", "trên")),
    ("width", "Ngang (m)", ("width", "rộng", "chiều rộng")),
    ("depth", "Dọc (m)", ("depth", "sâu", "chiều sâu")),
    ("zone", "Khu", ("zone", "mã khu")),
    ("power", "Điện", ("power",)),
    ("water", "Nước", ("water",)),
    ("cold", "Kho lạnh", ("cold",)),
    ("price_vnd", "Giá (đ)", ("price", "price_vnd", "giá")),
    ("first_come", "Đặt trước được trước", ("first_come", "first come")),
    ("closed", "Đóng vì", ("closed", "lý do đóng")),
    ("part_of", "Thuộc gian ghép", ("part_of", "part of")),
    ("kind", "Kiểu", ("kind",)),
    ("price_by", "Giá tính theo", ("price_by", "price by")),
    ("province_code", "Tỉnh", ("province", "province_code")),
    ("goods", "Hàng được bày", ("goods",)),
    ("smell", "Nhận hàng nặng mùi", ("smell",)),
    ("outdoor", "Ngoài trời", ("outdoor",)),
    ("name_en", "Tên tiếng Anh", ("name_en", "english name")),
    ("about", "Ghi chú", ("about", "note")),
)
# What may be written for a word, beside the word itself.
WORDS: Mapping[str, Mapping[str, str]] = {
    "what": {"sảnh": "hall", "loại gian": "class", "khu": "zone", "gian": "booth", "lối đi": "aisle", "cửa vào": "entrance",
             "cửa": "entrance", "cột": "pillar", "vách": "wall", "tường": "wall", "sân khấu": "stage"},
    "power": {"không": "none", "1 pha": "single", "điện 1 pha": "single", "3 pha": "three", "điện 3 pha": "three", "0": "none",
              "1": "single", "3": "three", "không có điện": "none"},
    "kind": {"tiêu chuẩn": "standard", "gian tiêu chuẩn": "standard", "góc": "corner", "gian góc": "corner", "đất trống": "raw",
             "ngoài trời": "outdoor", "khu": "zone", "khu theo hàng": "zone", "gian chung": "pavilion",
             "khu của tỉnh, chủ đề": "pavilion"},
    "price_by": {"gian": "booth", "m²": "m2"},
    "goods": {"mọi hàng": "any", "thực phẩm": "food", "không phải thực phẩm": "other"},
}  # fmt: skip
YES, NO = "có", "không"
YES_WORDS, NO_WORDS = frozenset({"co", "x", "1", "yes", "true"}), frozenset({"khong", "0", "no", "false"})
OF: Mapping[What, tuple[type[BaseModel], tuple[str, ...]]] = {
    What.HALL: (HallLayout, ("name", "width", "depth", "outdoor")),
    What.CLASS: (ClassDraft, ("code", "name", "name_en", "kind", "width", "depth", "price_vnd", "price_by")),
    What.ZONE: (ZoneDraft, ("code", "name", "name_en", "kind", "province_code", "goods", "smell", "about")),
    What.BOOTH: (BoothDraft, ("code", "class_code", "x", "y", "width", "depth", "zone", "power", "water", "cold", "price_vnd",
                              "first_come", "closed", "part_of")),
}  # fmt: skip
OF_THING = ("label", "x", "y", "width", "depth")
FLAGS = frozenset({"water", "cold", "first_come", "smell", "outdoor"})


def headings() -> list[str]:
    """The headings of the sheet."""
    return [heading for _name, heading, _others in COLUMNS]


def lines(draft: FloorDraft) -> Iterator[list[exports.Cell]]:
    """The floor line by line, as it goes out."""
    for each in draft.classes:
        yield _line(What.CLASS, each.model_dump(mode="python"), {})
    for zone in draft.zones:
        yield _line(What.ZONE, zone.model_dump(mode="python"), {})
    for hall in draft.halls:
        yield _line(What.HALL, hall.model_dump(mode="python", exclude={"booths", "things"}), {"hall": hall.name})
        for booth in hall.booths:
            yield _line(What.BOOTH, booth.model_dump(mode="python"), {"hall": hall.name})
        for thing in hall.things:
            said = thing.model_dump(mode="python")
            yield _line(What(thing.kind.value), {**said, "name": said["label"]}, {"hall": hall.name})


def _line(what: What, values: Mapping[str, Any], more: Mapping[str, Any]) -> list[exports.Cell]:
    names = OF[what][1] if what in OF else ("name", "x", "y", "width", "depth")
    said = {"what": what.value, **{name: values[name] for name in names}, **more}
    return [_out(name, said.get(name)) for name, _heading, _others in COLUMNS]


def _out(name: str, value: Any) -> exports.Cell:
    if isinstance(value, bool):
        return YES if value else NO
    if name in WORDS and value is not None:
        return next((word for word, meant in WORDS[name].items() if meant == str(value)), str(value))
    return value  # type: ignore[no-any-return] # Texts, whole numbers and metres go out as they are.


def read(data: bytes) -> tuple[FloorDraft | None, list[Wrong]]:
    """The floor of a sheet, or everything that is wrong with it."""
    try:
        sheet = catalogue.read_sheet(data)
    except Invalid as refusal:
        return None, [Wrong(None, None, refusal.message)]
    columns, wrong = _columns(sheet.lines[0])
    if wrong:
        return None, wrong
    if len(sheet.lines) > MOST_LINES:
        return None, [Wrong(None, None, _("Bảng này dài quá %(most)s dòng.", most=formats.number(MOST_LINES)))]
    reader = _Reader()
    for number, cells in enumerate(sheet.lines[1:], sheet.first + 1):
        said = {name: cells[at] for at, name in columns.items() if at < len(cells) and cells[at] is not None}
        if said:
            reader.take(number, said)
        if len(reader.wrong) >= MOST_TOLD:
            break
    draft = reader.floor() if not reader.wrong else None
    return (draft if not reader.wrong else None), reader.wrong


def _columns(head: Sequence[catalogue.Cell]) -> tuple[dict[int, str], list[Wrong]]:
    known = {fold(word): name for name, heading, others in COLUMNS for word in (heading, *others)}
    columns: dict[int, str] = {}
    wrong = []
    for at, cell in enumerate(head):
        if cell is None:
            continue
        name = known.get(fold(str(cell)))
        if name is None:
            said = _("Không hiểu cột “%(name)s”. Hãy tải bảng mẫu về và giữ nguyên dòng đầu.", name=str(cell)[:40])
            wrong.append(Wrong(1, str(cell)[:40], said))
        elif name in columns.values():
            wrong.append(Wrong(1, str(cell)[:40], _("Cột “%(name)s” có hai lần.", name=str(cell)[:40])))
        else:
            columns[at] = name
    if "what" not in columns.values() and not wrong:
        wrong.append(Wrong(1, None, _("Thiếu cột “%(name)s”.", name=COLUMNS[0][1])))
    return columns, wrong


class _Reader:
    """Takes the lines one after the other and keeps what they say, and what is wrong with them."""

    def __init__(self) -> None:
        self.wrong: list[Wrong] = []
        self._made: dict[What, list[tuple[int, str, Any]]] = {what: [] for what in What}

    def take(self, number: int, said: Mapping[str, catalogue.Cell]) -> None:
        """One line."""
        values = {name: _in(name, cell) for name, cell in said.items()}
        try:
            what = What(str(values.pop("what", "")))
        except ValueError:
            self._add(number, "what", _("Ghi một trong: gian, sảnh, loại gian, khu, lối đi, cửa vào, cột, vách, sân khấu."))
            return
        hall = str(values.pop("hall", "") or "")
        model, names = OF.get(what, (ThingDraft, OF_THING))
        if what not in OF:
            label = values.pop("name", None)
            values = {**values, "label": label, "kind": what.value}
            names = (*names, "kind")
        if what is What.HALL:
            values.setdefault("name", hall)
        extra = [name for name, value in values.items() if name not in names and value not in (None, "")]
        for name in extra:
            self._add(number, name, _("Dòng này không có mục đó; hãy để trống."))
        try:
            made = model.model_validate({name: value for name, value in values.items() if name in names})
        except ValidationError as error:
            for problem in error.errors(include_url=False):
                self._add(number, str(problem["loc"][0]) if problem["loc"] else "what", _sentence(problem))
            return
        if what is not What.CLASS and what is not What.ZONE and not hall:
            self._add(number, "hall", _("Cần ghi tên sảnh."))
        self._made[what].append((number, hall, made))

    def floor(self) -> FloorDraft:
        """The floor of all lines; things in a hall that has no line of its own are wrong."""
        halls = {made.name: made for _number, _hall, made in self._made[What.HALL]}
        inside: dict[str, dict[str, list[Any]]] = {name: {"booths": [], "things": []} for name in halls}
        for what in (each for each in What if each not in (What.HALL, What.CLASS, What.ZONE)):
            for number, hall, made in self._made[what]:
                if hall not in inside:
                    self._add(number, "hall", _("Không có dòng nào khai sảnh “%(name)s”.", name=hall[:60]))
                else:
                    inside[hall]["booths" if what is What.BOOTH else "things"].append(made)
        try:
            return FloorDraft(
                classes=tuple(made for _number, _hall, made in self._made[What.CLASS]),
                zones=tuple(made for _number, _hall, made in self._made[What.ZONE]),
                halls=tuple(
                    made.model_copy(update={name: tuple(things) for name, things in inside[made.name].items()})
                    for _number, _hall, made in self._made[What.HALL]
                ),
            )
        except ValidationError as error:
            self.wrong += [Wrong(None, None, _sentence(problem)) for problem in error.errors(include_url=False)]
            return FloorDraft()

    def _add(self, number: int, name: str, words: str) -> None:
        name = "name" if name == "label" else name
        heading = next((heading for known, heading, _others in COLUMNS if known == name), name)
        self.wrong.append(Wrong(number, heading, words))


def _in(name: str, cell: catalogue.Cell) -> Any:
    if isinstance(cell, str):
        cell = cell.strip()
    folded = fold(str(cell))
    if name in FLAGS:
        return True if folded in YES_WORDS else False if folded in NO_WORDS else cell
    if name in WORDS:
        plain = {fold(word): meant for word, meant in WORDS[name].items()}
        return plain.get(folded, str(cell))
    if name in ("x", "y", "width", "depth"):
        return Decimal(str(cell)) if isinstance(cell, float) else cell
    if name == "price_vnd":
        return cell
    if name == "province_code":
        return _province(cell)
    return (
        formats.plain_number(Decimal(str(cell))) if isinstance(cell, (int, float)) and not isinstance(cell, bool) else str(cell)
    )


def _province(cell: catalogue.Cell) -> str:
    typed = str(cell)
    if typed.isdecimal():
        return typed.zfill(2)
    return places.code_meant(typed, "province") or typed


def _sentence(problem: Any) -> str:
    kind, context = problem["type"], problem.get("ctx") or {}
    told: Mapping[str, Callable[[], str]] = {
        "missing": lambda: _("Cần điền mục này."),
        "greater_than_equal": lambda: _("Ít nhất là %(least)s.", least=context.get("ge")),
        "less_than_equal": lambda: _("Nhiều nhất là %(most)s.", most=context.get("le")),
        "string_too_long": lambda: _("Dài quá: tối đa %(most)s ký tự.", most=context.get("max_length")),
        "too_long": lambda: _("Nhiều quá: tối đa %(most)s.", most=context.get("max_length")),
        "enum": lambda: _("Hãy ghi một trong các từ có ở bảng mẫu."),
        "bool_parsing": lambda: _("Ghi “có” hoặc “không”."),
        "value_error": lambda: str(context.get("error")),
    }
    return told[kind]() if kind in told else _("Giá trị này chưa đúng.")

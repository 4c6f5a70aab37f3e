"""The table of places: 34 provinces and 3,321 communes of today, 63 provinces, 696 districts and 10,035 communes of before.

Two files (`data/places.tsv`, checked by hand, and `data/units.tsv`) are read when the first place is asked for, and kept as the
bytes that they are, with an index of their lines: fourteen thousand objects would cost each process three times as much memory.
A `Place` is made of its line when somebody looks at it.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from service.core.text import fold, strip_marks

Kind = Literal["province", "district", "commune"]

DATA = Path(__file__).parent / "data"
CHANGED_ON = date(2025, 7, 1)
LAST_DAY_BEFORE = date(2025, 6, 30)
DISTRICTS = frozenset({"quận", "huyện", "thị xã", "thành phố"})
BAC_KAN_BEFORE_2025 = "06"


@dataclass(frozen=True, slots=True)
class Place:
    """An administrative unit during the days in which it bore this name and type."""

    code: str  # Empty where a unit ended before 2020 and its code is not known.
    name: str
    name_en: str
    kind: Kind
    type: str  # tỉnh, thành phố, quận, huyện, thị xã, phường, xã, thị trấn, đặc khu
    parent: str  # Code of the unit above; of the same days.
    lat: float
    lon: float
    valid_from: date | None
    valid_to: date | None  # The last day; empty for a unit of today.
    successors: tuple[str, ...]  # Codes of the units of today that it went into; of several, that with most of it first.
    aliases: tuple[str, ...]

    @property
    def full_name(self) -> str:
        """The name with its type, as at the head of a letter: "Xã Côn Minh", "TP. Hồ Chí Minh"."""
        if self.kind == "province" and self.type == "thành phố":
            return f"TP. {self.name}"
        return f"{self.type[0].upper()}{self.type[1:]} {self.name}"

    @property
    def of_today(self) -> bool:
        """Whether the unit still exists under this name and type."""
        return self.valid_to is None

    def existed(self, on: date) -> bool:
        """Whether the unit bore this name and type on the given day."""
        return (self.valid_from or date.min) <= on <= (self.valid_to or date.max)


Rows = int | tuple[int, ...]


class Table:
    """Both files, and where to find a line by code, by name, and by what a place of today was made of."""

    def __init__(self) -> None:
        by_hand, rest = (DATA / "places.tsv").read_bytes(), (DATA / "units.tsv").read_bytes()
        self._bytes = by_hand + rest
        self._starts = array("I")
        self._keys: dict[str, Rows] = {}
        self.provinces: dict[str, int] = {}
        self.communes: dict[str, int] = {}
        self.districts: dict[str, int] = {}
        self.before: list[int] = []  # The former provinces.
        self._made_of: dict[str, Rows] = {}
        self._below: dict[str, tuple[int, int]] = {}  # District of units.tsv → first and last of its communes.
        at = 0
        for line in by_hand.splitlines(keepends=True):
            if at:
                self._take_checked(line.decode().rstrip("\n").split("\t"), at)
            at += len(line)
        self._checked = len(self._starts)
        first = True
        for line in rest.splitlines(keepends=True):
            if not first:
                self._take(line.decode().rstrip("\n").split("\t"), at)
            at, first = at + len(line), False

    def __len__(self) -> int:
        return len(self._starts)

    def named(self, key: str) -> tuple[int, ...]:
        """The rows of any day whose name folds to this, without spaces: people write "thainguyen" and "hanoi" too."""
        return _rows(self._keys.get(key))

    def made_of(self, code: str) -> tuple[int, ...]:
        """The former communes that went into a commune of today, wholly or in part."""
        return _rows(self._made_of.get(code))

    def coded(self, code: str) -> tuple[int, ...]:
        """The rows of any day with this code: of today, of before, or both."""
        if not code.isascii() or not code.isdigit():
            return ()
        found = []
        wanted = b"\n" + code.encode() + b"\t"
        at = self._bytes.find(wanted)
        while at >= 0:
            number = bisect_left(self._starts, at + 1)
            if number < len(self._starts) and self._starts[number] == at + 1:
                found.append(number)
            at = self._bytes.find(wanted, at + 1)
        return tuple(found)

    def row(self, number: int) -> Place:
        """The place of one line."""
        return _place(number)

    def parse(self, number: int) -> Place:
        """The place of one line, made anew."""
        start = self._starts[number]
        cells = self._bytes[start : self._bytes.index(b"\n", start)].decode().split("\t")
        if number < self._checked:
            return _checked_place(cells)
        code, name, type_, parent, lat, lon, successors, _also = cells
        kind: Kind = "district" if type_ in DISTRICTS else "commune"
        heirs = tuple(successors.split("|")) if successors else self._heirs(code) if kind == "district" else ()
        before = bool(heirs)
        return Place(
            code, name, strip_marks(name), kind, type_, parent, float(lat), float(lon), None if before else CHANGED_ON,
            LAST_DAY_BEFORE if before else None, heirs, (),
        )  # fmt: skip

    def also(self, number: int) -> str:
        """The names that a unit had taken over before 2025, without marks and spaces, one after another."""
        if number < self._checked:
            return ""
        start = self._starts[number]
        return self._bytes[start : self._bytes.index(b"\n", start)].rpartition(b"\t")[2].decode()

    def _heirs(self, district: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        first, last = self._below[district]
        begins = self._starts[first]
        ends = self._bytes.index(b"\n", self._starts[last])
        for line in self._bytes[begins:ends].decode().split("\n"):
            found.update(dict.fromkeys(line.split("\t")[6].split("|")))
        return tuple(found)

    def _take_checked(self, cells: list[str], at: int) -> None:
        number = len(self._starts)
        self._starts.append(at)
        place = _checked_place(cells)
        for name in (place.name, place.name_en, *place.aliases):
            self._index(fold(name).replace(" ", ""), number)
        if place.kind == "district":
            self.districts[place.code] = number
        elif place.of_today:
            (self.provinces if place.kind == "province" else self.communes)[place.code] = number
        elif place.kind == "province":
            self.before.append(number)
        else:
            for heir in place.successors:
                _add(self._made_of, heir, number)

    def _take(self, cells: list[str], at: int) -> None:
        number = len(self._starts)
        self._starts.append(at)
        code, name, type_, parent, _lat, _lon, successors, also = cells
        self._index(fold(name).replace(" ", ""), number)
        for key in also.split("|") if also else ():
            self._index(fold(key), number)
        if type_ in DISTRICTS:
            self.districts[code] = number
        elif not successors:
            self.communes[code] = number
        else:
            first, _last = self._below.get(parent, (number, number))
            self._below[parent] = (first, number)
            for heir in successors.split("|"):
                _add(self._made_of, heir, number)

    def _index(self, key: str, number: int) -> None:
        if number not in self.named(key):
            _add(self._keys, key, number)


@cache
def table() -> Table:
    """The table, read when it is first asked for."""
    return Table()


def every() -> Iterator[Place]:
    """Every unit of every day. Makes fourteen thousand objects: for tests and reports."""
    return (table().parse(number) for number in range(len(table())))


@lru_cache(maxsize=2000)
def _place(number: int) -> Place:
    return table().parse(number)


def _rows(found: Rows | None) -> tuple[int, ...]:
    return () if found is None else (found,) if isinstance(found, int) else found


def _add(index: dict[str, Rows], key: str, number: int) -> None:
    known = index.get(key)
    index[key] = number if known is None else (*_rows(known), number)


def _checked_place(cells: list[str]) -> Place:
    code, name, name_en, kind, type_, parent, lat, lon, valid_from, valid_to, successors, aliases = cells
    return Place(
        code, name, name_en, kind, type_, parent, float(lat), float(lon),  # type: ignore[arg-type] # A test reads every row.
        date.fromisoformat(valid_from) if valid_from else None,
        date.fromisoformat(valid_to) if valid_to else None,
        tuple(successors.split("|")) if successors else (),
        tuple(aliases.split("|")) if aliases else (),
    )  # fmt: skip

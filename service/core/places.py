"""Places with their dates: what a unit is called today, and what it was called on every label printed before.

On 1 July 2025 the 63 provinces became 34 and the districts ended; the 108 communes of former Bắc Kạn became 37. Labels,
certificates and people still say "huyện Na Rì, tỉnh Bắc Kạn", so an old name finds the new place, and a new place knows
its old names. Units are compared by code and day, never by name alone: codes were handed on too (01843 was phường
Phùng Chí Kiên and is phường Bắc Kạn).

Everything here is pure. The table (`data/places.tsv`) is read once, when first asked for; it holds the communes of
former Bắc Kạn now and takes those of the whole country in the same shape.
"""

from __future__ import annotations

import csv
import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from service.core.text import fold

Kind = Literal["province", "district", "commune"]

HANOI = "01"
HO_CHI_MINH_CITY = "79"
THAI_NGUYEN = "19"
BAC_KAN_BEFORE_2025 = "06"

ROAD_FACTOR = 1.3  # Upland roads measured against the straight line: 1.25 to 1.4. An estimate, and shown as one.


@dataclass(frozen=True, slots=True)
class Place:
    """An administrative unit during the days in which it bore this name and type."""

    code: str  # Empty where a unit ended before 2020 and its code is not known.
    name: str
    name_en: str
    kind: Kind
    type: str  # tỉnh, thành phố, huyện, phường, xã, thị trấn
    parent: str  # Code of the unit above; of the same days.
    lat: float
    lon: float
    valid_from: date | None
    valid_to: date | None  # The last day; empty for a unit of today.
    successors: tuple[str, ...]  # Codes of the units of today that it went into.
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


def province(code: str | None) -> Place | None:
    """The province or centrally-run city of today with this code."""
    return _table().provinces.get(code or "")


def commune(code: str | None) -> Place | None:
    """The xã or phường of today with this code."""
    return _table().communes.get(code or "")


def provinces(on: date | None = None) -> tuple[Place, ...]:
    """The provinces of today, or those of a given day, by code."""
    if on is None:
        return tuple(_table().provinces.values())
    return tuple(p for p in _table().rows if p.kind == "province" and p.existed(on))


def code_meant(typed: str, kind: Kind) -> str | None:
    """The code of the place of today that is meant by a code, or by a name of today or before; None where there is none."""
    known = province(typed) if kind == "province" else commune(typed)
    return known.code if known is not None else next((place.code for place in find(typed, kind)), None)


def communes(of: str | None = None) -> tuple[Place, ...]:
    """The communes of today, by code; with `of`, those inside a province of today or made from a former unit.

    >>> [place.name for place in communes("066")][:2]  # Huyện Na Rì.
    ['Văn Lang', 'Cường Lợi']
    """
    every = _table().communes.values()
    if of is None:
        return tuple(every)
    if of in _table().provinces:
        return tuple(place for place in every if place.parent == of)
    inside = _table().inside.get(of, frozenset())
    return tuple(place for place in every if place.code in inside)


def former(code: str) -> tuple[Place, ...]:
    """What a place of today was made of: its former communes or provinces, newest first."""
    found = [place for place in _table().rows if not place.of_today and code in place.successors]
    kind = "province" if code in _table().provinces else "commune"
    found = [place for place in found if place.kind == kind]
    return tuple(sorted(found, key=lambda place: place.valid_to or date.max, reverse=True))


def former_names(code: str) -> tuple[str, ...]:
    """Every name that a place of today can be looked for by: old communes, then old districts, then the old province.

    >>> former_names("01933")
    ('Quảng Khê', 'Hoàng Trĩ', 'Bằng Phúc', 'Ba Bể', 'Chợ Đồn', 'Bắc Kạn')
    """
    here = commune(code) or province(code)
    if here is None:
        return ()
    names: dict[str, None] = {}
    before = former(code)
    for place in before:
        names[place.name] = None
    for place in _table().rows:
        if place.kind == "district" and code in place.successors:
            names[place.name] = None
    for above in {place.parent for place in _table().rows if place.kind == "district" and code in place.successors}:
        names.update({place.name: None for place in _table().by_code.get(above, ()) if not place.of_today})
    names.pop(here.name, None)
    return tuple(names)


def where(province_code: str | None, commune_code: str | None = None) -> str:
    """A place in words, from small to large: "Xã Côn Minh, tỉnh Thái Nguyên"; empty when nothing is known."""
    small, large = commune(commune_code), province(province_code)
    if large is None and small is not None:
        large = province(small.parent)
    if large is None:
        return ""
    if small is None:
        return large.full_name
    return f"{small.full_name}, {large.full_name if large.type == 'thành phố' else f'{large.type} {large.name}'}"


def km_by_road(one: Place, other: Place) -> int:
    """An estimate ("ước tính") of the road between two places: 1.3 times the great circle, in whole kilometres."""
    return round(ROAD_FACTOR * _great_circle_km(one, other))


def days_on_road(one: Place, other: Place) -> tuple[int, int]:
    """An estimate of the days a lorry needs, least and most; (0, 0) is the same day.

    Thái Nguyên to Hà Nội is the same day, to TP. Hồ Chí Minh two to four days.
    """
    km = km_by_road(one, other)
    for limit, days in ((300, (0, 0)), (700, (1, 1)), (1200, (1, 3))):
        if km <= limit:
            return days
    return (2, 4)


def find(text: str, kind: Kind | None = None) -> list[Place]:
    """The places of today that a text may mean, best first; empty when it names none.

    Old and new names, with or without marks and with or without xã, phường, TT, huyện, TP, tỉnh. What stands further
    right narrows what stands left ("Bằng Phúc, Chợ Đồn, Bắc Kạn"). A former unit answers with what it became, a former
    district with all of its communes of today.
    """
    return [place for place in _find(text) if kind is None or place.kind == kind]


# The table, read once ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Table:
    rows: tuple[Place, ...]
    provinces: dict[str, Place]
    communes: dict[str, Place]
    by_code: dict[str, list[Place]]
    by_key: dict[str, list[Place]]
    inside: dict[str, frozenset[str]]  # Former unit → communes of today.


@cache
def _table() -> _Table:
    rows = tuple(_read())
    by_code: dict[str, list[Place]] = {}
    by_key: dict[str, list[Place]] = {}
    inside: dict[str, set[str]] = {}
    for place in rows:
        by_code.setdefault(place.code, []).append(place)
        keys = {_key(name) for name in (place.name, place.name_en, *place.aliases)}
        for key in keys | {key.replace(" ", "") for key in keys}:  # People write "thainguyen" and "hanoi" too.
            by_key.setdefault(key, []).append(place)
    for place in rows:
        if place.kind == "district":
            inside.setdefault(place.code, set()).update(place.successors)
            inside.setdefault(place.parent, set()).update(place.successors)
    return _Table(
        rows,
        {place.code: place for place in rows if place.kind == "province" and place.of_today},
        {place.code: place for place in rows if place.kind == "commune" and place.of_today},
        by_code,
        by_key,
        {code: frozenset(codes) for code, codes in inside.items()},
    )


def _read() -> Iterable[Place]:
    with (Path(__file__).parent / "data" / "places.tsv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield Place(
                code=row["code"],
                name=row["name"],
                name_en=row["name_en"],
                kind=row["kind"],  # type: ignore[arg-type] # The file is ours; a test reads every row.
                type=row["type"],
                parent=row["parent"],
                lat=float(row["lat"]),
                lon=float(row["lon"]),
                valid_from=date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
                valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
                successors=tuple(row["successors"].split("|")) if row["successors"] else (),
                aliases=tuple(row["aliases"].split("|")) if row["aliases"] else (),
            )


def _great_circle_km(one: Place, other: Place) -> float:
    lat_1, lon_1, lat_2, lon_2 = map(math.radians, (one.lat, one.lon, other.lat, other.lon))
    half = math.sin((lat_2 - lat_1) / 2) ** 2 + math.cos(lat_1) * math.cos(lat_2) * math.sin((lon_2 - lon_1) / 2) ** 2
    return 2 * 6371.0 * math.asin(min(1.0, math.sqrt(half)))


# Reading what people write --------------------------------------------------------------------------------------------

_TYPE_WORDS: dict[str, tuple[Kind | None, str | None]] = {
    "tỉnh": ("province", None),  # Of any type: Huế and Đồng Nai have been both.
    "thành phố": (None, "thành phố"),
    "tp": (None, "thành phố"),
    "thị xã": ("district", "thành phố"),  # Bắc Kạn was a thị xã before it was a thành phố.
    "tx": ("district", "thành phố"),
    "huyện": ("district", "huyện"),
    "h": ("district", "huyện"),
    "phường": ("commune", "phường"),
    "p": ("commune", "phường"),
    "xã": ("commune", "xã"),
    "x": ("commune", "xã"),
    "thị trấn": ("commune", "thị trấn"),
    "tt": ("commune", "thị trấn"),
}
_LESSER = re.compile(r"^(số|thôn|bản|tổ|xóm|khu|phố|đường|ngõ|tiểu khu)\b|^\d", re.IGNORECASE)
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_ORDER = {"province": 0, "commune": 1, "district": 2}


@cache
def _types() -> dict[str, tuple[Kind | None, str | None]]:
    return {_key(word): meant for word, meant in _TYPE_WORDS.items()}


def _key(text: str) -> str:
    return " ".join(re.sub(r"[^\w]+", " ", fold(text)).split())


def _marked(text: str) -> str:
    """The text with its marks, but blind to where in the syllable the tone was set (hoà = hòa)."""
    words = re.sub(r"[^\w]+", " ", unicodedata.normalize("NFC", text).lower()).split()
    out = []
    for word in words:
        letters = unicodedata.normalize("NFD", word)
        out.append("".join(c for c in letters if c not in _TONES) + "".join(c for c in letters if c in _TONES))
    return " ".join(out)


@lru_cache(maxsize=4096)
def _find(text: str) -> tuple[Place, ...]:
    parts = [part for part in re.split(r"[,;()\n|]|\s[-–]\s", text) if part.strip()]
    parts = [part for part in parts if not _LESSER.match(part.strip()) or _units(part)] or parts  # "Bản Thi" is a xã.
    named: list[list[Place]] = []
    for part in parts:
        named.extend(units for units in _segments(part) if units)
    if not named:
        return ()
    units = named[0]
    for above in named[1:]:
        codes = {(place.kind, place.code) for place in above}
        units = [place for place in units if not codes.isdisjoint(_ancestors(place))] or units
    found: dict[tuple[str, str], Place] = {}
    for place in units:
        for now in _today(place):
            found.setdefault((now.kind, now.code), now)
    return tuple(found.values())


def _segments(part: str) -> list[list[Place]]:
    """The units named in one part: one, or several side by side without a comma; empty when a word is strange."""
    whole = _units(part)
    if whole:
        return [whole]
    words, named = part.split(), []
    while words:
        for count in range(len(words), 0, -1):
            units = _units(" ".join(words[:count]))
            if units:
                named.append(units)
                del words[:count]
                break
        else:
            return []
    return named


def _units(text: str) -> list[Place]:
    """Units of any day that bear this name, best first."""
    key = _key(text)
    if not key:
        return []
    marked = f" {_marked(text)}"
    wanted: list[tuple[str, Kind | None, str | None]] = [(key, None, None)]
    for prefix, (kind, type_) in _types().items():
        if key.startswith(prefix + " "):
            wanted.append((key.removeprefix(prefix + " "), kind, type_))
    found: list[tuple[tuple[bool, bool, int, bool], Place]] = []
    for name, kind, type_ in wanted:
        for place in _table().by_key.get(name, ()):
            fits = kind in (None, place.kind) and type_ in (None, place.type)
            as_written = any(marked.endswith(f" {_marked(each)}") for each in (place.name, *place.aliases))
            found.append(((not fits, not as_written, _ORDER[place.kind], not place.of_today), place))
    found.sort(key=lambda pair: pair[0])
    fitting = [place for (misfit, *_), place in found if not misfit]
    return fitting or [place for _, place in found]


def _today(place: Place) -> list[Place]:
    if place.of_today:
        return [place]
    table = _table().provinces if place.kind == "province" else _table().communes
    heirs = [table[code] for code in place.successors]
    return sorted(heirs, key=lambda heir: heir.name != place.name)


def _ancestors(place: Place) -> set[tuple[str, str]]:
    """Kind and code of all that a unit lies or lay in, of today and before."""
    above: set[tuple[str, str]] = set()
    for now in _today(place):
        above.add(("province", now.parent))
        if place.of_today:
            districts = (old for old in _table().rows if old.kind == "district")
            above.update((old.kind, old.code) for old in districts if now.code in old.successors)
    if place.kind == "commune" and not place.of_today:
        above.add(("district", place.parent))
    for kind, code in tuple(above):
        if kind == "district":
            above.update(("province", old.parent) for old in _table().by_code[code] if old.kind == "district")
    return above

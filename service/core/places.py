"""Places with their dates: what a unit is called today, and what it was called on every label printed before.

On 1 July 2025 the 63 provinces became 34, the districts ended, and 10,035 communes became 3,321; the 108 of former Bắc Kạn
became 37. Labels, certificates and people still say "huyện Na Rì, tỉnh Bắc Kạn", so an old name finds the new place, and a new
place knows its old names. Units are compared by code and day, never by name alone: codes were handed on too (01843 was phường
Phùng Chí Kiên and is phường Bắc Kạn).

    understand("Bằng Phúc, Chợ Đồn, Bắc Kạn")    an address: one commune of today, or what has to be asked
    find("na ri")                                the places of today that some words may mean, best first
    commune("02185"), province("19"), where(…)   by code
    former("02185"), former_names("02185")       what it was

Everything here is pure; the table (`places_table.py`) is read once, when first asked for.
"""

from __future__ import annotations

import math
from datetime import date
from functools import cache

from service.core.places_reading import Option, Understood, find, understand
from service.core.places_reading import today as today_of
from service.core.places_table import BAC_KAN_BEFORE_2025, Kind, Place, every, table
from service.core.text import fold

HANOI = "01"
HO_CHI_MINH_CITY = "79"
THAI_NGUYEN = "19"

ROAD_FACTOR = 1.3  # Upland roads measured against the straight line: 1.25 to 1.4. An estimate, and shown as one.


def province(code: str | None) -> Place | None:
    """The province or centrally-run city of today with this code."""
    return _row(table().provinces.get(code or ""))


def commune(code: str | None) -> Place | None:
    """The xã, phường or đặc khu of today with this code."""
    return _row(table().communes.get(code or ""))


def district(code: str | None) -> Place | None:
    """The former district with this code."""
    return _row(table().districts.get(code or ""))


@cache
def districts() -> tuple[Place, ...]:
    """The former districts, by code."""
    return tuple(table().parse(number) for _code, number in sorted(table().districts.items()))


def provinces(on: date | None = None) -> tuple[Place, ...]:
    """The provinces of today, or those of a given day, by code."""
    now = [table().row(number) for number in table().provinces.values()]
    if on is None:
        return tuple(now)
    return tuple(place for place in (*map(table().row, table().before), *now) if place.existed(on))


def code_meant(typed: str, kind: Kind) -> str | None:
    """The code of the place of today that is meant by a code, or by a name of today or before.

    None where there is no such place, and where a commune may be any of several: that is for the reader to say.
    """
    known = province(typed) if kind == "province" else commune(typed)
    if known is not None:
        return known.code
    found = find(typed, kind)
    if kind == "commune" and len(found) > 1:
        meant = understand(typed)
        return meant.commune.code if meant.commune is not None else None
    return found[0].code if found else None


def communes_meant(typed: str, of: str | None = None) -> tuple[Place, ...]:
    """The communes of today that a name may mean, inside the province where that is known: one, where it is clear which.

    >>> [place.code for place in communes_meant("Đông Anh", "01")]  # The commune before those of the former district.
    ['00454']
    """
    known = commune(typed)
    found = [known] if known is not None else find(typed, "commune")
    large = province(of)
    if large is not None:
        found = [place for place in found if place.parent == large.code]
    plain = fold(typed)
    called = [place for place in found if fold(place.name) == plain]
    if len(found) > 1 and len(called) != 1 and known is None:
        single = understand(typed).commune
        called = [single] if single is not None and single in found else called
    return tuple(called or found)


def communes(of: str | None = None) -> tuple[Place, ...]:
    """The communes of today, by code; with `of`, those inside a province of today or made from a former unit.

    >>> [place.name for place in communes("066")][:2]  # Huyện Na Rì.
    ['Văn Lang', 'Cường Lợi']
    """
    if of is None:
        return tuple(table().row(number) for number in sorted(table().communes.values()))
    if of in table().provinces:
        return tuple(place for place in map(table().parse, table().communes.values()) if place.parent == of)
    inside = inside_former(of)
    return tuple(table().row(number) for code, number in table().communes.items() if code in inside)


def inside_former(code: str) -> frozenset[str]:
    """The codes of the communes of today that have land of a former district or province."""
    if code in table().districts:
        return frozenset(table().row(table().districts[code]).successors)
    return frozenset(heir for old in districts() if old.parent == code for heir in old.successors)


def coded(code: str) -> tuple[Place, ...]:
    """Every unit that bears or bore this code, those of today first, then the last ones of before."""
    found = [table().row(number) for number in table().coded(code)]
    return tuple(sorted(found, key=lambda place: (not place.of_today, -(place.valid_to or date.max).toordinal())))


def former(code: str) -> tuple[Place, ...]:
    """What a place of today was made of: its former communes or provinces, newest first."""
    if code in table().provinces:
        found = [old for old in map(table().row, table().before) if code in old.successors]
    else:
        found = [table().row(number) for number in table().made_of(code)]
    return tuple(sorted(found, key=lambda place: place.valid_to or date.max, reverse=True))


def former_names(code: str) -> tuple[str, ...]:
    """Every name that a place of today can be looked for by: old communes, then old districts, then the old province.

    >>> former_names("01933")
    ('Quảng Khê', 'Hoàng Trĩ', 'Bằng Phúc', 'Ba Bể', 'Chợ Đồn', 'Bắc Kạn')
    """
    here = commune(code) or province(code)
    if here is None:
        return ()
    before = former(code)
    districts = former_districts(code)
    over = [place for place in map(table().row, table().before) if place.code in {old.parent for old in districts}]
    names = dict.fromkeys(place.name for place in (*before, *districts, *over))
    names.pop(here.name, None)
    return tuple(names)


def above_before(place: Place) -> Place | None:
    """The district or province in which a former unit lay; None for a former province."""
    if place.kind == "commune":
        return district(place.parent)
    return next((old for old in map(table().row, table().before) if place.parent == old.code), None)


def former_districts(code: str) -> tuple[Place, ...]:
    """The districts in which a commune of today lay, by code."""
    found = {old.parent for old in former(code) if old.kind == "commune"}
    found |= {place.code for place in former(code) if place.kind == "district"}
    return tuple(place for each in sorted(found) if (place := district(each)) is not None)


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


def _row(number: int | None) -> Place | None:
    return None if number is None else table().row(number)


def _great_circle_km(one: Place, other: Place) -> float:
    lat_1, lon_1, lat_2, lon_2 = map(math.radians, (one.lat, one.lon, other.lat, other.lon))
    half = math.sin((lat_2 - lat_1) / 2) ** 2 + math.cos(lat_1) * math.cos(lat_2) * math.sin((lon_2 - lon_1) / 2) ** 2
    return 2 * 6371.0 * math.asin(min(1.0, math.sqrt(half)))


__all__ = [
    "BAC_KAN_BEFORE_2025",
    "HANOI",
    "HO_CHI_MINH_CITY",
    "THAI_NGUYEN",
    "Kind",
    "Option",
    "Place",
    "Understood",
    "above_before",
    "code_meant",
    "coded",
    "commune",
    "communes",
    "communes_meant",
    "days_on_road",
    "district",
    "districts",
    "every",
    "find",
    "former",
    "former_districts",
    "former_names",
    "inside_former",
    "km_by_road",
    "province",
    "provinces",
    "today_of",
    "understand",
    "where",
]

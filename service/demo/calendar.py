"""The invented fairs around today's date: past, running and coming, in both cities and in Thái Nguyên."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from service.demo import tables
from service.fairs import FairDraft, FairKind, HallDraft


@dataclass(frozen=True, slots=True)
class Coming:
    """A buyer that will be at a fair."""

    buyer: str
    looking_for: str
    commodities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """An invented fair, the buyers that will be there, and whether it was called off."""

    draft: FairDraft
    coming: tuple[Coming, ...]
    cancelled: bool


def fairs(today: date) -> list[Held]:
    """The invented fairs."""
    return [_fair(line, today) for line in tables.lines("fairs")]


def start(cell: str, today: date) -> date:
    """The first day: so many days from today, `tet-58` before the next Tết, `past:10-29` or `next:09-18` by the season."""
    if cell.startswith("tet"):
        return tables.tet_after(today) + timedelta(days=int(cell.removeprefix("tet")))
    season, _colon, day = cell.partition(":")
    if not day:
        return today + timedelta(days=int(cell))
    this_year = date.fromisoformat(f"{today.year}-{day}")
    if season == "past":
        return this_year if this_year < today - timedelta(days=10) else this_year.replace(year=today.year - 1)
    return this_year if this_year > today else this_year.replace(year=today.year + 1)


def _fair(line: tables.Line, today: date) -> Held:
    starts_on = start(line["starts"], today)
    draft = FairDraft(
        slug=f"{line['slug']}-{starts_on.year}",
        name=line["name"],
        name_en=line["name_en"],
        kind=FairKind(line["kind"]),
        place=line["place"],
        address=line["address"],
        province_code=line["province"],
        commune_code=tables.text(line["commune"]),
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=int(line["days"]) - 1),
        opening_hours=line["opening_hours"],
        hosts=tables.words(line["hosts"]),
        halls=tuple(_hall(said) for said in tables.words(line["halls"])),
        description=line["description"],
        illustrative=True,
    )
    coming = tuple(_coming(said) for said in tables.words(line["buyers"]))
    return Held(draft, coming, line["cancelled"] == "yes")


def _hall(said: str) -> HallDraft:
    name, area, about = said.split(":")
    return HallDraft(name=name, area_m2=Decimal(area), about=about)


def _coming(said: str) -> Coming:
    buyer, looking_for, goods = said.split(":")
    return Coming(buyer, looking_for, tables.words(goods, ","))

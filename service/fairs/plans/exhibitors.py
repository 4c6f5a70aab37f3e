"""Who exhibits where, for everybody: read from who has which booth now and from nothing else (F13).

The published plan and the bookings end in that one table, so the public plan and the list of exhibitors always equal the two
together, and never what an organiser is still thinking about.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service.accounts import Actor
from service.core import cursors, places
from service.core.errors import NotFound
from service.core.i18n import _, locale
from service.core.inputs import EMPTY_IS_NONE, Input
from service.core.text import fold, sort_key
from service.fairs import bookings, layouts, standing
from service.fairs.bookings import Occupied
from service.fairs.layouts.floor import Floor, HallFloor, Spot
from service.fairs.models import DatePrecision, Fair
from service.fairs.views import when

A_PAGE = 30
MOST_PRODUCTS = 3  # Of one exhibitor in a list; its page has all of them.

# A product is shown once everybody may read about it; the exhibitor itself stands in the list either way.
_WHO = text("""
SELECT a.id, a.province_code, a.commodity, a.goods_words, a.product_ids, a.illustrative, c.name AS goods, c.name_en AS goods_en
  FROM fairs_application a LEFT JOIN catalogue_commodity c ON c.slug = a.commodity
 WHERE a.id = ANY(:ids)
""").bindparams(bindparam("ids", type_=ARRAY(Uuid)))
_SUPPLIERS = text("SELECT s.id, s.province_code, s.illustrative FROM catalogue_supplier s WHERE s.id = ANY(:ids)").bindparams(
    bindparam("ids", type_=ARRAY(Uuid))
)
_PRODUCTS = text("""
SELECT p.id, p.supplier_id, p.slug, p.name, p.name_en
  FROM catalogue_product p JOIN catalogue_supplier s ON s.id = p.supplier_id
 WHERE p.state = 'published' AND s.state = 'published' AND (p.id = ANY(:ids) OR p.supplier_id = ANY(:suppliers))
 ORDER BY p.name, p.id
""").bindparams(bindparam("ids", type_=ARRAY(Uuid)), bindparam("suppliers", type_=ARRAY(Uuid)))


class ExhibitorSearch(Input):
    """What is looked for: a name or a booth, a province, a commodity."""

    q: Annotated[Annotated[str, Field(max_length=100)] | None, EMPTY_IS_NONE] = None
    province: Annotated[Annotated[str, Field(max_length=10)] | None, EMPTY_IS_NONE] = None
    commodity: Annotated[Annotated[str, Field(max_length=60)] | None, EMPTY_IS_NONE] = None
    cursor: Annotated[Annotated[str, Field(max_length=300)] | None, EMPTY_IS_NONE] = None


@dataclass(frozen=True, slots=True)
class ProductLink:
    """A product that an exhibitor brings."""

    name: str
    href: str


@dataclass(frozen=True, slots=True)
class Stay:
    """A booth of an exhibitor, and when it is there; `days` is empty where that is the whole fair."""

    booth: str
    hall: str
    first_day: date
    last_day: date
    days: str


@dataclass(frozen=True, slots=True)
class Exhibitor:
    """Somebody who has booths at the fair."""

    key: UUID
    name: str
    href: str | None  # Its page on the market.
    province: str | None
    province_code: str | None
    commodity: str | None  # Its slug.
    goods: str  # What it sells, in words.
    stays: tuple[Stay, ...]
    illustrative: bool
    products: tuple[ProductLink, ...] = ()

    @property
    def booths(self) -> str:
        """The codes of its booths."""
        return ", ".join(dict.fromkeys(stay.booth for stay in self.stays))


@dataclass(frozen=True, slots=True)
class ExhibitorList:
    """A page of exhibitors by name, with what can be chosen among all of them."""

    items: tuple[Exhibitor, ...]
    total: int
    all: int
    next: str | None
    provinces: tuple[tuple[str, str], ...]
    commodities: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PublicPlan:
    """The floor with who stands where: by booth its exhibitors, and which booths are kept back or out of use."""

    floor: Floor
    holders: dict[UUID, tuple[Exhibitor, ...]]
    held: frozenset[UUID]
    exhibitors: tuple[Exhibitor, ...]

    @property
    def shown(self) -> bool:
        """Whether there is anything for everybody: somebody has a booth, or one can be booked."""
        return bool(self.holders) or any(spot.first_come for spot in self.floor.booths)


@dataclass(frozen=True)
class PublicBooth:
    """One booth with who is there when."""

    spot: Spot
    hall: HallFloor
    exhibitors: tuple[Exhibitor, ...]
    held: bool


async def exhibitors(session: AsyncSession, slug: str, actor: Actor | None, asked: ExhibitorSearch) -> ExhibitorList:
    """The exhibitors of a fair by name: the statements are as many for one as for a thousand."""
    fair = await standing.visible(session, slug, actor)
    everybody = await every_exhibitor(session, fair)
    found = [each for each in everybody if matches(each, asked)]
    start = 0
    if asked.cursor:
        name, key = cursors.place(asked.cursor, str)
        start = next((n for n, each in enumerate(found) if (sort_key(each.name), each.key) > (name, key)), len(found))
    shown = found[start : start + A_PAGE]
    last = shown[-1] if start + A_PAGE < len(found) else None
    after = cursors.sealed([sort_key(last.name), str(last.key)]) if last else None
    return ExhibitorList(
        items=await _with_products(session, fair, shown), total=len(found), all=len(everybody), next=after,
        provinces=_provinces(everybody),
        commodities=commodities(everybody),
    )  # fmt: skip


def _provinces(among: Iterable[Exhibitor]) -> tuple[tuple[str, str], ...]:
    found = {(each.province_code, each.province) for each in among if each.province_code and each.province}
    return tuple(sorted(found, key=lambda pair: sort_key(pair[1])))


def commodities(among: Iterable[Exhibitor]) -> tuple[tuple[str, str], ...]:
    """What they sell, as slug and name, by name."""
    return tuple(sorted({(each.commodity, each.goods) for each in among if each.commodity}, key=lambda pair: sort_key(pair[1])))


async def all_exhibitors(session: AsyncSession, slug: str, actor: Actor | None, asked: ExhibitorSearch) -> list[Exhibitor]:
    """Everybody who is looked for, without pages, for a sheet."""
    fair = await standing.visible(session, slug, actor)
    return [each for each in await every_exhibitor(session, fair) if matches(each, asked)]


async def every_exhibitor(session: AsyncSession, fair: Fair) -> tuple[Exhibitor, ...]:
    """All who have booths of a fair for good, by name; whoever has several stands once."""
    return await _exhibitors(session, fair, await bookings.occupied(session, fair.id))


async def public_plan(session: AsyncSession, slug: str, actor: Actor | None) -> PublicPlan:
    """The floor of a fair with everybody who has a booth."""
    fair = await standing.visible(session, slug, actor)
    floor = await layouts.floor(session, fair.id)
    occupied = await bookings.occupied(session, fair.id)
    found = await _exhibitors(session, fair, occupied)
    by_code: dict[str, list[Exhibitor]] = {}
    for each in found:
        for booth in dict.fromkeys(stay.booth for stay in each.stays):
            by_code.setdefault(booth, []).append(each)
    holders = {floor.by_code[code].id: tuple(those) for code, those in by_code.items() if code in floor.by_code}
    held = frozenset(each.booth_id for each in occupied if each.state == "held") - set(holders)
    return PublicPlan(floor, holders, held, found)


async def public_booth(session: AsyncSession, slug: str, actor: Actor | None, code: str) -> PublicBooth:
    """One booth of the public plan. Raises NotFound where there is none with this code."""
    plan = await public_plan(session, slug, actor)
    told = code.strip().casefold()
    spot = next((spot for spot in plan.floor.booths if spot.code.casefold() == told), None)
    if spot is None or not plan.shown:
        raise NotFound(_("Không có gian này trên sơ đồ."))
    fair = await standing.visible(session, slug, actor)
    hall = next(hall for hall in plan.floor.halls if hall.id == spot.hall_id)
    there = await _with_products(session, fair, plan.holders.get(spot.id, ()), most=None)
    return PublicBooth(spot, hall, there, spot.id in plan.held)


async def _exhibitors(session: AsyncSession, fair: Fair, occupied: Sequence[Occupied]) -> tuple[Exhibitor, ...]:
    taken = [each for each in occupied if each.state == "taken"]
    applications = {each.application_id for each in taken if each.application_id is not None}
    suppliers = {each.supplier_id for each in taken if each.supplier_id is not None}
    who = {row.id: row for row in (await session.execute(_WHO, {"ids": list(applications)})).all()}
    known = {row.id: row for row in (await session.execute(_SUPPLIERS, {"ids": list(suppliers)})).all()}
    groups: dict[UUID, list[Occupied]] = {}
    for each in taken:
        groups.setdefault(each.supplier_id or each.application_id or each.id, []).append(each)
    found = [_exhibitor(fair, key, those, who, known) for key, those in groups.items()]
    return tuple(sorted(found, key=lambda each: (sort_key(each.name), each.key)))


def _exhibitor(fair: Fair, key: UUID, those: Sequence[Occupied], who: dict[UUID, Any], known: dict[UUID, Any]) -> Exhibitor:
    first = those[0]
    application = next((who[each.application_id] for each in those if each.application_id in who), None)
    supplier = known.get(first.supplier_id) if first.supplier_id else None
    code = (application.province_code if application else None) or (supplier.province_code if supplier else None)
    province = places.province(code)
    goods = ""
    if application is not None:
        name = (application.goods_en if locale() == "en" else None) or application.goods
        goods = name or application.goods_words or ""
    return Exhibitor(
        key=key, name=first.name, href=f"/nha-cung-cap/{first.supplier_slug}" if first.supplier_slug else None,
        province=province.name if province else None, province_code=code,
        commodity=application.commodity if application else None, goods=goods,
        stays=tuple(_stay(fair, each) for each in those),
        illustrative=bool((application and application.illustrative) or (supplier and supplier.illustrative)),
    )  # fmt: skip


def _stay(fair: Fair, each: Occupied) -> Stay:
    whole = each.first_day <= fair.starts_on and each.last_day >= fair.ends_on
    days = "" if whole else when(each.first_day, each.last_day, DatePrecision.DAY)
    return Stay(each.booth, each.hall, each.first_day, each.last_day, days)


def matches(each: Exhibitor, asked: ExhibitorSearch) -> bool:
    """Whether an exhibitor is among those that are looked for: by a part of its name or goods, or by the code of its booth."""
    if asked.province and each.province_code != asked.province:
        return False
    if asked.commodity and each.commodity != asked.commodity:
        return False
    if not asked.q:
        return True
    told = fold(asked.q)
    return told in fold(each.name) or told in fold(each.goods) or any(told == fold(stay.booth) for stay in each.stays)


async def _with_products(
    session: AsyncSession, fair: Fair, shown: Iterable[Exhibitor], *, most: int | None = MOST_PRODUCTS
) -> tuple[Exhibitor, ...]:
    """The same with what they bring: the products of the application; of a booking without one, those of the supplier."""
    there = tuple(shown)
    if not there:
        return ()
    keys = {each.key for each in there}
    asked = text(
        "SELECT coalesce(a.supplier_id, a.id) AS key, a.product_ids FROM fairs_application a"
        " WHERE a.fair_id = :fair AND a.state <> 'withdrawn' AND coalesce(a.supplier_id, a.id) = ANY(:keys)"
    ).bindparams(bindparam("keys", type_=ARRAY(Uuid)), bindparam("fair", type_=Uuid))
    brought = {row.key: list(row.product_ids) for row in (await session.execute(asked, {"fair": fair.id, "keys": list(keys)}))}
    without = [key for key in keys if not brought.get(key)]
    ids = [product for those in brought.values() for product in those]
    rows = (await session.execute(_PRODUCTS, {"ids": ids, "suppliers": without})).all()
    told = []
    for each in there:
        chosen = set(brought.get(each.key, ()))
        own = [row for row in rows if (row.id in chosen if chosen else row.supplier_id == each.key)]
        told.append(replace(each, products=tuple(_link(row) for row in own[:most])))
    return tuple(told)


def _link(row: Any) -> ProductLink:
    return ProductLink((row.name_en if locale() == "en" else None) or row.name, f"/san-pham/{row.slug}")

"""The capacity ledger for programs: free kilograms for everybody, promises for the supplier's own people and officers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from service import catalogue
from service.accounts import Role
from service.core.errors import NotAllowed, NotFound
from service.core.i18n import _
from service.web.api import problems
from service.web.api.shapes import Out
from service.web.deps import Acting, Me, Reader, Session, Signed, below

router = APIRouter(tags=["ledger"])
SCOPE = "catalogue"


class SupplyMonthOut(Out):
    """One of the coming twelve months."""

    year: int
    month: int
    capacity_kg: float | None = Field(
        validation_alias="capacity", description="What may be promised; for the supplier's own people with what is kept back."
    )
    promised_kg: float = Field(validation_alias="promised", description="Owed or delivered.")
    delivered_kg: float = Field(validation_alias="delivered")
    free_kg: float | None = Field(validation_alias="free", description="Null where nobody has declared the month.")
    in_season: bool = Field(validation_alias="season")
    borrowed_from: int | None = Field(description="The declared year whose figure stands in for this month.")


class PromiseOut(Out):
    """Kilograms of a month promised to somebody."""

    id: UUID
    month: date = Field(description="The first day of the month.")
    kg: float
    delivered_kg: float = Field(validation_alias="consumed_kg")
    released_kg: float
    owed_kg: float
    source: str = Field(description="award, pool or order.")
    source_id: UUID
    label: str = Field(description="To whom.")
    reason: str
    made_at: datetime
    released_at: datetime | None


class SupplyOut(Out):
    """What a product yields, month by month."""

    slug: str
    name: str
    version: int
    months: list[SupplyMonthOut]
    reserve_kg: float | None = Field(description="Kept back of every month; null for strangers.")
    promises: list[PromiseOut] | None = Field(description="What stands promised; null for strangers.")


class SuppliesOut(Out):
    """A page of the own products, by name."""

    items: list[SupplyOut]
    next: str | None


class Declared(catalogue.CapacityInput):
    """The months of a year as they are from now on; `version` is the one that was read."""

    version: int = Field(ge=1, le=2_000_000_000)


class KeptBack(catalogue.ReserveInput):
    """What is kept back of every month from now on; `version` is the one that was read."""

    version: int = Field(ge=1, le=2_000_000_000)


@router.get("/supplies", responses=problems.described(401, 403))
async def own(me: Signed, reader: Reader, cursor: Annotated[str | None, Query(max_length=1000)] = None) -> SuppliesOut:
    """Every product of the own supplier with its months, what is free of them, and to whom the rest is promised."""
    if me.role is not Role.SUPPLIER:
        raise NotAllowed(_("Bàn bán hàng dành cho nhà cung cấp."))
    found = await catalogue.ledger.own_supplies(reader, me, cursor=cursor)
    return SuppliesOut(items=[_out(each) for each in found.items], next=found.next)


@router.get("/products/{slug}/supply", responses=problems.described(404))
async def one(slug: str, me: Me, reader: Reader) -> SupplyOut:
    """What a product yields in the coming months and what is free of it; promises for its own people and officers."""
    return _out(await catalogue.ledger.supply_of(reader, slug, me))


@router.put("/products/{slug}/supply", responses=problems.described(401, 403, 404, 409))
async def declare(slug: str, declared: Declared, me: Acting, session: Session, reader: Reader) -> SupplyOut:
    """Declare the months of a year. Refused where less would be left than is promised, with the promises in the way."""
    product_id = await _own(reader, slug, me)
    capacity = catalogue.CapacityInput.model_validate(declared.model_dump(exclude={"version"}))
    await catalogue.declare_capacity(session, me, product_id, declared.version, capacity)
    return _out(await catalogue.ledger.supply_of(await below(session), slug, me))


@router.put("/products/{slug}/reserve", responses=problems.described(401, 403, 404, 409))
async def keep_back(slug: str, kept: KeptBack, me: Acting, session: Session, reader: Reader) -> SupplyOut:
    """Keep back so much of every month. Refused where less would be left than is promised."""
    product_id = await _own(reader, slug, me)
    reserve = catalogue.ReserveInput.model_validate(kept.model_dump(exclude={"version"}))
    await catalogue.keep_back(session, me, product_id, kept.version, reserve)
    return _out(await catalogue.ledger.supply_of(await below(session), slug, me))


async def _own(reader: Reader, slug: str, me: Acting) -> UUID:
    """The id of a product of the own supplier; anybody else's is not there."""
    if me.role is not Role.SUPPLIER:
        raise NotAllowed(_("Bàn bán hàng dành cho nhà cung cấp."))
    shown = await catalogue.product_page(reader, slug, me)
    if shown.supplier.organisation_id != me.organisation_id:
        raise NotFound(_("Không có sản phẩm này trên bàn của bạn."))
    return shown.id


def _out(supply: catalogue.ledger.Supply) -> SupplyOut:
    promises = [
        PromiseOut(
            id=each.id, month=each.month, kg=float(each.kg), consumed_kg=float(each.consumed_kg),
            released_kg=float(each.released_kg), owed_kg=float(each.owed_kg), source=each.source.kind, source_id=each.source.id,
            label=each.source.label, reason=each.reason, made_at=each.made_at, released_at=each.released_at,
        )
        for each in supply.promises
    ]  # fmt: skip
    return SupplyOut(
        slug=supply.slug, name=supply.name, version=supply.version, reserve_kg=supply.reserve_kg,
        months=[SupplyMonthOut.model_validate(cell) for cell in supply.cells], promises=promises if supply.inside else None,
    )  # fmt: skip

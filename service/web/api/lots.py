"""Lots for programs: read by everybody once they are open, written down and moved by their supplier's own people."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from service import catalogue
from service.core.errors import NotFound
from service.core.i18n import _
from service.web.api import problems
from service.web.api.shapes import Out, Parameters
from service.web.deps import Acting, Me, Reader, Session

SCOPE = "lots"
router = APIRouter(tags=["lots"])
WRITES = problems.described(401, 403, 409)


class LotLineOut(Out):
    """A lot in a list."""

    id: UUID
    code: str
    state: str = Field(description="draft, open, closed or recalled.")
    product: str = Field(validation_alias="product_slug")
    product_name: str
    supplier: str = Field(validation_alias="supplier_code")
    supplier_name: str
    harvested_on: date | None
    made_on: date | None
    best_before: date | None
    quantity_kg: float
    recall_reason: str | None
    recalled_at: datetime | None
    illustrative: bool
    version: int
    updated_at: datetime


class SourceOut(Out):
    """Where a part of a lot comes from; without a name where its members have not agreed to be named."""

    name: str | None
    kind: str = Field(description="member or plot.")
    commune_code: str | None
    area_ha: float | None
    kg: float | None


class LotCheckOut(Out):
    """Something that was checked."""

    words: str
    checked_on: date
    checked_by: str | None


class DeliveryOut(Out):
    """Where a part of a lot went."""

    place: str
    delivered_on: date
    delivered_kg: float | None


class LotOut(LotLineOut):
    """A lot with its lists."""

    note: str | None
    members: int
    plots: int
    sources: list[SourceOut] = Field(description="Empty where the members have not agreed to be named.")
    checks: list[LotCheckOut]
    deliveries: list[DeliveryOut]
    gs1_path: str | None = Field(description="The GS1 Digital Link without the host; null without a barcode number.")


class LotsOut(Out):
    """A page of lots."""

    items: list[LotLineOut]
    next: str | None


class LotsAsked(Parameters):
    """Whose lots, and from where on."""

    supplier: str | None = Field(None, max_length=100, description="The supplier's code.")
    product: str | None = Field(None, max_length=300, description="The product's slug.")
    cursor: str | None = Field(None, max_length=200)


class LotIn(Parameters):
    """A lot to be written down, of one of your own products."""

    product: str = Field(max_length=300, description="The product's slug.")
    key: UUID | None = Field(None, description="The same key twice makes one lot.")
    lot: catalogue.LotDraft


class LotCorrection(Parameters):
    """What is to be said of a lot from now on; lists are taken whole."""

    version: int = Field(ge=0, le=2**31 - 1)
    lot: catalogue.LotDraft


@router.get("/lots")
async def lots(reader: Reader, asked: Annotated[LotsAsked, Query()]) -> LotsOut:
    """The lots that everybody may see, the newest first."""
    clean = {
        name: value.replace("\x00", "") for name, value in (("supplier", asked.supplier), ("product", asked.product)) if value
    }
    found = await catalogue.public_lots(reader, **clean, cursor=asked.cursor)
    return LotsOut(items=[LotLineOut.model_validate(each) for each in found.items], next=found.next)


@router.get("/lots/{lot_id}")
async def lot(lot_id: UUID, me: Me, reader: Reader) -> LotOut:
    """One lot; a draft for its own people and for officers only."""
    return _out(await catalogue.lot_by_id(reader, me, lot_id))


@router.post("/lots", status_code=201, responses=WRITES)
async def make_lot(body: LotIn, me: Acting, session: Session, reader: Reader) -> LotOut:
    """Write down a lot of one of your own products, as a draft."""
    own = {product.slug: product.id for product in (await catalogue.desk(reader, me)).products}
    if body.product not in own:
        raise NotFound(_("Không có sản phẩm này trên bàn của bạn."))
    made = await catalogue.make_lot(session, me, own[body.product], body.lot, key=body.key)
    return await _written(session, me, made.id)


@router.put("/lots/{lot_id}", responses=WRITES)
async def correct_lot(lot_id: UUID, body: LotCorrection, me: Acting, session: Session) -> LotOut:
    """Say anew what is to be said of a lot."""
    await catalogue.correct_lot(session, me, lot_id, body.version, body.lot)
    return await _written(session, me, lot_id)


@router.post("/lots/{lot_id}/open", responses=WRITES)
async def open_lot(lot_id: UUID, me: Acting, session: Session) -> LotOut:
    """Let everybody read the lot's page."""
    await catalogue.open_lot(session, me, lot_id)
    return await _written(session, me, lot_id)


@router.post("/lots/{lot_id}/close", responses=WRITES)
async def close_lot(lot_id: UUID, me: Acting, session: Session) -> LotOut:
    """Say that all of it has gone out."""
    await catalogue.close_lot(session, me, lot_id)
    return await _written(session, me, lot_id)


@router.post("/lots/{lot_id}/recall", responses=WRITES)
async def recall_lot(lot_id: UUID, body: catalogue.Recall, me: Acting, session: Session) -> LotOut:
    """Call a lot back, for good."""
    await catalogue.recall_lot(session, me, lot_id, body)
    return await _written(session, me, lot_id)


async def _written(session: Any, me: Any, lot_id: UUID) -> LotOut:
    """The lot as this transaction has it; nobody else sees that yet."""
    return _out(await catalogue.lot_written(session, me, lot_id))


def _out(shown: catalogue.LotPage) -> LotOut:
    link = shown.link
    head = LotLineOut.model_validate(shown.lot).model_dump()
    named = any(source.name is not None for source in shown.sources)
    return LotOut.model_construct(
        **head,
        note=shown.lot.note,
        members=shown.members,
        plots=shown.plots,
        sources=[SourceOut.model_validate(source) for source in shown.sources] if named else [],
        checks=[LotCheckOut.model_validate(check) for check in shown.checks],
        deliveries=[DeliveryOut.model_validate(each) for each in shown.deliveries],
        gs1_path=link.path if link is not None else None,
    )

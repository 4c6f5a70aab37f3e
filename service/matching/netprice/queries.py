"""Reads of net-price sheets, each for one reader: what is another organisation's is not there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock
from service.core.errors import NotAllowed, NotFound
from service.core.events import history
from service.core.i18n import _
from service.matching.netprice import rules
from service.matching.netprice.inputs import NetPriceWords
from service.matching.netprice.models import NetPriceSheet
from service.matching.netprice.reckoning import CityResult, reckon


@dataclass(frozen=True, slots=True)
class SheetView:
    """A kept sheet, with what it assumes."""

    id: UUID
    name: str
    words: NetPriceWords
    version: int
    updated_at: datetime
    may_write: bool

    @property
    def cities(self) -> list[CityResult]:
        """What it comes to in both cities."""
        return reckon(self.words)


@dataclass(frozen=True, slots=True)
class EarlierSheet:
    """A sheet as it was once: when, and what it assumed then."""

    at: datetime
    name: str
    words: NetPriceWords


async def own_sheets(session: AsyncSession, actor: Actor) -> list[SheetView]:
    """Every sheet of the reader's organisation (a hundred at most), the one that was changed last first."""
    if not rules.may_keep_sheets(actor):
        raise NotAllowed(_("Phiếu giá thực nhận dành cho nhà cung cấp."))
    found = await session.scalars(
        select(NetPriceSheet)
        .where(NetPriceSheet.organisation_id == actor.organisation_id)
        .order_by(NetPriceSheet.updated_at.desc(), NetPriceSheet.id.desc())
    )
    return [_view(each, actor) for each in found]


async def own_sheet(session: AsyncSession, actor: Actor, sheet_id: UUID) -> SheetView:
    """One sheet of the reader's organisation."""
    found = await session.get(NetPriceSheet, sheet_id, populate_existing=True)
    if found is None or not rules.may_read_sheet(actor, found.organisation_id):
        raise NotFound(_("Không có phiếu giá thực nhận này."))
    return _view(found, actor)


async def earlier(session: AsyncSession, actor: Actor, sheet_id: UUID) -> list[EarlierSheet]:
    """The sheet as it was, each time it was saved, the newest first."""
    await own_sheet(session, actor, sheet_id)
    facts = await history(session, sheet_id, limit=20)
    return [
        EarlierSheet(fact.at.astimezone(clock.ZONE), str(fact.new["name"]), stored(fact.new["assumptions"]))
        for fact in facts
        if fact.new and "assumptions" in fact.new
    ]


def stored(assumptions: dict[str, Any]) -> NetPriceWords:
    """The assumptions as they were kept; what a sheet of long ago knows nothing of is what the market assumes."""
    known = {key: value for key, value in assumptions.items() if key in NetPriceWords.model_fields}
    # Figures are kept as numbers, never as text: a text is read as people type it, and 12.346 would be twelve thousand.
    return NetPriceWords.model_validate(
        {key: Decimal(str(value)) if isinstance(value, float) else value for key, value in known.items()}
    )


def _view(sheet: NetPriceSheet, actor: Actor) -> SheetView:
    return SheetView(
        sheet.id, sheet.name, stored(sheet.assumptions), sheet.version, sheet.updated_at.astimezone(clock.ZONE),
        rules.may_write_sheet(actor, sheet.organisation_id),
    )  # fmt: skip

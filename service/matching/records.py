"""The track records of suppliers, read for a ranking: what the ledger says of deliveries, and invitations of answers."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from service.matching.habits import responsiveness
from service.matching.record import Record


async def records_of(session: AsyncSession, supplier_ids: Iterable[UUID]) -> dict[UUID, Record]:
    """What is known of these suppliers' past; of whom nothing is known is missing. Two statements, however many they are."""
    wanted = set(supplier_ids)
    if not wanted:
        return {}
    kept = await catalogue.ledger.kept(session, wanted)
    said = await responsiveness(session, wanted)
    found = {}
    for supplier_id in kept.keys() | said.keys():
        goods, words = kept.get(supplier_id), said.get(supplier_id)
        found[supplier_id] = Record(
            promised=float(goods.promised_kg) if goods else 0.0,
            on_time=float(goods.on_time_kg) if goods else 0.0,
            delivered=float(goods.delivered_kg) if goods else 0.0,
            answered=words.answered if words else 0,
            silent=words.silent if words else 0,
            hours=words.median_hours if words else None,
        )
    return found

"""What people are told by mail of a lot: its suppliers that they are asked, its buyer and lead that it is complete."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.core import formats, i18n, mail
from service.matching.models import Buyer, SourcingRequest
from service.matching.pooling.models import Pool, PoolShare, ShareState
from service.matching.pooling.standing import kg_of

_NAMES = text("SELECT p.id, p.name FROM catalogue_product p WHERE p.id = ANY(:ids)")
_SUPPLIERS = text("SELECT s.id, s.name, s.organisation_id FROM catalogue_supplier s WHERE s.id = ANY(:ids)")


async def ask_for_shares(session: AsyncSession, pool: Pool, request: SourcingRequest, shares: Sequence[PoolShare]) -> None:
    """Ask the people of each supplier, with its own kilograms by month and the day until which to answer."""
    kilograms = await kg_of(session, [share.id for share in shares])
    products = {row[0]: row[1] for row in await session.execute(_NAMES, {"ids": [share.product_id for share in shares]})}
    suppliers = await _suppliers(session, shares)
    people = await accounts.people_of(session, [organisation for _name, organisation in suppliers.values()])
    for share in shares:
        name, organisation = suppliers[share.supplier_id]
        for person in people.get(organisation, []):
            if not person.email:
                continue
            with i18n.speaking(person.language):
                months = [f"{formats.month(day)}: {formats.kg(kg)}" for day, kg in sorted(kilograms[share.id].items())]
            await mail.send(
                session, person.email, "pool_share_asked", person.language, supplier=name, code=request.code,
                title=request.title, product=products.get(share.product_id, ""), months=months, until=share.answer_by,
                note=pool.note, stand_in=share.stand_in_for is not None, address=f"/ban-hang/lo-ghep/{share.id}",
            )  # fmt: skip


async def remind_of_shares(session: AsyncSession, request: SourcingRequest, shares: Sequence[PoolShare]) -> None:
    """Tell the people of each of these suppliers that its last day is tomorrow: one mail for all its shares of the lot."""
    kilograms = await kg_of(session, [share.id for share in shares])
    suppliers = await _suppliers(session, shares)
    products = {row[0]: row[1] for row in await session.execute(_NAMES, {"ids": [share.product_id for share in shares]})}
    people = await accounts.people_of(session, [organisation for _name, organisation in suppliers.values()])
    for supplier_id, (_name, organisation) in suppliers.items():
        own = [share for share in shares if share.supplier_id == supplier_id]
        asked = [(products.get(share.product_id, ""), sum(kilograms[share.id].values())) for share in own]
        for person in people.get(organisation, []):
            if person.email:
                await mail.send(
                    session, person.email, "pool_share_last_day", person.language, code=request.code, title=request.title,
                    asked=asked, until=own[0].answer_by,
                    address=f"/ban-hang/lo-ghep/{own[0].id}" if len(own) == 1 else "/ban-hang/lo-ghep",
                )  # fmt: skip


async def tell_complete(session: AsyncSession, pool: Pool, request: SourcingRequest, shares: Sequence[PoolShare]) -> None:
    """Tell the lead that it can send the quote, and the buyer that everyone has accepted."""
    lead = next((share for share in shares if share.lead), None)
    suppliers = await _suppliers(session, [lead] if lead else [])
    organisations = [(organisation, f"/ban-hang/lo-ghep/{lead.id}" if lead else "", True)
                     for _name, organisation in suppliers.values()]  # fmt: skip
    buyer = await session.get(Buyer, request.buyer_id)
    if buyer is not None:
        organisations.append((buyer.organisation_id, f"/tim-hang/{request.code}/lo-ghep/{pool.id}", False))
    accepted = sum(share.state == ShareState.ACCEPTED for share in shares)
    people = await accounts.people_of(session, [organisation for organisation, _address, _lead in organisations])
    for organisation, address, leads in organisations:
        for person in people.get(organisation, []):
            if person.email:
                await mail.send(
                    session, person.email, "pool_complete", person.language, code=request.code, title=request.title,
                    suppliers=accepted, lead=leads, address=address,
                )  # fmt: skip


async def tell_gap(session: AsyncSession, pool: Pool, request: SourcingRequest) -> None:
    """Tell the buyer that a share was refused and that nobody can take it over by the rules of the lot."""
    buyer = await session.get(Buyer, request.buyer_id)
    people = await accounts.people_of(session, [buyer.organisation_id]) if buyer is not None else {}
    for person in [each for those in people.values() for each in those]:
        if person.email:
            await mail.send(
                session, person.email, "pool_gap", person.language, code=request.code, title=request.title,
                address=f"/tim-hang/{request.code}/lo-ghep/{pool.id}",
            )  # fmt: skip


async def tell_dissolved(session: AsyncSession, request: SourcingRequest, shares: Sequence[PoolShare], reason: str) -> None:
    """Tell everyone who was still in the lot that nothing is held any more, and why."""
    suppliers = await _suppliers(session, shares)
    people = await accounts.people_of(session, [organisation for _name, organisation in suppliers.values()])
    for person in [each for those in people.values() for each in those]:
        if person.email:
            await mail.send(
                session, person.email, "pool_dissolved", person.language, code=request.code, title=request.title, reason=reason,
                address="/ban-hang/lo-ghep",
            )  # fmt: skip


async def _suppliers(session: AsyncSession, shares: Iterable[PoolShare]) -> dict[UUID, tuple[str, UUID]]:
    found = await session.execute(_SUPPLIERS, {"ids": list({share.supplier_id for share in shares})})
    return {row[0]: (row[1], row[2]) for row in found}

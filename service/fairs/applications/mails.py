"""What exhibitors are told by mail: the answer to their application, who wants to share with them, and their place."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service import accounts
from service.core import i18n, mail
from service.fairs.applications.models import Application, ChoiceDraw, Share, ShareMember, SharerState
from service.fairs.applications.views import field_names, state_name
from service.fairs.models import Fair

_ORGANISATIONS = text("SELECT s.id, s.organisation_id FROM catalogue_supplier s WHERE s.id = ANY(:ids)").bindparams(
    bindparam("ids", type_=ARRAY(Uuid))
)


async def tell_answer(session: AsyncSession, application_id: UUID, state: str) -> None:
    """Tell the exhibitor what the organiser said. An answer that has been changed since is told by its own fact."""
    found = await session.get(Application, application_id)
    if found is None or found.state != state:
        return
    names = field_names()
    fair = await session.get_one(Fair, found.fair_id)
    for person in await _people(session, [found]):
        with i18n.speaking(person.language):
            faults = [f"{field_names().get(name, name)}: {words}" for name, words in found.faults.items() if name in names]
            state_words = state_name(found.state)
        await mail.send(
            session, person.email, "application_answered", person.language, fair=fair.name, slug=fair.slug, code=found.code,
            state=found.state.value, state_words=state_words, reason=found.reason, faults=faults,
        )  # fmt: skip


async def tell_share_asked(session: AsyncSession, application_id: UUID, share_id: UUID, *, by_lead: bool) -> None:
    """Tell the other side that somebody wants to share; nothing where it has been answered meanwhile."""
    member = await session.get(ShareMember, application_id)
    if member is None or member.share_id != share_id or member.state is SharerState.AGREED:
        return
    own = await session.get_one(Application, application_id)
    lead = await _lead(session, share_id)
    told, other = (own, lead) if by_lead else (lead, own)
    if told is not None and other is not None:
        await _tell_share(session, told, other, "asked")


async def tell_share_agreed(session: AsyncSession, application_id: UUID, share_id: UUID, *, by_lead: bool) -> None:
    """Tell the one who asked that the other side has agreed."""
    own, lead = await session.get(Application, application_id), await _lead(session, share_id)
    if own is not None and lead is not None:
        told, other = (own, lead) if by_lead else (lead, own)
        await _tell_share(session, told, other, "agreed")


async def tell_share_ended(session: AsyncSession, told_ids: Iterable[UUID], by_id: UUID) -> None:
    """Tell those who stay behind that somebody shares with them no longer, or would not."""
    by = await session.get(Application, by_id)
    for told_id in told_ids:
        told = await session.get(Application, told_id)
        if told is not None and by is not None and told.id != by.id:
            await _tell_share(session, told, by, "ended")


async def tell_places(session: AsyncSession, draw_id: UUID) -> None:
    """Tell every exhibitor of the market its points and its place."""
    draw = await session.get(ChoiceDraw, draw_id)
    if draw is None:
        return
    fair = await session.get_one(Fair, draw.fair_id)
    found = list(
        await session.scalars(
            select(Application)
            .where(Application.fair_id == fair.id, Application.place.is_not(None), Application.supplier_id.is_not(None))
            .execution_options(populate_existing=True)
        )
    )
    people = await _people_by_application(session, found)
    for each in found:
        for person in people.get(each.id, []):
            await mail.send(
                session, person.email, "order_drawn", person.language, fair=fair.name, slug=fair.slug, code=each.code,
                place=each.place, points=each.points or 0, number=draw.number, reason=draw.reason,
            )  # fmt: skip


async def _tell_share(session: AsyncSession, told: Application, other: Application, what: str) -> None:
    fair = await session.get_one(Fair, told.fair_id)
    for person in await _people(session, [told]):
        await mail.send(
            session, person.email, "booth_share", person.language, fair=fair.name, slug=fair.slug, other=other.exhibitor,
            what=what,
        )  # fmt: skip


async def _lead(session: AsyncSession, share_id: UUID) -> Application | None:
    share = await session.get(Share, share_id)
    return await session.get(Application, share.lead_id) if share is not None else None


async def _people(session: AsyncSession, applications: list[Application]) -> list[accounts.Recipient]:
    found = await _people_by_application(session, applications)
    return [person for each in applications for person in found.get(each.id, [])]


async def _people_by_application(
    session: AsyncSession, applications: list[Application]
) -> dict[UUID, list[accounts.Recipient]]:
    """Who is told for each application: the people of its supplier; nobody for those who are not on the market."""
    suppliers = [each.supplier_id for each in applications if each.supplier_id is not None]
    if not suppliers:
        return {}
    organisations = {row.id: row.organisation_id for row in await session.execute(_ORGANISATIONS, {"ids": suppliers})}
    people = await accounts.people_of(session, organisations.values())
    return {
        each.id: people.get(organisations[each.supplier_id], [])
        for each in applications
        if each.supplier_id is not None and each.supplier_id in organisations
    }

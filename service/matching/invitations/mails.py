"""What the two sides are told by mail: that somebody asks, what was answered, and what has changed in a request.

A mail about an invitation is written while `told_at` is empty, and fills it: a job that runs twice writes once. Whatever moves
the invitation empties it again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, catalogue
from service.core import clock, mail
from service.core.i18n import LANGUAGES, SOURCE_LANGUAGE, speaking
from service.matching import versions
from service.matching.invitations.models import WAITING, Invitation, InvitationState, Message, Origin
from service.matching.models import Buyer, SourcingRequest
from service.matching.queries import stored
from service.matching.views import RequestView

_SUPPLIERS = text("SELECT s.id, s.organisation_id, s.name FROM catalogue_supplier s WHERE s.id = ANY(:ids)")


async def tell_invited(session: AsyncSession, invitation_id: UUID) -> None:
    """Tell the supplier's people that somebody asks for their goods, what for, and until when an answer is waited for."""
    one = await _untold(session, invitation_id)
    # Whoever is asked for a share of a pooled lot is told of her share, in one mail.
    if one is None or one.state not in WAITING or one.origin == Origin.POOL:
        return
    one.told_at = clock.now()
    view = await _as_strangers_see(session, one.request_id)
    await _tell(session, [one], "request_invitation", view, note=one.note, answer_by=one.answer_by)


async def tell_last_day(session: AsyncSession, one: Invitation) -> None:
    """Tell the supplier's people that the day to answer by is tomorrow."""
    view = await _as_strangers_see(session, one.request_id)
    await _tell(session, [one], "invitation_last_day", view, answer_by=one.answer_by)


async def tell_withdrawn(session: AsyncSession, invitation_id: UUID) -> None:
    """Tell the supplier's people that they are not asked any more."""
    one = await _untold(session, invitation_id)
    if one is None or one.state != InvitationState.WITHDRAWN:
        return
    one.told_at = clock.now()
    await _tell(session, [one], "invitation_withdrawn", await _as_strangers_see(session, one.request_id))


async def tell_answered(session: AsyncSession, invitation_id: UUID) -> None:
    """Tell the buyer's people whether the supplier will answer, and why not."""
    one = await _untold(session, invitation_id)
    if one is None or one.state not in (InvitationState.ACCEPTED, InvitationState.DECLINED):
        return
    one.told_at = clock.now()
    organisation_id, code, title = (
        await session.execute(
            select(Buyer.organisation_id, SourcingRequest.code, SourcingRequest.title)
            .join(Buyer, Buyer.id == SourcingRequest.buyer_id)
            .where(SourcingRequest.id == one.request_id)
        )
    ).one()
    _id, _organisation, supplier = (await session.execute(_SUPPLIERS, {"ids": [one.supplier_id]})).one()
    accepted = one.state == InvitationState.ACCEPTED
    for person in (await accounts.people_of(session, [organisation_id]))[organisation_id]:
        await mail.send(
            session, person.email, "invitation_answered", person.language, supplier=supplier, accepted=accepted,
            reason=one.reason, code=code, title=title, address=f"/trao-doi/{one.id}",
        )  # fmt: skip


async def tell_changed(session: AsyncSession, request_id: UUID) -> None:
    """Tell everyone who was asked or has quoted what has changed in the request: each once for each version."""
    versions_left = await versions.untold(session, request_id)
    view = await _as_strangers_see(session, request_id) if versions_left else None
    for number, concerned in versions_left.items():
        found = await session.scalars(select(Invitation).where(Invitation.id.in_(concerned)).order_by(Invitation.id))
        changes: dict[str, list[str]] = {}
        for language in LANGUAGES:
            with speaking(language):
                told = await versions.versions_of(session, view, [number]) if view else []
                changes[language] = [f"{each.label}: {each.before} → {each.after}" for each in told[0].changes] if told else []
        if view is not None and changes[SOURCE_LANGUAGE]:  # What has changed may be nothing that a stranger may know.
            await _tell(session, found, "request_changed", view, changes=changes)
        threads = (Message.invitation_id.in_(concerned), Message.request_version == number)
        await session.execute(update(Message).where(*threads).values(told_at=clock.now()))


async def _untold(session: AsyncSession, invitation_id: UUID) -> Invitation | None:
    found: Invitation | None = await session.scalar(
        select(Invitation)
        .where(Invitation.id == invitation_id, Invitation.told_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found


async def _as_strangers_see(session: AsyncSession, request_id: UUID) -> RequestView:
    """The request as somebody sees it who is not its buyer: without a name where it has none."""
    code = await session.scalar(select(SourcingRequest.code).where(SourcingRequest.id == request_id))
    goods = {each.id: each for each in await catalogue.commodity_terms(session)}
    return (await stored(session, code or "")).view(None, goods, clock.today())


async def _tell(
    session: AsyncSession, invitations: Iterable[Invitation], template: str, view: RequestView, **values: Any
) -> None:
    """One mail to each of the people of each of these suppliers."""
    by_supplier = {one.supplier_id: one for one in invitations}
    rows = (await session.execute(_SUPPLIERS, {"ids": list(by_supplier)})).all()
    people = await accounts.people_of(session, [organisation for _id, organisation, _name in rows])
    for supplier_id, organisation, _name in rows:
        address = f"/trao-doi/{by_supplier[supplier_id].id}"
        for person in people[organisation]:
            told = {**values, "request": view, "address": address, "speaks": person.language}
            await mail.send(session, person.email, template, person.language, **told)

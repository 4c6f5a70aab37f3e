"""Asking suppliers to come to a fair, and their word that they cannot."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service.accounts import Actor
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import announce, announce_all
from service.core.i18n import _
from service.fairs import standing
from service.fairs.advice import rules
from service.fairs.advice.events import ExhibitorDeclined, ExhibitorInvited
from service.fairs.advice.inputs import MOST_AT_ONCE, Declining, too_many
from service.fairs.advice.models import Invitation, InvitationState

# Whoever has applied already need not be asked.
_ON_THE_MARKET = text(
    "SELECT s.id FROM catalogue_supplier s WHERE s.id = ANY(:ids) AND s.state = 'published' AND NOT EXISTS ("
    "SELECT 1 FROM fairs_application a WHERE a.fair_id = :fair AND a.supplier_id = s.id AND a.state <> 'withdrawn')"
).bindparams(bindparam("ids", type_=ARRAY(Uuid)), bindparam("fair", type_=Uuid))
_OWNER = text("SELECT s.organisation_id FROM catalogue_supplier s WHERE s.id = :id").bindparams(bindparam("id", type_=Uuid))


async def invite_exhibitors(
    session: AsyncSession, actor: Actor, slug: str, supplier_ids: Iterable[UUID], *, words: str | None = None, key: UUID
) -> list[Invitation]:
    """Ask suppliers to come. Who was asked before, has applied, or is not on the market is left out; gives back the new ones.

    The same key again asks nobody new and gives back those that it asked.
    """
    fair = await standing.own(session, slug, actor, lock=True)
    sent = await _of_press(session, fair.id, key)
    if sent:
        return sent
    reason = rules.why_not_invite(fair, clock.today())
    if reason is not None:
        raise Conflict(reason)
    chosen = sorted(set(supplier_ids))
    if not chosen:
        sentence = _("Hãy chọn ít nhất một nhà cung cấp để mời.")
        raise Invalid(sentence, {"suppliers": sentence})
    if len(chosen) > MOST_AT_ONCE:
        raise Invalid(too_many(), {"suppliers": too_many()})
    found = await session.scalars(_ON_THE_MARKET, {"ids": chosen, "fair": fair.id})
    rows = [
        {"id": new_id(), "fair_id": fair.id, "supplier_id": supplier_id, "key": key, "state": InvitationState.SENT,
         "words": words, "invited_by": actor.person_id, "invited_at": clock.now()}
        for supplier_id in sorted(found)
    ]  # fmt: skip
    if rows:
        await session.execute(insert(Invitation).on_conflict_do_nothing(index_elements=["fair_id", "supplier_id"]), rows)
    made = await _of_press(session, fair.id, key)
    await announce_all(
        session, [(ExhibitorInvited(one.id, fair.id, one.supplier_id), None, {"words": words}) for one in made], actor=actor
    )
    return made


async def decline(session: AsyncSession, actor: Actor, invitation_id: UUID, what: Declining) -> Invitation:
    """Say for the own supplier that it does not come, and why; said again, the first word stays."""
    one = await session.scalar(
        select(Invitation).where(Invitation.id == invitation_id).with_for_update().execution_options(populate_existing=True)
    )
    owner = await session.scalar(_OWNER, {"id": one.supplier_id}) if one is not None else None
    if one is None or not rules.may_read(actor, owner):  # type: ignore[arg-type] # A supplier has an owner: the column says so.
        raise NotFound(_("Không có lời mời này."))
    if not rules.may_answer(actor, owner):  # type: ignore[arg-type] # The same.
        raise NotAllowed(_("Bạn chỉ có quyền xem trong tổ chức này. Hãy nhờ chủ tổ chức cấp quyền thành viên."))
    if one.state == InvitationState.DECLINED:
        return one
    one.state, one.reason, one.answered_at, one.answered_by = (
        InvitationState.DECLINED, what.reason, clock.now(), actor.person_id,
    )  # fmt: skip
    await session.flush()
    fact = ExhibitorDeclined(one.id, one.fair_id, one.supplier_id)
    await announce(session, fact, actor=actor, old={"state": "sent"}, new={"state": "declined", "reason": what.reason})
    return one


async def _of_press(session: AsyncSession, fair_id: UUID, key: UUID) -> list[Invitation]:
    found = await session.scalars(
        select(Invitation).where(Invitation.fair_id == fair_id, Invitation.key == key).order_by(Invitation.id)
    )
    return list(found)

"""Who has come (F14). Phones at the gate lose their line: what is sent twice is one check-in, and both get the same answer.

Three promises of the schema carry it, not a lock: one row for a key, one for a pass and day, one for an exhibitor without a
pass and day. Whoever comes second finds the row of the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock, formats
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.fairs import standing
from service.fairs.models import Fair
from service.fairs.onsite import codes, rules
from service.fairs.onsite.events import CheckedInAtGate, CheckInUndone
from service.fairs.onsite.inputs import CheckInDraft
from service.fairs.onsite.models import CheckIn, Exhibitor, How, Pass
from service.fairs.onsite.roster import exhibitor_in


@dataclass(frozen=True, slots=True)
class Came:
    """The answer to the gate: who, since when, and whether somebody else had said it before."""

    id: UUID
    exhibitor_id: UUID
    name: str
    number: int | None  # Of the pass.
    holder: str | None
    at: datetime
    already: bool
    undone: bool


async def check_in(session: AsyncSession, actor: Actor, slug: str, what: CheckInDraft) -> Came:
    """Say that somebody has come. The same key again gives the same answer; another key for who is in says since when."""
    fair = await standing.own(session, slug, actor)
    before = await session.scalar(select(CheckIn).where(CheckIn.fair_id == fair.id, CheckIn.key == what.key))
    if before is not None:
        return await _told(session, before, what.key)
    exhibitor_id, pass_id = await _who(session, fair, what)
    at = rules.said_at(what.at, clock.now())
    day = at.astimezone(clock.ZONE).date()
    reason = rules.why_not_check_in(fair, standing.days(fair), day)
    if reason is not None:
        raise Conflict(reason)
    how = How.LISTED if pass_id is None else _how(what)
    row: dict[str, Any] = {
        "id": new_id(), "fair_id": fair.id, "exhibitor_id": exhibitor_id, "pass_id": pass_id, "key": what.key, "day": day,
        "at": at, "received_at": clock.now(), "how": how, "seen_by": actor.person_id,
    }  # fmt: skip
    made = await session.scalar(insert(CheckIn).values(row).on_conflict_do_nothing().returning(CheckIn.id))
    if made is not None:
        await announce(session, CheckedInAtGate(fair.id, exhibitor_id, made), actor=actor, new={"at": at, "how": how})
    return await _told(session, await _standing(session, row), what.key)


async def undo_check_in(session: AsyncSession, actor: Actor, slug: str, check_in_id: UUID) -> CheckIn:
    """It was a mistake: the row stays and counts no more. Again changes nothing."""
    fair = await standing.own(session, slug, actor)
    found = await session.scalar(
        select(CheckIn)
        .where(CheckIn.id == check_in_id, CheckIn.fair_id == fair.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(_("Không có lượt điểm danh này."))
    if found.undone_at is None:
        found.undone_at, found.undone_by = clock.now(), actor.person_id
        await session.flush()
        await announce(session, CheckInUndone(fair.id, found.id), actor=actor, old={"at": found.at})
    return found


def _how(what: CheckInDraft) -> How:
    return How.SCANNED if what.how is How.SCANNED else How.TYPED


async def _who(session: AsyncSession, fair: Fair, what: CheckInDraft) -> tuple[UUID, UUID | None]:
    """The exhibitor and the pass that are meant."""
    if what.exhibitor is not None:
        return (await exhibitor_in(session, fair.id, what.exhibitor)).id, None
    code = codes.read(what.code or "")
    if code is None:
        sentence = _("Mã thẻ chưa đúng: 9 ký tự như trên thẻ, ví dụ K7M2-9PQR-X. Gõ lại hoặc chọn trong danh sách.")
        raise Invalid(sentence, {"code": sentence})
    found = await session.scalar(select(Pass).where(Pass.code == code, Pass.fair_id == fair.id))
    if found is None:
        sentence = _("Không có thẻ mang mã này ở hội chợ này. Chọn đơn vị trong danh sách nếu họ quên thẻ.")
        raise Invalid(sentence, {"code": sentence})
    if found.revoked_at is not None:
        sentence = _("Thẻ này đã bị thu hồi lúc %(at)s. Kiểm tra lại người mang thẻ.", at=formats.moment(found.revoked_at))
        raise Invalid(sentence, {"code": sentence})
    return found.exhibitor_id, found.id


async def _standing(session: AsyncSession, row: dict[str, Any]) -> CheckIn:
    """The row that stands: ours, the one with our key, or the one that was faster."""
    keyed = await session.scalar(select(CheckIn).where(CheckIn.fair_id == row["fair_id"], CheckIn.key == row["key"]))
    if keyed is not None:
        return keyed
    same = CheckIn.pass_id == row["pass_id"] if row["pass_id"] else CheckIn.pass_id.is_(None)
    faster = await session.scalar(
        select(CheckIn).where(
            CheckIn.exhibitor_id == row["exhibitor_id"], same, CheckIn.day == row["day"], CheckIn.undone_at.is_(None)
        )
    )
    if faster is None:  # It was undone between the two statements.
        raise Conflict(_("Có người vừa hủy lượt điểm danh này. Hãy quét lại."))
    return faster


async def _told(session: AsyncSession, found: CheckIn, key: UUID) -> Came:
    name, number, holder = (
        await session.execute(
            select(Exhibitor.name, Pass.number, Pass.holder)
            .select_from(Exhibitor)
            .outerjoin(Pass, Pass.id == found.pass_id)
            .where(Exhibitor.id == found.exhibitor_id)
        )
    ).one()
    return Came(
        found.id,
        found.exhibitor_id,
        name,
        number,
        holder,
        found.at,
        already=found.key != key,
        undone=found.undone_at is not None,
    )

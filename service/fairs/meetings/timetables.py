"""Versions of a timetable: asking for one, calling it off, and what the worker keeps. The solver is called in jobs.py.

    frozen = await take_up(session, timetable_id)      a short transaction
    …                                                  seconds of solving, with no transaction
    await record(session, timetable_id, frozen, solution)

Both may run twice: whoever comes second finds the version answered, and does nothing.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import SYSTEM, Actor
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.fairs import standing
from service.fairs.meetings import frozen as frozen_words
from service.fairs.meetings.events import TimetableAsked, TimetableEnded
from service.fairs.meetings.freezing import freeze
from service.fairs.meetings.frozen import Frozen
from service.fairs.meetings.inputs import TimetableWish
from service.fairs.meetings.models import WAITING, TimetableRow, TimetableState
from service.fairs.meetings.problem import Solution
from service.fairs.meetings.sessions import slots_at
from service.fairs.meetings.suggestions import scores
from service.fairs.meetings.violations import violations

GIVEN_UP_AFTER = timedelta(minutes=10)
MOST_VERSIONS = 200
# Why a version failed, as a word; names.py puts it into sentences.
NOTHING, IMPOSSIBLE, BROKEN, LATE, NOT_FOUND = "nothing", "impossible", "broken", "late", "not_found"
# Progress is no decision of anybody's: it leaves the version alone, so that it never makes somebody come second.
_TELL = text(
    "UPDATE fairs_timetable SET progress = CAST(:progress AS jsonb) WHERE id = :id AND state = 'solving' RETURNING stop_asked"
)


async def ask_timetable(session: AsyncSession, actor: Actor, slug: str, wish: TimetableWish) -> TimetableRow:
    """Have the best timetable looked for. The same `key` again is the same version, and so is one that is being looked for."""
    fair = await standing.own(session, slug, actor, lock=True)
    key = wish.key or new_id()
    there = await session.scalar(
        select(TimetableRow).where(
            TimetableRow.fair_id == fair.id, (TimetableRow.key == key) | TimetableRow.state.in_(WAITING)
        ).order_by(TimetableRow.key != key)
    )  # fmt: skip
    if there is not None:
        return there
    if not await slots_at(session, fair.id):
        raise Invalid(_("Chưa có buổi gặp nào. Hãy thêm buổi gặp trước khi xếp lịch."))
    row = await new_version(
        session, actor, fair.id, key, TimetableState.ASKED, seed=wish.seed,
        settings=wish.model_dump(mode="json", exclude={"key", "seed"}),
    )  # fmt: skip
    told = {"number": row.number, "seed": row.seed, "settings": row.settings}
    await announce(session, TimetableAsked(row.id, fair.id), actor=actor, new=told)
    return row


async def stop_timetable(session: AsyncSession, actor: Actor, slug: str, number: int) -> TimetableRow:
    """Look no longer. What has not begun ends at once; of what is being looked for the best so far is kept."""
    fair = await standing.own(session, slug, actor, lock=True)
    row = await version_of(session, fair.id, number, lock=True)
    if row.state == TimetableState.ASKED:
        row.state = TimetableState.CANCELLED
        await session.flush()
        await announce(session, TimetableEnded(row.id, fair.id), actor=actor, new={"state": row.state})
    elif row.state == TimetableState.SOLVING and not row.stop_asked:
        row.stop_asked = True
        await session.flush()
    return row


async def version_of(session: AsyncSession, fair_id: UUID, number: int, *, lock: bool = False) -> TimetableRow:
    """One version of a fair's timetable. Raises NotFound."""
    query = select(TimetableRow).where(TimetableRow.fair_id == fair_id, TimetableRow.number == number)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row: TimetableRow | None = await session.scalar(query)
    if row is None:
        raise NotFound(_("Hội chợ này không có lịch gặp đó."))
    return row


async def new_version(
    session: AsyncSession, actor: Actor, fair_id: UUID, key: UUID, state: TimetableState, **values: Any
) -> TimetableRow:
    """One more version, with the next number; the fair's row is locked by whoever calls."""
    newest = await session.scalar(select(func.max(TimetableRow.number)).where(TimetableRow.fair_id == fair_id))
    if int(newest or 0) >= MOST_VERSIONS:
        raise Conflict(_("Hội chợ này đã có %(n)s lịch gặp. Hãy dùng một trong số đó.", n=MOST_VERSIONS))
    row = TimetableRow(
        fair_id=fair_id, number=int(newest or 0) + 1, key=key, state=state, asked_by=actor.person_id,
        created_at=clock.now(), **values,
    )  # fmt: skip
    try:
        async with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise Conflict(_("Lịch này vừa được người khác tạo. Hãy tải lại trang.")) from error
    return row


# --- In the worker ------------------------------------------------------------------------------------------------------


async def take_up(session: AsyncSession, timetable_id: UUID) -> Frozen | None:
    """Freeze the question and say that it is being worked at; None where there is nothing to do (any more)."""
    asked = await session.get(TimetableRow, timetable_id)
    if asked is None or asked.state not in WAITING:
        return None
    found = await scores(session, asked.fair_id)  # Statements for a second or two, before anything is locked.
    row = await session.get(TimetableRow, timetable_id, with_for_update=True, populate_existing=True)
    if row is None or row.state not in WAITING:
        return None
    wish = wish_of(row)
    frozen = await freeze(session, row.fair_id, wish, found)
    if not frozen.pairs or not frozen.slots:
        await _fail(session, row, NOTHING)
        return None
    row.frozen, row.digest = frozen.document(), frozen.digest(row.seed)
    row.state, row.progress = TimetableState.SOLVING, {"at": clock.now().isoformat()}
    known = await _answered_before(session, row)
    if known is not None:
        row.result = known | {"reused": True}
        await _found(session, row)
        return None
    await session.flush()
    return frozen


async def tell(session: AsyncSession, timetable_id: UUID, progress: dict[str, Any]) -> bool:
    """Write how far the work has come; tells whether it is still wanted."""
    kept = json.dumps(progress | {"at": clock.now().isoformat()})
    told = (await session.execute(_TELL, {"id": timetable_id, "progress": kept})).one_or_none()
    return told is not None and not told.stop_asked


async def record(session: AsyncSession, timetable_id: UUID, frozen: Frozen, solution: Solution) -> None:
    """Keep the answer, after the judge has had his look at it: a timetable that breaks a rule is never shown."""
    row = await session.get(TimetableRow, timetable_id, with_for_update=True, populate_existing=True)
    if row is None or row.state != TimetableState.SOLVING or row.digest != frozen.digest(row.seed):
        return
    if solution.status == "infeasible":
        row.result = {"reasons": [asdict(each) for each in solution.reasons], "seconds": solution.seconds}
        await _fail(session, row, IMPOSSIBLE)
    elif solution.status == "unknown" and row.stop_asked:
        row.state, row.progress = TimetableState.CANCELLED, {}
        await session.flush()
        await announce(session, TimetableEnded(row.id, row.fair_id), actor=SYSTEM, new={"state": row.state})
    elif solution.status == "unknown":
        await _fail(session, row, NOT_FOUND)
    elif violations(frozen.problem(), solution.timetable):
        await _fail(session, row, BROKEN)
    else:
        row.result = answer_of(solution)
        await _found(session, row)


async def give_up(session: AsyncSession) -> None:
    """Say of versions at which no worker has worked for minutes that nothing was found."""
    hanging = await session.scalars(
        select(TimetableRow)
        .where(TimetableRow.state.in_(WAITING), TimetableRow.created_at < clock.now() - GIVEN_UP_AFTER)
        .order_by(TimetableRow.id)
        .with_for_update(skip_locked=True)
    )
    for row in hanging:
        at = row.progress.get("at")
        if at is None or at < (clock.now() - GIVEN_UP_AFTER).isoformat():
            await _fail(session, row, LATE)


def wish_of(row: TimetableRow) -> TimetableWish:
    """How a version was asked for."""
    return TimetableWish(seed=row.seed, **row.settings)


def answer_of(solution: Solution) -> dict[str, Any]:
    """What is kept of an answer."""
    return {
        "status": solution.status, "held": frozen_words.placed(solution.timetable), "dropped": sorted(solution.dropped),
        "levels": [{**asdict(each), "level": str(each.level)} for each in solution.levels],
        "seconds": round(solution.seconds, 2),
    }  # fmt: skip


async def _answered_before(session: AsyncSession, row: TimetableRow) -> dict[str, Any] | None:
    """The answer to the very same question, if there is one that is proven best."""
    found: dict[str, Any] | None = await session.scalar(
        select(TimetableRow.result)
        .where(TimetableRow.fair_id == row.fair_id, TimetableRow.digest == row.digest, TimetableRow.id != row.id)
        .where(TimetableRow.result["status"].astext == "optimal", TimetableRow.state != TimetableState.HAND)
        .order_by(TimetableRow.number.desc())
        .limit(1)
    )
    return found


async def _found(session: AsyncSession, row: TimetableRow) -> None:
    row.state, row.found_at, row.progress = TimetableState.FOUND, clock.now(), {}
    await session.flush()
    told = {"status": row.result.get("status"), "meetings": len(row.result.get("held", {}))}
    await announce(session, TimetableEnded(row.id, row.fair_id), actor=SYSTEM, new=told)


async def _fail(session: AsyncSession, row: TimetableRow, reason: str) -> None:
    row.state, row.reason, row.progress = TimetableState.FAILED, reason, {}
    await session.flush()
    await announce(session, TimetableEnded(row.id, row.fair_id), actor=SYSTEM, new={"reason": reason})

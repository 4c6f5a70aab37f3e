"""Clearing a round: asking for it, the work in the worker, stopping it, and telling both sides what came out.

While the worker works it holds no transaction: what is cleared is read in one, how far the work has come is written about
once a second in others, and the outcome is stored in a last one, unless the clearing was stopped meanwhile.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import SYSTEM, Actor
from service.core import clock
from service.core.db import Database
from service.core.errors import Conflict, NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.matching.rounds import rules
from service.matching.rounds.clearing import FAIRNESS
from service.matching.rounds.events import RoundCleared, RoundClearingAsked, RoundMoved, RoundPublished
from service.matching.rounds.inputs import ClearingWish
from service.matching.rounds.material import Material, digest_of, inputs_of, material
from service.matching.rounds.models import (
    Clearing,
    ClearingNeed,
    ClearingState,
    ClearingSupplier,
    Proposal,
    Round,
    RoundState,
)
from service.matching.rounds.outcome import Outcome, Solved, Traded, outcome
from service.matching.rounds.scoring import Scored, score_all

log = structlog.get_logger("rounds")

SolveAll = Callable[..., tuple[Solved, Mapping[str, Traded]]]
TELL_EVERY = 1.0  # Seconds between two words about how far the work has come.
ROWS_AT_ONCE = 2000
USUAL_SEED = 1


async def ask_clearing(session: AsyncSession, actor: Actor, code: str, wish: ClearingWish) -> Clearing:
    """Have a round cleared. What was cleared in the same way and has not changed since is not worked out again.

    The round's row is locked, so of two organisers who press the button at once the second finds the work of the first.
    """
    held = await locked(session, code, actor)
    running = await session.scalar(select(Clearing).where(Clearing.round_id == held.id, Clearing.state.in_(rules.RUNNING)))
    if running is not None and rules.may_run(actor, held):
        return running
    if not rules.may_clear(actor, held):
        raise NotAllowed(why_not(actor, held, _("Phiên ở bước này chưa xếp hoặc không xếp được nữa.")))
    today = clock.today()
    inputs = await inputs_of(session, held.id, today)
    seed = USUAL_SEED if wish.seed is None else wish.seed
    digest = digest_of(inputs, wish.fairness, seed, today)
    same = await session.scalar(
        select(Clearing).where(Clearing.round_id == held.id, Clearing.digest == digest, Clearing.state == ClearingState.DONE)
    )
    if same is not None:
        if held.state is RoundState.COLLECTING:
            await move(session, actor, held, RoundState.CLEARING)
            await move(session, actor, held, RoundState.CLEARED)
        return same
    number = await session.scalar(select(func.coalesce(func.max(Clearing.number), 0)).where(Clearing.round_id == held.id))
    made = Clearing(
        round_id=held.id, number=int(number or 0) + 1, fairness=wish.fairness, seed=seed, digest=digest, inputs=inputs,
        state=ClearingState.WAITING, done=0, total=0, stop_asked=False, asked_by=actor.person_id, asked_at=clock.now(),
    )  # fmt: skip
    try:
        async with session.begin_nested():
            session.add(made)
    except IntegrityError as error:
        raise Conflict(_("Người khác vừa cho xếp phiên này. Hãy tải lại trang.")) from error
    await move(session, actor, held, RoundState.CLEARING)
    fact = RoundClearingAsked(made.id, held.id)
    await announce(session, fact, actor=actor, new={"number": made.number, "fairness": made.fairness, "seed": seed})
    return made


async def stop_clearing(session: AsyncSession, actor: Actor, code: str, number: int) -> Clearing:
    """Call a clearing off. What has not begun ends at once, the worker ends what it works at; once ended nothing changes."""
    held = await locked(session, code, actor)
    if not rules.may_run(actor, held):
        raise NotAllowed(why_not(actor, held, ""))
    row = await session.scalar(
        select(Clearing).where(Clearing.round_id == held.id, Clearing.number == number).with_for_update()
    )
    if row is None:
        raise NotFound(_("Phiên này không có lần xếp đó."))
    if row.state == ClearingState.WAITING:
        await _end(session, actor, held, row, ClearingState.STOPPED)
    elif row.state == ClearingState.WORKING:
        row.stop_asked = True
        await session.flush()
    return row


async def publish_clearing(
    session: AsyncSession, actor: Actor, code: str, number: int, *, version: int | None = None, although_old: bool = False
) -> Round:
    """Tell both sides what one clearing proposes; it stays as it is from now on. Doing it again changes nothing."""
    held = await locked(session, code, actor)
    row = await session.scalar(select(Clearing).where(Clearing.round_id == held.id, Clearing.number == number))
    if row is None or not rules.may_read_all(actor, held):
        raise NotFound(_("Phiên này không có lần xếp đó."))
    if held.state is RoundState.PUBLISHED and held.published_id == row.id and rules.may_run(actor, held):
        return held
    if not rules.may_move(actor, held, RoundState.PUBLISHED):
        raise NotAllowed(why_not(actor, held, _("Chỉ công bố được khi phiên đã xếp xong và chưa công bố.")))
    if row.state != ClearingState.DONE:
        raise Conflict(_("Lần xếp này chưa xong nên chưa công bố được."))
    same_version(held, version)
    if not although_old and row.inputs != await inputs_of(session, held.id, clock.today()):
        raise Conflict(_("Yêu cầu hoặc năng lực đã đổi sau lần xếp này. Hãy xếp lại, hoặc chọn vẫn công bố bản cũ."))
    held.published_id, held.published_at = row.id, clock.now()
    await move(session, actor, held, RoundState.PUBLISHED)
    await announce(session, RoundPublished(held.id, row.id), actor=actor, new={"number": row.number})
    return held


# --- In the worker ----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Word:
    """How far the work has come, as its thread last said, and whether it is to end."""

    stage: str = "judging"
    done: int = 0
    total: int = 0
    stop: bool = False

    def at(self, stage: str) -> Callable[[int, int], None]:
        """A way for one stage to say it."""

        def tell(done: int, total: int) -> None:
            self.stage, self.done, self.total = stage, done, total

        return tell

    def stopped(self) -> bool:
        """Whether the work is to end."""
        return self.stop


async def work(database: Database, clearing_id: UUID, solve_all: SolveAll) -> None:
    """Clear what was asked for. What has ended already is left as it is, so a second worker does no harm."""
    async with database.transaction() as session:
        row = await session.get(Clearing, clearing_id, with_for_update=True)
        if row is None or row.state not in rules.RUNNING:
            return
        row.state, row.started_at, row.stage = ClearingState.WORKING, clock.now(), "reading"
    try:
        async with database.transaction() as session:
            found = await material(session, row.round_id, clock.today())
        word = _Word()
        began = time.monotonic()
        job = asyncio.create_task(asyncio.to_thread(_cleared, found, row.fairness, row.seed, solve_all, word, began))
        try:
            while not (await asyncio.wait([job], timeout=TELL_EVERY))[0]:
                word.stop = await _tell(database, clearing_id, word)
        finally:
            word.stop = word.stop or not job.done()
        done = await job
        await _finish(database, clearing_id, found, done)
    except Exception:
        await _give_up(database, clearing_id)
        raise


def outcome_of(found: Material, fairness: str, seed: int, solve_all: SolveAll) -> Outcome:
    """What a clearing of this material gives, kept nowhere."""
    done = _cleared(found, fairness, seed, solve_all, _Word(), time.monotonic())
    if done is None:
        raise RuntimeError("nobody has called it off")
    return done


def _cleared(found: Material, fairness: str, seed: int, solve_all: SolveAll, word: _Word, began: float) -> Outcome | None:
    """Judge and solve, in a thread of its own; None when it was stopped."""
    scored: Scored | None = score_all(
        found.asked, found.offered, found.terms, found.today, records=found.records, progress=word.at("judging"),
        cancelled=word.stopped,
    )  # fmt: skip
    if scored is None:
        return None
    solved, tradeoffs = solve_all(scored.problem, fairness, seed=seed, progress=word.at("solving"), cancelled=word.stopped)
    if solved.status == "stopped":
        return None
    word.stage = "storing"
    return outcome(found, scored, solved, tradeoffs, FAIRNESS[fairness], time.monotonic() - began)


async def _tell(database: Database, clearing_id: UUID, word: _Word) -> bool:
    """Write down how far the work has come; gives back whether somebody wants it to end."""
    statement = (
        update(Clearing)
        .where(Clearing.id == clearing_id)
        .values(stage=word.stage, done=min(word.done, word.total), total=word.total)
        .returning(Clearing.stop_asked)
    )
    async with database.transaction() as session:
        return bool(await session.scalar(statement))


async def clear_here(session: AsyncSession, clearing_id: UUID, solve_all: SolveAll) -> None:
    """The same in the transaction of this session, for whoever has nobody waiting: the command line, and the demo."""
    row = await session.get_one(Clearing, clearing_id, with_for_update=True)
    row.state, row.started_at = ClearingState.WORKING, clock.now()
    found = await material(session, row.round_id, clock.today())
    done = await asyncio.to_thread(_cleared, found, row.fairness, row.seed, solve_all, _Word(), time.monotonic())
    await _store(session, clearing_id, found, done)


async def _finish(database: Database, clearing_id: UUID, found: Material, done: Outcome | None) -> None:
    async with database.transaction() as session:
        await _store(session, clearing_id, found, done)


async def _store(session: AsyncSession, clearing_id: UUID, found: Material, done: Outcome | None) -> None:
    held = await _round_of(session, clearing_id)
    await session.flush()
    row = await session.get(Clearing, clearing_id, with_for_update=True, populate_existing=True)
    if row is None or held is None or row.state != ClearingState.WORKING:
        return
    if done is None:
        await _end(session, SYSTEM, held, row, ClearingState.STOPPED)
        return
    for table, rows in ((ClearingNeed, done.needs), (ClearingSupplier, done.suppliers), (Proposal, done.proposals)):
        for first in range(0, len(rows), ROWS_AT_ONCE):
            part = [{**each, "clearing_id": clearing_id} for each in rows[first : first + ROWS_AT_ONCE]]
            await session.execute(insert(table), part)
    # Between the button and the work something may have changed: what counts is what was looked at.
    if found.inputs != row.inputs:
        row.inputs, row.digest = found.inputs, digest_of(found.inputs, f"{row.fairness}|{row.id}", row.seed, found.today)
    row.report, row.done = done.report, row.total
    await _end(session, SYSTEM, held, row, ClearingState.DONE)


async def _give_up(database: Database, clearing_id: UUID) -> None:
    async with database.transaction() as session:
        held = await _round_of(session, clearing_id)
        row = await session.get(Clearing, clearing_id, with_for_update=True, populate_existing=True)
        if row is not None and held is not None and row.state in rules.RUNNING:
            log.warning("clearing given up", clearing=str(clearing_id), round=held.code)
            await _end(session, SYSTEM, held, row, ClearingState.FAILED)


async def _end(session: AsyncSession, actor: Actor, held: Round, row: Clearing, state: ClearingState) -> None:
    """Bring a clearing to its end, and the round to where it stands then."""
    row.state, row.finished_at, row.stage = state, clock.now(), None
    await session.flush()
    done = await session.scalar(select(func.count()).where(Clearing.round_id == held.id, Clearing.state == ClearingState.DONE))
    if held.state is RoundState.CLEARING:
        await move(session, actor, held, RoundState.CLEARED if done else RoundState.COLLECTING)
    await announce(session, RoundCleared(row.id, held.id), actor=actor, new={"state": state})


async def _round_of(session: AsyncSession, clearing_id: UUID) -> Round | None:
    """The round of a clearing, locked before the clearing itself, as everybody locks them."""
    found: Round | None = await session.scalar(
        select(Round)
        .join(Clearing, Clearing.round_id == Round.id)
        .where(Clearing.id == clearing_id)
        .with_for_update(of=Round)
        .execution_options(populate_existing=True)
    )
    return found


# --- Together with the other writes of rounds --------------------------------------------------------------------------


async def locked(session: AsyncSession, code: str, actor: Actor) -> Round:
    """The round with that code, locked, if the actor may know of it."""
    found = await session.scalar(
        select(Round).where(Round.code == plain_code(code)).with_for_update().execution_options(populate_existing=True)
    )
    if found is None or not rules.may_see(actor, found):
        raise NotFound(_("Không tìm thấy phiên kết nối này."))
    return found


def plain_code(code: str) -> str:
    """A code as it is kept: read without regard to case, and never longer than one."""
    return code.replace("\0", "").strip().upper()[:20]


def same_version(held: Round, version: int | None) -> None:
    """Refuse whoever has read another version."""
    if version is not None and held.version != version:
        raise Conflict(_("Người khác vừa sửa phiên này. Hãy xem lại bản mới rồi làm tiếp."))


async def move(session: AsyncSession, actor: Actor, held: Round, to: RoundState) -> None:
    """Let a round go on, and say so."""
    if to not in rules.MOVES[held.state]:
        raise Conflict(_("Phiên đã sang bước khác. Hãy tải lại trang."))
    old, held.state = held.state, to
    await session.flush()
    await announce(session, RoundMoved(held.id), actor=actor, old={"state": old}, new={"state": to})


def why_not(actor: Actor, held: Round, by_state: str) -> str:
    """Why an organiser's button does nothing: not hers, or not now."""
    if rules.may_run(actor, held):
        return by_state or _("Phiên ở bước này không làm được việc đó.")
    return _("Chỉ ban tổ chức của phiên này mới làm được việc đó.")

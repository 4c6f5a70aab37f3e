"""Holding a round: preparing it, the questions that it asks besides, and the steps from one state to the next."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed
from service.core.events import announce
from service.core.i18n import _
from service.matching.requests import code_for
from service.matching.rounds import rules
from service.matching.rounds.clearings import locked, move, same_version, why_not
from service.matching.rounds.events import RoundDrafted, RoundRevised
from service.matching.rounds.inputs import MOST_FIELDS, FieldDraft, RoundDraft
from service.matching.rounds.models import Round, RoundField, RoundState

_FAIR = text("SELECT EXISTS (SELECT 1 FROM fairs_fair WHERE id = :id AND state = 'announced')")


async def open_round(
    session: AsyncSession, actor: Actor, draft: RoundDraft, *, key: UUID | None = None, organisation_id: UUID | None = None
) -> Round:
    """Prepare a round; nobody else sees it before it collects. The same key of the same organiser again is the same round."""
    organiser = organisation_id or actor.organisation_id
    if organiser is None or not rules.may_open(actor):
        raise NotAllowed(rules.why_not_open(actor))
    key = key or new_id()
    there = await _opened(session, organiser, key)
    if there is not None:
        return there
    await _check(session, draft, None)
    made = Round(key=key, code=await _free_code(session, key), organisation_id=organiser, **draft.model_dump())
    made.created_at = made.updated_at = clock.now()
    try:
        async with session.begin_nested():
            session.add(made)
    except IntegrityError:  # The other press of the same button was faster.
        there = await _opened(session, organiser, key)
        if there is None:
            raise
        return there
    await announce(session, RoundDrafted(made.id), actor=actor, new={"code": made.code, "name": made.name})
    return made


async def revise_round(session: AsyncSession, actor: Actor, code: str, draft: RoundDraft, *, version: int) -> Round:
    """Change what a round says of itself; `version` is the one that the organiser has read."""
    held = await locked(session, code, actor)
    if not rules.may_revise(actor, held):
        raise NotAllowed(why_not(actor, held, _("Phiên đã công bố hoặc đã đóng thì không sửa được nữa.")))
    same_version(held, version)
    await _check(session, draft, held)
    values = draft.model_dump(exclude={"illustrative"})
    old = {name: getattr(held, name) for name in values}
    changed = {name: value for name, value in values.items() if value != old[name]}
    if not changed:
        return held
    for name, value in changed.items():
        setattr(held, name, value)
    held.updated_at = clock.now()
    await session.flush()
    await announce(session, RoundRevised(held.id), actor=actor, old={name: old[name] for name in changed}, new=changed)
    return held


async def add_field(session: AsyncSession, actor: Actor, code: str, draft: FieldDraft) -> RoundField:
    """Ask one more question. A round asks nothing twice."""
    held = await _asking(session, actor, code)
    there = list(await session.scalars(select(RoundField).where(RoundField.round_id == held.id).order_by(RoundField.position)))
    same = next((each for each in there if each.label_vi == draft.label_vi), None)
    if same is not None:
        raise Conflict(_("Phiên đã có mục “%(label)s”.", label=draft.label_vi[:60]))
    if len(there) >= MOST_FIELDS:
        raise Conflict(_("Một phiên hỏi thêm nhiều nhất %(n)s mục.", n=MOST_FIELDS))
    taken = {each.name for each in there}
    plain = draft.plain_name
    name = next(one for one in (plain, *(f"{plain}-{n}" for n in range(2, MOST_FIELDS + 2))) if one not in taken)
    field = draft.field(name)
    made = RoundField(
        round_id=held.id, position=max((each.position for each in there), default=0) + 1, name=name, label_vi=field.label_vi,
        label_en=field.label_en, kind=field.kind, required=field.required, choices=list(field.choices), help=field.help,
    )  # fmt: skip
    session.add(made)
    await _touch(session, held)
    await announce(session, RoundRevised(held.id), actor=actor, new={"field": made.name, "label": made.label_vi})
    return made


async def remove_field(session: AsyncSession, actor: Actor, code: str, name: str) -> None:
    """Ask a question no more; what was answered to it stays with the requests, unseen. What is gone already stays gone."""
    held = await _asking(session, actor, code)
    found = await session.scalar(
        select(RoundField).where(RoundField.round_id == held.id, RoundField.name == name.replace("\0", "")[:40])
    )
    if found is None:
        return
    await session.delete(found)
    await _touch(session, held)
    await announce(session, RoundRevised(held.id), actor=actor, old={"field": found.name, "label": found.label_vi})


async def move_round(session: AsyncSession, actor: Actor, code: str, to: RoundState, *, version: int | None = None) -> Round:
    """Let a round collect, take it back to collecting, or end it. Clearing and publishing have functions of their own."""
    held = await locked(session, code, actor)
    if held.state is to and rules.may_run(actor, held):
        return held
    if to not in (RoundState.COLLECTING, RoundState.CLOSED) or not rules.may_move(actor, held, to):
        raise NotAllowed(why_not(actor, held, _("Phiên ở bước này không chuyển sang bước đó được.")))
    if held.state is RoundState.CLEARING:
        raise Conflict(_("Phiên đang được xếp. Hãy chờ xong, hoặc dừng lần xếp."))
    same_version(held, version)
    if to is RoundState.COLLECTING and held.state is RoundState.DRAFT and held.ends_on < clock.today():
        raise Conflict(_("Ngày của phiên đã qua. Hãy sửa ngày trước khi mở nhận yêu cầu."))
    await move(session, actor, held, to)
    return held


async def _asking(session: AsyncSession, actor: Actor, code: str) -> Round:
    held = await locked(session, code, actor)
    if not rules.may_ask_otherwise(actor, held):
        raise NotAllowed(
            why_not(actor, held, _("Chỉ đổi được các mục hỏi thêm khi phiên đang chuẩn bị hoặc đang nhận yêu cầu."))
        )
    return held


async def _touch(session: AsyncSession, held: Round) -> None:
    """The questions are rows of their own; the version of the round rises with them."""
    held.updated_at = clock.now()
    await session.flush()


async def _check(session: AsyncSession, draft: RoundDraft, before: Round | None) -> None:
    wrong: dict[str, str] = {}
    today = clock.today()
    if draft.ends_on < today and (before is None or draft.ends_on != before.ends_on):
        wrong["ends_on"] = _("Ngày này đã qua.")
    if draft.fair_id is not None and not await session.scalar(_FAIR, {"id": draft.fair_id}):
        wrong["fair_id"] = _("Không có hội chợ này.")
    if wrong:
        raise Invalid(_("Phiên kết nối còn chỗ cần sửa."), wrong)


async def _opened(session: AsyncSession, organisation_id: UUID, key: UUID) -> Round | None:
    found: Round | None = await session.scalar(select(Round).where(Round.organisation_id == organisation_id, Round.key == key))
    return found


async def _free_code(session: AsyncSession, key: UUID) -> str:
    codes = [f"PK-{code_for(key, attempt).partition('-')[2]}" for attempt in range(8)]
    taken = set(await session.scalars(select(Round.code).where(Round.code.in_(codes))))
    return next(code for code in codes if code not in taken)

"""Every change of a floor goes through here: one change at a time, whole, kept as a step that can be undone.

Whatever was asked (a form, a sheet, a program, undo) has become a whole new floor by then. What differs from the stored one is
written, in few statements however many booths there are; nothing that somebody has is taken from under her.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock
from service.core.errors import Conflict
from service.core.events import announce, plain
from service.core.i18n import _
from service.fairs import standing
from service.fairs.layouts import rows
from service.fairs.layouts.checks import check
from service.fairs.layouts.events import FloorChanged
from service.fairs.layouts.inputs import FloorDraft, natural
from service.fairs.layouts.matching import matched
from service.fairs.layouts.models import Booth, BoothClass, FloorState, FloorStep, Shape, Zone
from service.fairs.layouts.queries import stored
from service.fairs.models import Fair, Hall

KEPT_STEPS = 100
MODELS: Mapping[str, Any] = {"class": BoothClass, "zone": Zone, "hall": Hall, "booth": Booth, "thing": Shape}
OF_THE_FAIR = frozenset({"class", "zone", "hall", "booth"})
Edit = Callable[[FloorDraft], FloorDraft]


async def lay_out(
    session: AsyncSession, actor: Actor, slug: str, draft: FloorDraft, *, version: int | None = None, what: str | None = None
) -> int:
    """Make the floor of the fair what the draft says, all of it; gives back the version it has now. The same again: nothing.

    A hall of the fair that the draft does not name stands empty afterwards. Without `version` the last word holds; with it,
    the second of two who changed the same floor is told what the first one did.
    """
    return await edit(session, actor, slug, lambda before: matched(draft, before), what or _("Vẽ cả mặt bằng"), version=version)


async def edit(session: AsyncSession, actor: Actor, slug: str, change: Edit, what: str, *, version: int | None = None) -> int:
    """Change the floor by a function of what stands there now; `what` says it in words for the history."""
    fair = await standing.own(session, slug, actor, lock=True)
    state = await state_of(session, fair.id)
    await _same_version(session, state, version)
    before = await stored(session, fair.id)
    draft = change(rows.draft_of(before))
    check(draft)
    step = rows.difference(before, rows.rows_of(draft))
    if not step:
        return state.version
    await _write(session, fair, step, before)
    await session.execute(delete(FloorStep).where(FloorStep.fair_id == fair.id, FloorStep.number > state.step))
    await session.execute(delete(FloorStep).where(FloorStep.fair_id == fair.id, FloorStep.number <= state.step - KEPT_STEPS))
    state.step += 1
    session.add(FloorStep(fair_id=fair.id, number=state.step, what=what[:200], change=plain(step), person_id=actor.person_id))
    return await _told(session, actor, fair, state, step, what[:200])


async def undo(session: AsyncSession, actor: Actor, slug: str, *, version: int | None = None) -> str | None:
    """Take the last step in force back; says which it was, or None where there is none."""
    return await _go(session, actor, slug, version, back=True)


async def redo(session: AsyncSession, actor: Actor, slug: str, *, version: int | None = None) -> str | None:
    """Do the step again that was undone last."""
    return await _go(session, actor, slug, version, back=False)


async def _go(session: AsyncSession, actor: Actor, slug: str, version: int | None, *, back: bool) -> str | None:
    fair = await standing.own(session, slug, actor, lock=True)
    state = await state_of(session, fair.id)
    await _same_version(session, state, version)
    number = state.step if back else state.step + 1
    found = await session.scalar(select(FloorStep).where(FloorStep.fair_id == fair.id, FloorStep.number == number))
    if found is None:
        return None
    before = await stored(session, fair.id)
    change = rows.revived(found.change)
    after = rows.applied(before, rows.turned(change) if back else change)
    check(rows.draft_of(after))
    step = rows.difference(before, after)
    await _write(session, fair, step, before)
    state.step = number - 1 if back else number
    said = _("Hoàn tác: %(what)s", what=found.what) if back else _("Làm lại: %(what)s", what=found.what)
    await _told(session, actor, fair, state, step, said)
    return found.what


async def copy_floor(session: AsyncSession, actor: Actor, from_fair_id: UUID, to_fair_id: UUID) -> int:
    """Give a fair the floor of an earlier one (A4): halls of the same name are the same, everything else comes anew.

    Prices, zones and sizes are taken over; what kept a booth closed at the earlier fair is not.
    """
    found = await session.execute(select(Fair.id, Fair.slug).where(Fair.id.in_((from_fair_id, to_fair_id))))
    slugs = {fair_id: slug for fair_id, slug in found}  # noqa: C416 - rows.
    source = await standing.own(session, slugs.get(from_fair_id, ""), actor)
    draft = rows.draft_of(await stored(session, source.id))
    bare = _without_ids(draft)
    return await lay_out(
        session, actor, slugs.get(to_fair_id, ""), bare, what=_("Lấy mặt bằng của %(name)s", name=source.name)[:200]
    )


def _without_ids(draft: FloorDraft) -> FloorDraft:
    """The same floor of new things; a thing's first id is its model's default, so that it is known as unnamed."""
    plain_draft = draft.model_dump()
    for group in ("classes", "zones", "halls"):
        for each in plain_draft[group]:
            del each["id"]
    for hall in plain_draft["halls"]:
        for each in (*hall["booths"], *hall["things"]):
            del each["id"]
            each.pop("closed", None)
    return FloorDraft.model_validate(plain_draft)


async def state_of(session: AsyncSession, fair_id: UUID) -> FloorState:
    """The version and the last step of a floor, whose fair is locked; made the first time somebody draws."""
    await session.execute(upsert(FloorState).values(fair_id=fair_id, version=0, step=0).on_conflict_do_nothing())
    state = await session.get(FloorState, fair_id, populate_existing=True)
    assert state is not None  # noqa: S101 - it was made a line above, and the fair is locked.
    return state


async def _same_version(session: AsyncSession, state: FloorState, version: int | None) -> None:
    if version is None or version == state.version:
        return
    what = await session.scalar(
        select(FloorStep.what)
        .where(FloorStep.fair_id == state.fair_id, FloorStep.number <= state.step)
        .order_by(FloorStep.number.desc())
        .limit(1)
    )
    raise Conflict(
        _("Người khác vừa sửa mặt bằng này: %(what)s. Hãy xem lại bản mới rồi làm tiếp.", what=what or _("hoàn tác"))
    )


async def _told(session: AsyncSession, actor: Actor, fair: Fair, state: FloorState, step: rows.Change, what: str) -> int:
    state.version += 1
    await session.flush()
    counts = {table: len(lines) for table, lines in step.items()}
    await announce(session, FloorChanged(fair.id, state.version, what), actor=actor, new=counts)
    return state.version


# Writing ------------------------------------------------------------------------------------------------------------


async def _write(session: AsyncSession, fair: Fair, step: rows.Change, before: rows.Rows) -> None:
    await _spare_the_taken(session, step.get("booth", []), before)
    # Codes may change places within the step; the constraints are asked again when all of it is written.
    await session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    for table in ("thing", "booth"):
        await _remove(session, table, step)
    for table in ("class", "zone", "hall", "booth", "thing"):
        await _put(session, fair, table, step)
    for table in ("zone", "hall", "class"):
        await _remove(session, table, step)
    await session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


async def _remove(session: AsyncSession, table: str, step: rows.Change) -> None:
    gone = [line["id"] for line in step.get(table, []) if line["new"] is None]
    if gone:
        await session.execute(
            delete(MODELS[table]).where(MODELS[table].id.in_(gone)).execution_options(synchronize_session=False)
        )


async def _put(session: AsyncSession, fair: Fair, table: str, step: rows.Change) -> None:
    model = MODELS[table]
    lines = step.get(table, [])
    own = {"fair_id": fair.id} if table in OF_THE_FAIR else {}
    new = [{"id": line["id"], **own, **line["new"]} for line in lines if line["old"] is None]
    # A booth that others are parts of is there before them.
    new.sort(key=lambda values: values.get("part_of") is not None)
    if new:
        await session.execute(insert(model), new)
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for line in lines:
        if line["old"] is not None and line["new"] is not None:
            groups.setdefault(tuple(sorted(line["new"])), []).append({"row": line["id"], **line["new"]})
    at = model.__table__.c.id
    for names, changed in groups.items():
        values: dict[str, Any] = {name: bindparam(name) for name in names}
        await (await session.connection()).execute(
            update(model.__table__).where(at == bindparam("row")).values(values), changed
        )


_EVER = text("SELECT DISTINCT booth_id FROM fairs_occupancy WHERE booth_id = ANY(:booths)")
_NOW = text(
    "SELECT DISTINCT booth_id FROM fairs_occupancy WHERE booth_id = ANY(:booths)"
    " AND (state = 'taken' OR (state = 'held' AND held_until > :now))"
)


async def _spare_the_taken(session: AsyncSession, lines: Iterable[Mapping[str, Any]], before: rows.Rows) -> None:
    """Refuse a step that would take a booth from somebody: remove or shrink it, or make it a part or the parts of another.

    The rows are locked first. Whoever books one of them at this moment either is here already and is seen, or waits until
    this step is through and then finds what it has made of the booth.
    """
    gone, smaller = [], []
    for line in lines:
        old, new = line["old"], line["new"]
        if new is None:
            gone.append(line["id"])
        elif old is not None and (new.get("part_of") is not None or _shrinks(old, new)):
            smaller.append(line["id"])
    touched = gone + smaller
    if not touched:
        return
    await session.execute(select(Booth.id).where(Booth.id.in_(touched)).order_by(Booth.id).with_for_update())
    held = set((await session.scalars(_NOW, {"booths": touched, "now": clock.now()})).all())
    if held:
        why = _("Gian %(codes)s đang có người nên không xóa, thu nhỏ, ghép hay tách được.", codes=_codes(held, before))
        raise Conflict(why + " " + _("Hãy chuyển người đó sang gian khác trước."))
    once = set((await session.scalars(_EVER, {"booths": gone})).all()) if gone else set()
    if once:
        why = _("Gian %(codes)s đã từng có người đặt nên được giữ lại cho sổ sách.", codes=_codes(once, before))
        raise Conflict(why + " " + _("Hãy đóng gian và ghi lý do thay vì xóa."))


def _shrinks(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return any(name in new and new[name] < old[name] for name in ("width_m", "depth_m"))


def _codes(ids: Iterable[UUID], before: rows.Rows) -> str:
    codes = sorted((before["booth"][each]["code"] for each in ids), key=natural)
    return ", ".join(codes[:10]) + (" …" if len(codes) > 10 else "")

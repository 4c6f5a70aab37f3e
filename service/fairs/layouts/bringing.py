"""A floor comes in as a sheet: first it is shown what it would do, then it is laid out with one word, all of it or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid
from service.core.i18n import _
from service.fairs import standing
from service.fairs.layouts import rows, sheets
from service.fairs.layouts.checks import check
from service.fairs.layouts.drawn import floor_of
from service.fairs.layouts.faults import Fault, faults
from service.fairs.layouts.inputs import FloorDraft, natural
from service.fairs.layouts.laying import lay_out, state_of
from service.fairs.layouts.matching import matched
from service.fairs.layouts.queries import fresh, stored


@dataclass(frozen=True, slots=True)
class Preview:
    """What a sheet would do: the codes of booths that come, change and go, and what would be wrong with the floor then."""

    id: UUID | None  # Of the sheet that waits; None where it was refused.
    wrong: tuple[sheets.Wrong, ...]
    booths: int = 0
    halls: int = 0
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def same(self) -> bool:
        """Whether no booth would be another one."""
        return not (self.added or self.changed or self.removed)


async def hold_sheet(session: AsyncSession, actor: Actor, slug: str, data: bytes, filename: str) -> Preview:
    """Read a sheet, say everything that is wrong with it, or what it would do; then it waits for the word, for a day.

    Only the last sheet waits: whoever sends another one takes its place.
    """
    fair = await standing.own(session, slug, actor, lock=True)
    draft, wrong = sheets.read(data)
    if draft is None:
        return Preview(None, tuple(wrong))
    before = await stored(session, fair.id)
    stands = rows.draft_of(before)
    try:
        after = matched(draft, stands)
        check(after)
    except Invalid as refusal:
        said = refusal.errors.values() if refusal.errors else (refusal.message,)
        return Preview(None, tuple(sheets.Wrong(None, None, words) for words in said))
    step = rows.difference(before, rows.rows_of(after))
    state = await state_of(session, fair.id)
    state.waiting = {"version": state.version, "filename": filename[:200], "draft": draft.model_dump(mode="json", exclude=IDS)}
    state.waiting_id, state.waiting_by, state.waiting_at = new_id(), actor.person_id, clock.now()
    await session.flush()
    return _preview(state.waiting_id, step, before, after, fair.id)


THINGS = {"__all__": {"id": True}}
IDS: Any = {"classes": THINGS, "zones": THINGS, "halls": {"__all__": {"id": True, "booths": THINGS, "things": THINGS}}}


async def lay_sheet(session: AsyncSession, actor: Actor, slug: str, sheet_id: UUID) -> int:
    """Lay out the floor of the sheet that waits; gives back the version the floor has now.

    The same word twice lays out once. Raises Conflict where the floor is not the one any more that the sheet was held against.
    """
    fair = await standing.own(session, slug, actor, lock=True)
    state = await state_of(session, fair.id)
    if state.waiting is None or not fresh(state):
        raise Conflict(_("Bảng này đã được lưu hoặc đã quá một ngày. Hãy gửi lại tệp."))
    if state.waiting_id != sheet_id:
        raise Conflict(_("Một bảng khác vừa được gửi lên thay cho bảng này. Hãy xem lại bảng mới nhất."))
    waiting = state.waiting
    draft = FloorDraft.model_validate(waiting["draft"])
    state.waiting = state.waiting_id = state.waiting_by = state.waiting_at = None
    what = _("Bảng %(name)s", name=waiting["filename"])
    return await lay_out(session, actor, slug, draft, version=waiting["version"], what=what)


def _preview(sheet_id: UUID, step: rows.Change, before: rows.Rows, after: FloorDraft, fair_id: UUID) -> Preview:
    now = {booth.id: booth.code for booth in after.booths}
    lines = step.get("booth", [])
    added = sorted((now[line["id"]] for line in lines if line["old"] is None), key=natural)
    removed = sorted((before["booth"][line["id"]]["code"] for line in lines if line["new"] is None), key=natural)
    changed = sorted((now[line["id"]] for line in lines if line["old"] is not None and line["new"] is not None), key=natural)
    whole = sum(1 for booth in after.booths if booth.part_of is None)
    found = faults(floor_of(fair_id, after))
    return Preview(sheet_id, (), whole, len(after.halls), tuple(added), tuple(changed), tuple(removed), found)

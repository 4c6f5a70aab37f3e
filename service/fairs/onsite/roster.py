"""Who stands at a fair: everybody who has a booth now, and everybody who has left a trace there.

`Standing` joins the two: an exhibitor is known by its supplier, else by its application, else by its name on the fascia, so
that a plan that is published anew changes its booths and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service.accounts import Actor, Role
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.fairs import standing
from service.fairs.bookings import Occupied, occupied
from service.fairs.models import Fair
from service.fairs.onsite import codes, rules
from service.fairs.onsite.events import PassMade, PassRevoked, RosterMade
from service.fairs.onsite.inputs import PassDraft
from service.fairs.onsite.models import Exhibitor, Pass

MOST_PASSES = 30

_SUPPLIER = text("SELECT s.id FROM catalogue_supplier s WHERE s.organisation_id = :own").bindparams(
    bindparam("own", type_=Uuid)
)


@dataclass(frozen=True, slots=True)
class Standing:
    """One who stands, or stood, at a fair. `id` is None until something is written of it."""

    id: UUID | None
    name: str
    application_id: UUID | None
    supplier_id: UUID | None
    supplier_slug: str | None
    booths: tuple[Occupied, ...]

    @property
    def codes(self) -> str:
        """Its booths as they are read out."""
        return ", ".join(dict.fromkeys(each.booth for each in self.booths))

    @property
    def hall(self) -> str:
        """The hall of its first booth; empty where it has none any more."""
        return self.booths[0].hall if self.booths else ""

    def at(self, day: date) -> tuple[str, ...]:
        """The codes of its booths on a day."""
        return tuple(dict.fromkeys(each.booth for each in self.booths if each.first_day <= day <= each.last_day))


async def who_stands(session: AsyncSession, fair_id: UUID) -> list[Standing]:
    """Everybody, by hall and booth; those who have no booth any more come last: two statements."""
    taken = [each for each in await occupied(session, fair_id) if each.state == "taken"]
    known = await session.scalars(select(Exhibitor).where(Exhibitor.fair_id == fair_id).order_by(Exhibitor.name, Exhibitor.id))
    return _joined(taken, list(known))


async def make_roster(session: AsyncSession, actor: Actor, slug: str) -> int:
    """Write down everybody who has a booth and give each a first pass; again: only who is new. Gives back how many were."""
    fair = await standing.own(session, slug, actor, lock=True)
    return await complete(session, actor, fair)


async def complete(session: AsyncSession, actor: Actor, fair: Fair) -> int:
    """The same for a fair whose row is locked already."""
    new = [each for each in await who_stands(session, fair.id) if each.id is None]
    if new:
        await session.execute(insert(Exhibitor).on_conflict_do_nothing(), [_row(fair.id, each) for each in new])
    bare = list(
        await session.scalars(
            select(Exhibitor.id)
            .where(Exhibitor.fair_id == fair.id, ~select(Pass.id).where(Pass.exhibitor_id == Exhibitor.id).exists())
            .order_by(Exhibitor.id)
        )
    )
    if bare:
        rows = [
            {"id": new_id(), "fair_id": fair.id, "exhibitor_id": each, "number": 1, "code": codes.drawn(),
             "made_at": clock.now()}
            for each in bare
        ]  # fmt: skip
        await session.execute(insert(Pass), rows)
    if new or bare:
        await announce(session, RosterMade(fair.id), actor=actor, new={"exhibitors": len(new), "passes": len(bare)})
    return max(len(new), len(bare))


async def add_pass(session: AsyncSession, actor: Actor, slug: str, what: PassDraft) -> Pass:
    """One more pass for an exhibitor; the number it gets tells it from the others."""
    fair = await standing.own(session, slug, actor, lock=True)
    await exhibitor_in(session, fair.id, what.exhibitor)
    last = await session.scalar(select(func.max(Pass.number)).where(Pass.exhibitor_id == what.exhibitor))
    if (last or 0) >= MOST_PASSES:
        raise Conflict(_("Mỗi đơn vị nhiều nhất %(n)s thẻ. Hãy thu hồi thẻ mất trước.", n=MOST_PASSES))
    made = Pass(
        fair_id=fair.id, exhibitor_id=what.exhibitor, number=(last or 0) + 1, code=codes.drawn(), holder=what.holder,
        made_at=clock.now(),
    )  # fmt: skip
    session.add(made)
    await session.flush()
    await announce(session, PassMade(fair.id, made.id), actor=actor, new={"number": made.number})
    return made


async def revoke_pass(session: AsyncSession, actor: Actor, slug: str, pass_id: UUID) -> Pass:
    """A lost pass opens nothing any more; who came with it has come. Again changes nothing."""
    fair = await standing.own(session, slug, actor, lock=True)
    found = await session.scalar(select(Pass).where(Pass.id == pass_id, Pass.fair_id == fair.id))
    if found is None:
        raise NotFound(_("Không có thẻ này."))
    if found.revoked_at is None:
        found.revoked_at = clock.now()
        await session.flush()
        await announce(session, PassRevoked(fair.id, found.id), actor=actor, new={"revoked_at": found.revoked_at})
    return found


@dataclass(frozen=True, slots=True)
class OwnStand:
    """What somebody may write for: a fair, one exhibitor there, its booths."""

    fair: Fair
    days: tuple[date, ...]
    exhibitor: Exhibitor
    booths: tuple[Occupied, ...]

    def booth_on(self, day: date, typed: str | None) -> str | None:
        """The booth that is meant; the first one of that day where none was said; None where what was said is not its own."""
        codes_of_day = Standing(None, "", None, None, None, self.booths).at(day) or tuple({each.booth for each in self.booths})
        if typed is None:
            return codes_of_day[0] if codes_of_day else None
        return next((code for code in (each.booth for each in self.booths) if code.casefold() == typed.casefold()), None)


async def own_stand(session: AsyncSession, slug: str, actor: Actor, *, exhibitor_id: UUID | None = None) -> OwnStand:
    """The stand for which the actor writes: a supplier's own, or with `exhibitor_id` any of a fair for its organiser.

    The exhibitor's row is locked, so two of its people take turns; it is made where nothing has been written of it yet.
    """
    if exhibitor_id is not None:
        fair = await standing.own(session, slug, actor)
        exhibitor = await exhibitor_in(session, fair.id, exhibitor_id, lock=True)
        entry = _of(await who_stands(session, fair.id), exhibitor)
        return OwnStand(fair, tuple(standing.days(fair)), exhibitor, entry.booths if entry else ())
    fair = await standing.visible(session, slug, actor)
    entry = await own_entry(session, fair, actor)
    if entry.id is None:
        await session.execute(insert(Exhibitor).on_conflict_do_nothing(), [_row(fair.id, entry)])
        entry = await own_entry(session, fair, actor)
    if entry.id is None:  # Only a supplier whose row was in the way under another key comes here.
        raise Conflict(_("Chưa ghi được đơn vị của bạn vào danh sách tại chợ. Hãy nhờ ban tổ chức lập danh sách."))
    return OwnStand(
        fair, tuple(standing.days(fair)), await exhibitor_in(session, fair.id, entry.id, lock=True), entry.booths
    )  # fmt: skip


async def own_entry(session: AsyncSession, fair: Fair, actor: Actor) -> Standing:
    """The stand of the actor's own supplier. Raises NotFound where it has none, NotAllowed where she may only look."""
    found = await seen_entry(session, fair, actor)
    if not rules.may_use_booth(actor, actor.organisation_id):
        raise NotAllowed(_("Bạn chỉ có quyền xem trong tổ chức này. Hãy nhờ chủ tổ chức cấp quyền thành viên."))
    return found


async def seen_entry(session: AsyncSession, fair: Fair, actor: Actor) -> Standing:
    """The same for whoever may read it."""
    supplier_id = await own_supplier_id(session, actor)
    found = next((each for each in await who_stands(session, fair.id) if each.supplier_id == supplier_id), None)
    if supplier_id is None or found is None:
        raise NotFound(_("Bạn không có gian hàng ở hội chợ này."))
    return found


async def own_supplier_id(session: AsyncSession, actor: Actor) -> UUID | None:
    """The supplier that the actor acts for; None for anybody else. Raises NotAllowed for who is no supplier at all."""
    if actor.role is not Role.SUPPLIER or actor.organisation_id is None:
        raise NotAllowed(_("Trang này dành cho đơn vị có gian hàng tại hội chợ."))
    found: UUID | None = await session.scalar(_SUPPLIER, {"own": actor.organisation_id})
    return found


async def exhibitor_in(session: AsyncSession, fair_id: UUID, exhibitor_id: UUID, *, lock: bool = False) -> Exhibitor:
    """An exhibitor of that fair. Raises NotFound for any other."""
    query = select(Exhibitor).where(Exhibitor.id == exhibitor_id, Exhibitor.fair_id == fair_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found: Exhibitor | None = await session.scalar(query)
    if found is None:
        raise NotFound(_("Không có đơn vị này trong danh sách tại chợ."))
    return found


def _row(fair_id: UUID, each: Standing) -> dict[str, object]:
    return {
        "id": new_id(), "fair_id": fair_id, "application_id": each.application_id, "supplier_id": each.supplier_id,
        "name": each.name, "version": 1, "created_at": clock.now(), "updated_at": clock.now(),
    }  # fmt: skip


def _of(every: Iterable[Standing], exhibitor: Exhibitor) -> Standing | None:
    return next((each for each in every if each.id == exhibitor.id), None)


def _joined(taken: Sequence[Occupied], known: Sequence[Exhibitor]) -> list[Standing]:
    """Pure: one line for each exhibitor."""
    booths: dict[tuple[str, object], list[Occupied]] = {}
    for each in taken:
        booths.setdefault(known_by(each.application_id, each.supplier_id, each.name), []).append(each)
    rows = {known_by(each.application_id, each.supplier_id, each.name): each for each in known}
    lines = []
    for key, own in booths.items():
        row = rows.pop(key, None)
        first = own[0]
        lines.append(
            Standing(
                row.id if row else None, first.name, first.application_id, first.supplier_id, first.supplier_slug, tuple(own)
            )
        )
    left = [Standing(row.id, row.name, row.application_id, row.supplier_id, None, ()) for row in rows.values()]
    return [*lines, *left]


def known_by(application_id: UUID | None, supplier_id: UUID | None, name: str) -> tuple[str, object]:
    """A supplier has one stand at a fair, however it came to its booths; others are known by their application, or a name."""
    if supplier_id is not None:
        return ("supplier", supplier_id)
    return ("application", application_id) if application_id is not None else ("name", name)

"""Announcing fairs, keeping them right, calling them off, and saying which buyers will be there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from service.accounts import Actor
from service.core import clock, places
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.core.text import slug
from service.fairs import rules
from service.fairs.events import BuyerExpected, FairAnnounced, FairCancelled, FairRevised
from service.fairs.inputs import Expected, FairDraft, HallDraft
from service.fairs.models import Fair, FairBuyer, FairState, Hall


async def announce_fair(session: AsyncSession, actor: Actor, draft: FairDraft, *, organisation_id: UUID | None = None) -> Fair:
    """Put a fair on the calendar. The same draft with the same slug again brings that fair up to date.

    An organiser's fairs are its own; the system and officers may enter one for an organisation, or for nobody.
    """
    owner = organisation_id if organisation_id is not None else _own(actor)
    if not rules.may_announce(actor) or not rules.may_change(actor, owner):
        raise NotAllowed(_("Chỉ ban tổ chức mới công bố được hội chợ."))
    _check_place(draft)
    wanted = slug(draft.slug or f"{draft.name} {draft.days()[0].year}")
    fair = await session.scalar(select(Fair).where(Fair.slug == wanted).with_for_update())
    if fair is not None:
        if not rules.may_change(actor, fair.organisation_id):
            raise Conflict(_("Đã có một hội chợ khác mang tên này trong năm. Hãy đặt tên khác."))
        return await _bring_up_to_date(session, actor, fair, draft)
    fair = Fair(slug=wanted, organisation_id=owner, state=FairState.ANNOUNCED, **draft.values())
    session.add(fair)
    await session.flush()
    await _write_halls(session, fair.id, draft.halls)
    await announce(session, FairAnnounced(fair.id), actor=actor, new=draft.values())
    return fair


async def revise_fair(session: AsyncSession, actor: Actor, fair_slug: str, draft: FairDraft, *, version: int) -> Fair:
    """Change a fair; `version` is the one that was read, and the second of two who changed it is told so."""
    fair = await _locked(session, actor, fair_slug)
    if fair.version != version:
        raise Conflict(_("Người khác vừa sửa hội chợ này. Hãy xem lại bản mới rồi sửa tiếp."))
    _check_place(draft)
    return await _bring_up_to_date(session, actor, fair, draft)


async def cancel_fair(session: AsyncSession, actor: Actor, fair_slug: str) -> Fair:
    """Call a fair off; it stays on the calendar and says so. Again changes nothing."""
    fair = await _locked(session, actor, fair_slug)
    if fair.state != FairState.CANCELLED:
        old = {"state": fair.state}
        fair.state = FairState.CANCELLED
        await session.flush()
        await announce(session, FairCancelled(fair.id), actor=actor, old=old, new={"state": fair.state})
    return fair


async def expect_buyer(session: AsyncSession, actor: Actor, fair_slug: str, expected: Expected) -> FairBuyer:
    """Say that a buyer will be at a fair, and what it looks for there. The same again changes nothing."""
    fair = await _locked(session, actor, fair_slug)
    terms = await catalogue.commodity_terms(session)
    wanted = []
    for named in expected.commodities:
        found = catalogue.called(terms, named)
        if found is None:
            raise Invalid(_("Chợ chưa có mặt hàng “%(name)s”.", name=named[:60]), {"commodities": named[:60]})
        wanted.append(found.id)
    row = await session.get(FairBuyer, (fair.id, expected.buyer_id))
    values = {"looking_for": expected.looking_for, "commodity_ids": wanted}
    if row is None:
        row = FairBuyer(fair_id=fair.id, buyer_id=expected.buyer_id, **values)
        session.add(row)
        await session.flush()
        await announce(session, BuyerExpected(fair.id, expected.buyer_id), actor=actor, new=values)
        return row
    old = {"looking_for": row.looking_for, "commodity_ids": list(row.commodity_ids)}
    if values != old:
        row.looking_for, row.commodity_ids = expected.looking_for, wanted
        await session.flush()
        await announce(session, BuyerExpected(fair.id, expected.buyer_id), actor=actor, old=old, new=values)
    return row


def _own(actor: Actor) -> UUID | None:
    return actor.organisation_id if actor.role == "organiser" else None


def _check_place(draft: FairDraft) -> None:
    wrong = {}
    if draft.province_code is not None and places.province(draft.province_code) is None:
        wrong["province_code"] = _("Không có tỉnh, thành phố mang mã “%(code)s”.", code=draft.province_code[:10])
    if draft.commune_code is not None and places.commune(draft.commune_code) is None:
        wrong["commune_code"] = _("Không có xã, phường mang mã “%(code)s”.", code=draft.commune_code[:10])
    if wrong:
        raise Invalid(_("Hội chợ còn chỗ cần sửa."), wrong)


async def _locked(session: AsyncSession, actor: Actor, fair_slug: str) -> Fair:
    fair = await session.scalar(
        select(Fair).where(Fair.slug == fair_slug).with_for_update().execution_options(populate_existing=True)
    )
    if fair is None or not rules.may_see(actor, fair.state, fair.organisation_id):
        raise NotFound(_("Không tìm thấy hội chợ này."))
    if not rules.may_change(actor, fair.organisation_id):
        raise NotAllowed(_("Chỉ ban tổ chức mới sửa được hội chợ này."))
    return fair


async def _bring_up_to_date(session: AsyncSession, actor: Actor, fair: Fair, draft: FairDraft) -> Fair:
    values = draft.values()
    old = {name: getattr(fair, name) for name in values}
    changed = {name: value for name, value in values.items() if value != old[name]}
    halls_before = await _halls(session, fair.id)
    halls_now = [(hall.name, hall.about, hall.area_m2) for hall in draft.halls]
    if not changed and halls_before == halls_now:
        return fair
    for name, value in changed.items():
        setattr(fair, name, value)
    fair.updated_at = clock.now()
    await session.flush()
    told: dict[str, Any] = dict(changed)
    before = {name: old[name] for name in changed}
    if halls_before != halls_now:
        await session.execute(delete(Hall).where(Hall.fair_id == fair.id))
        await _write_halls(session, fair.id, draft.halls)
        told["halls"], before["halls"] = halls_now, halls_before
    await announce(session, FairRevised(fair.id), actor=actor, old=before, new=told)
    return fair


async def _halls(session: AsyncSession, fair_id: UUID) -> list[tuple[str, str | None, Any]]:
    found = await session.execute(
        select(Hall.name, Hall.about, Hall.area_m2).where(Hall.fair_id == fair_id).order_by(Hall.position)
    )
    return [(name, about, area) for name, about, area in found.all()]


async def _write_halls(session: AsyncSession, fair_id: UUID, halls: tuple[HallDraft, ...]) -> None:
    for position, hall in enumerate(halls):
        session.add(Hall(fair_id=fair_id, position=position, name=hall.name, about=hall.about, area_m2=hall.area_m2))
    await session.flush()

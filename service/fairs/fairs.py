"""Preparing and announcing fairs, keeping them right, calling them off, and saying which buyers will be there."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from service.accounts import Actor
from service.core import clock, places
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.core.text import slug
from service.fairs import rules
from service.fairs.events import BuyerExpected, FairAnnounced, FairCancelled, FairDrafted, FairRevised
from service.fairs.halls import hall_lines, keep_halls
from service.fairs.hours import keep_days
from service.fairs.inputs import Expected, FairDraft
from service.fairs.models import Fair, FairBuyer, FairState

MOST_NAMESAKES = 50


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
    await keep_halls(session, fair.id, draft.halls)
    await announce(session, FairAnnounced(fair.id), actor=actor, new=draft.values())
    return fair


async def draft_fair(
    session: AsyncSession, actor: Actor, draft: FairDraft, *, key: UUID, copied_from: UUID | None = None
) -> Fair:
    """Prepare a fair that nobody else sees before it is announced. The same key again is the same fair.

    Another fair may bear the same name: then the address gets a number.
    """
    if not rules.may_announce(actor):
        raise NotAllowed(rules.why_not_announce(actor))
    there = await _drafted(session, actor, key)
    if there is not None:
        return there
    _check_place(draft)
    made = Fair(
        key=key, slug=await _free_slug(session, draft), organisation_id=_own(actor), state=FairState.DRAFT,
        copied_from=copied_from, **draft.values(),
    )  # fmt: skip
    try:
        async with session.begin_nested():
            session.add(made)
    except IntegrityError as error:  # The other press of the same button was faster, or somebody took the address.
        there = await _drafted(session, actor, key)
        if there is None:
            raise Conflict(_("Có người vừa lập một hội chợ cùng tên. Hãy thử lại.")) from error
        return there
    await keep_halls(session, made.id, draft.halls)
    await announce(session, FairDrafted(made.id), actor=actor, new=draft.values())
    return made


async def publish_fair(session: AsyncSession, actor: Actor, fair_slug: str, *, version: int | None = None) -> Fair:
    """Put a prepared fair on the calendar for everybody. Again changes nothing."""
    fair = await _locked(session, actor, fair_slug)
    if fair.state == FairState.ANNOUNCED:
        return fair
    if fair.state == FairState.CANCELLED:
        raise Conflict(_("Hội chợ này đã hủy. Hãy lập hội chợ mới từ nó."))
    _same_version(fair, version)
    wrong = {}
    if fair.ends_on < clock.today():
        wrong["ends_on"] = _("Ngày của hội chợ đã qua. Hãy sửa ngày trước khi công bố.")
    if fair.province_code is None:
        wrong["province_code"] = _("Hãy ghi tỉnh, thành phố nơi tổ chức trước khi công bố.")
    if wrong:
        raise Invalid(" ".join(wrong.values()), wrong)
    fair.state = FairState.ANNOUNCED
    fair.updated_at = clock.now()
    await session.flush()
    await announce(session, FairAnnounced(fair.id), actor=actor, old={"state": FairState.DRAFT}, new={"state": fair.state})
    return fair


async def revise_fair(session: AsyncSession, actor: Actor, fair_slug: str, draft: FairDraft, *, version: int) -> Fair:
    """Change a fair; `version` is the one that was read, and the second of two who changed it is told so."""
    fair = await _locked(session, actor, fair_slug)
    _same_version(fair, version)
    _check_place(draft)
    return await _bring_up_to_date(session, actor, fair, draft)


async def cancel_fair(session: AsyncSession, actor: Actor, fair_slug: str, *, version: int | None = None) -> Fair:
    """Call a fair off; it stays on the calendar and says so. Again changes nothing."""
    fair = await _locked(session, actor, fair_slug)
    if fair.state != FairState.CANCELLED:
        _same_version(fair, version)
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


def _same_version(fair: Fair, version: int | None) -> None:
    if version is not None and fair.version != version:
        raise Conflict(_("Người khác vừa sửa hội chợ này. Hãy xem lại bản mới rồi sửa tiếp."))


async def _drafted(session: AsyncSession, actor: Actor, key: UUID) -> Fair | None:
    """The fair that this key has made already. Somebody else's key is hers."""
    fair: Fair | None = await session.scalar(select(Fair).where(Fair.key == key))
    if fair is not None and not rules.may_change(actor, fair.organisation_id):
        raise Conflict(_("Biểu mẫu này đã dùng rồi. Hãy mở lại trang."))
    return fair


async def _free_slug(session: AsyncSession, draft: FairDraft) -> str:
    plain = slug(draft.slug or f"{draft.name} {draft.days()[0].year}")
    ways = [plain, *(f"{plain}-{n}" for n in range(2, MOST_NAMESAKES))]
    taken = set(await session.scalars(select(Fair.slug).where(Fair.slug.in_(ways))))
    free = next((each for each in ways if each not in taken), None)
    if free is None:
        raise Conflict(_("Đã có quá nhiều hội chợ mang tên này trong năm. Hãy đặt tên khác."))
    return free


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
    values = draft.said()
    old = {name: getattr(fair, name) for name in values}
    changed = {name: value for name, value in values.items() if value != old[name]}
    halls_before = halls_now = await hall_lines(session, fair.id)
    if "halls" in draft.model_fields_set:
        halls_now = [(hall.name, hall.about, hall.area_m2) for hall in draft.halls]
    if not changed and halls_before == halls_now:
        return fair
    for name, value in changed.items():
        setattr(fair, name, value)
    fair.updated_at = clock.now()
    await session.flush()
    told: dict[str, object] = dict(changed)
    before = {name: old[name] for name in changed}
    if "starts_on" in changed or "ends_on" in changed:
        await keep_days(session, fair, old["starts_on"])
    if halls_before != halls_now:
        await keep_halls(session, fair.id, draft.halls)
        told["halls"], before["halls"] = halls_now, halls_before
    await announce(session, FairRevised(fair.id), actor=actor, old=before, new=told)
    return fair

"""Who came to the booth and what she wants (F15): the exhibitor's own, told to nobody else, and forgotten when she asks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service.accounts import Actor
from service.core import clock
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.fairs.onsite import rules
from service.fairs.onsite.events import LeadErased, LeadRevised, LeadTaken
from service.fairs.onsite.goods import buyer_named, own_product
from service.fairs.onsite.inputs import LeadDraft
from service.fairs.onsite.models import Lead
from service.fairs.onsite.roster import OwnStand, own_stand

MOST_LEADS = 2000
_OWNER = text("SELECT s.organisation_id FROM catalogue_supplier s WHERE s.id = :id").bindparams(bindparam("id", type_=Uuid))


async def take_lead(session: AsyncSession, actor: Actor, slug: str, draft: LeadDraft) -> Lead:
    """Keep a lead for the own booth. The same key again is the same lead, whatever is said then."""
    stand = await own_stand(session, slug, actor)
    assert stand.exhibitor.supplier_id is not None  # noqa: S101 - who has an account here is on the market.
    before = await session.scalar(select(Lead).where(Lead.supplier_id == stand.exhibitor.supplier_id, Lead.key == draft.key))
    if before is not None:
        return before
    reason = rules.why_not_write(stand.fair, stand.days, clock.today())
    if reason is not None:
        raise Conflict(reason)
    count = await session.scalar(select(func.count()).where(Lead.exhibitor_id == stand.exhibitor.id))
    if (count or 0) >= MOST_LEADS:
        raise Conflict(_("Đã có %(n)s khách ở hội chợ này. Hãy xóa bớt những dòng không cần.", n=MOST_LEADS))
    values = await _values(session, stand, draft, None)
    lead = Lead(
        fair_id=stand.fair.id, exhibitor_id=stand.exhibitor.id, supplier_id=stand.exhibitor.supplier_id, key=draft.key,
        taken_by=actor.person_id, taken_at=clock.now(), **values,
    )  # fmt: skip
    session.add(lead)
    await session.flush()
    await announce(session, LeadTaken(stand.fair.id, lead.id), actor=actor, new={"rating": lead.rating, "day": lead.day})
    return lead


async def revise_lead(session: AsyncSession, actor: Actor, slug: str, lead_id: UUID, draft: LeadDraft) -> Lead:
    """Say it better, in place of what was said; the second of two who do so is told."""
    stand = await own_stand(session, slug, actor)
    lead = await _locked(session, actor, lead_id, stand.fair.id)
    if lead.erased_at is not None:
        raise Conflict(_("Thông tin của khách này đã xóa theo yêu cầu, không sửa lại được."))
    if draft.version is not None and draft.version != lead.version:
        raise Conflict(_("Người khác trong đơn vị vừa sửa khách này. Hãy xem lại bản mới rồi sửa tiếp."))
    values = await _values(session, stand, draft, lead)
    if all(getattr(lead, name) == value for name, value in values.items()):
        return lead
    for name, value in values.items():
        setattr(lead, name, value)
    await session.flush()
    await announce(session, LeadRevised(lead.fair_id, lead.id), actor=actor)
    return lead


async def erase_lead(session: AsyncSession, actor: Actor, slug: str, lead_id: UUID) -> Lead:
    """Forget the person, because she asks or because nobody needs it: the count of leads stays, nothing of her does."""
    stand = await own_stand(session, slug, actor)
    lead = await _locked(session, actor, lead_id, stand.fair.id)
    if lead.erased_at is None:
        lead.erased_at = clock.now()
        for name in ("person", "organisation", "phone", "consent_at", "wants", "notes", "buyer_id", "follow_up_on"):
            setattr(lead, name, None)
        await session.flush()
        await announce(session, LeadErased(lead.fair_id, lead.id), actor=actor)
    return lead


async def _values(session: AsyncSession, stand: OwnStand, draft: LeadDraft, before: Lead | None) -> dict[str, Any]:
    wrong: dict[str, str] = {}
    today = clock.today()
    day = draft.day or (before.day if before else min(max(today, stand.days[0]), stand.days[-1]))
    reason = rules.why_not_day(stand.days, day, today)
    if reason is not None:
        wrong["day"] = reason
    if draft.phone is not None and not draft.consent:
        wrong["consent"] = _("Chỉ lưu số điện thoại khi khách đồng ý. Đánh dấu ô này, hoặc bỏ số điện thoại.")
    booth = stand.booth_on(day, draft.booth)
    if draft.booth is not None and booth is None:
        wrong["booth"] = _("Đơn vị không có gian “%(code)s”.", code=draft.booth[:40])
    product = await own_product(session, stand.exhibitor.supplier_id, draft.product, wrong)
    buyer_id = await buyer_named(session, draft.buyer, wrong)
    if wrong:
        raise Invalid(_("Khách hỏi hàng còn chỗ cần sửa."), wrong)
    consent_at = None
    if draft.phone is not None:
        # Who agreed to another number has agreed to nothing about this one.
        consent_at = before.consent_at if before is not None and before.phone == draft.phone else clock.now()
    return {
        "day": day, "booth": booth, "person": draft.person, "organisation": draft.organisation, "phone": draft.phone,
        "consent_at": consent_at, "wants": draft.wants, "product_id": product.id if product else None, "kg": draft.kg,
        "rating": draft.rating, "notes": draft.notes, "buyer_id": buyer_id, "follow_up_on": draft.follow_up_on,
    }  # fmt: skip


async def _locked(session: AsyncSession, actor: Actor, lead_id: UUID, fair_id: UUID) -> Lead:
    lead = await session.scalar(
        select(Lead)
        .where(Lead.id == lead_id, Lead.fair_id == fair_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    owner = await session.scalar(_OWNER, {"id": lead.supplier_id}) if lead is not None else None
    if lead is None or not rules.may_read_booth(actor, owner):
        raise NotFound(_("Không có khách này."))
    if not rules.may_use_booth(actor, owner):
        raise NotAllowed(_("Bạn chỉ có quyền xem trong tổ chức này. Hãy nhờ chủ tổ chức cấp quyền thành viên."))
    return lead

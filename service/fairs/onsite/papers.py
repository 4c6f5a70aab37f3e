"""Memoranda and contracts that were signed at a booth, and what an exhibitor says of its own goods and costs."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock
from service.core.errors import Conflict, Invalid, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.fairs.onsite import rules
from service.fairs.onsite.events import OwnFactsSaid, PaperSigned, PaperWithdrawn
from service.fairs.onsite.goods import buyer_named
from service.fairs.onsite.inputs import OwnFacts, PaperDraft
from service.fairs.onsite.models import Exhibitor, SignedPaper
from service.fairs.onsite.roster import OwnStand, own_stand

MOST_PAPERS = 300
FACTS = ("brought_kg", "left_kg", "own_costs_vnd", "follow_up_on")


async def sign_paper(
    session: AsyncSession, actor: Actor, slug: str, draft: PaperDraft, *, exhibitor_id: UUID | None = None
) -> SignedPaper:
    """Write down what was signed; the same key again is the same paper. It is no sale and enters no figure of sales."""
    stand = await own_stand(session, slug, actor, exhibitor_id=exhibitor_id)
    of_stand = SignedPaper.exhibitor_id == stand.exhibitor.id
    before = await session.scalar(select(SignedPaper).where(of_stand, SignedPaper.key == draft.key))
    if before is not None:
        return before
    _refuse_closed(stand)
    count = await session.scalar(select(func.count()).where(of_stand, SignedPaper.withdrawn_at.is_(None)))
    if (count or 0) >= MOST_PAPERS:
        raise Conflict(_("Đã ghi %(n)s biên bản, hợp đồng ở hội chợ này.", n=MOST_PAPERS))
    wrong: dict[str, str] = {}
    day = draft.day or min(max(clock.today(), stand.days[0]), stand.days[-1])
    reason = rules.why_not_day(stand.days, day, clock.today())
    if reason is not None:
        wrong["day"] = reason
    buyer_id = await buyer_named(session, draft.buyer, wrong)
    if wrong:
        raise Invalid(_("Biên bản, hợp đồng còn chỗ cần sửa."), wrong)
    paper = SignedPaper(
        fair_id=stand.fair.id, exhibitor_id=stand.exhibitor.id, key=draft.key, kind=draft.kind, day=day, partner=draft.partner,
        buyer_id=buyer_id, what=draft.what, kg=draft.kg, vnd=draft.vnd, typed_by=actor.person_id, typed_at=clock.now(),
    )  # fmt: skip
    session.add(paper)
    await session.flush()
    new = {"kind": paper.kind, "day": day, "kg": paper.kg, "vnd": paper.vnd}
    await announce(session, PaperSigned(stand.fair.id, paper.id), actor=actor, new=new)
    return paper


async def withdraw_paper(
    session: AsyncSession, actor: Actor, slug: str, paper_id: UUID, *, exhibitor_id: UUID | None = None
) -> SignedPaper:
    """It was none, or was written wrong; the row stays and counts no more. Again changes nothing."""
    stand = await own_stand(session, slug, actor, exhibitor_id=exhibitor_id)
    _refuse_closed(stand)
    paper = await session.scalar(
        select(SignedPaper).where(SignedPaper.id == paper_id, SignedPaper.exhibitor_id == stand.exhibitor.id)
    )
    if paper is None:
        raise NotFound(_("Không có biên bản, hợp đồng này."))
    if paper.withdrawn_at is None:
        paper.withdrawn_at = clock.now()
        await session.flush()
        old = {"kind": paper.kind, "kg": paper.kg, "vnd": paper.vnd}
        await announce(session, PaperWithdrawn(stand.fair.id, paper.id), actor=actor, old=old)
    return paper


async def say_own_facts(session: AsyncSession, actor: Actor, slug: str, facts: OwnFacts) -> Exhibitor:
    """Say what the own booth has brought, took home and spent; empty takes a word back."""
    stand = await own_stand(session, slug, actor)
    _refuse_closed(stand)
    exhibitor = stand.exhibitor
    if facts.version is not None and facts.version != exhibitor.version:
        raise Conflict(_("Người khác trong đơn vị vừa sửa phần này. Hãy xem lại số mới rồi sửa tiếp."))
    old = {name: getattr(exhibitor, name) for name in FACTS}
    new = {name: getattr(facts, name) for name in FACTS}
    if old == new:
        return exhibitor
    for name, value in new.items():
        setattr(exhibitor, name, value)
    exhibitor.updated_at = clock.now()
    await session.flush()
    await announce(session, OwnFactsSaid(stand.fair.id, exhibitor.id), actor=actor, old=old, new=new)
    return exhibitor


def _refuse_closed(stand: OwnStand) -> None:
    reason = rules.why_not_write(stand.fair, stand.days, clock.today())
    if reason is not None:
        raise Conflict(reason)

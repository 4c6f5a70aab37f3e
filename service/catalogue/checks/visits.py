"""Field checks: lots are drawn, suppliers visited, findings written down, complaints noted (V11).

A round is written once and never changed: the seed, the list with its weights and its digest are what anybody draws again.
A visit that waits is open; what was found closes it, and with it every complaint that was noted before.
"""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.catalogue import events
from service.catalogue.checks import drawing
from service.catalogue.checks import rules as check_rules
from service.catalogue.checks.inputs import ComplaintInput, FindingInput, RoundInput
from service.catalogue.checks.models import Check, CheckCandidate, CheckRound, Complaint
from service.catalogue.kinds import WARNING_DAYS
from service.catalogue.models import Product, State, Supplier
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # No 0, 1, I, L, O: a code is read out on the phone.
# Two officers who draw at the same moment must not send two people to one supplier: the second sees the first's visits.
DRAWING = 7311
RISKS = text("""
SELECT s.id,
       (SELECT max(k.visited_on) FROM catalogue_check k WHERE k.supplier_id = s.id) AS last_check,
       EXISTS (SELECT FROM catalogue_certificate h WHERE h.supplier_id = s.id AND h.state = 'checked'
                  AND h.valid_to BETWEEN :today AND :soon) AS expiring,
       (SELECT count(*) FROM catalogue_complaint c WHERE c.supplier_id = s.id AND c.check_id IS NULL) AS complaints,
       EXISTS (SELECT FROM catalogue_review r WHERE r.supplier_id = s.id AND r.is_revision AND r.state <> 'withdrawn'
                  AND r.submitted_at > coalesce((SELECT max(k.visited_on) FROM catalogue_check k WHERE k.supplier_id = s.id),
                                                '-infinity'::date)) AS changed
  FROM catalogue_supplier s
 WHERE s.state = 'published' AND NOT EXISTS (SELECT FROM catalogue_check k WHERE k.supplier_id = s.id AND k.visited_on IS NULL)
   AND (cardinality(CAST(:area AS text[])) = 0 OR s.province_code = ANY(:area) OR s.commune_code = ANY(:area))
 ORDER BY s.id
""")


async def draw_checks(
    session: AsyncSession, actor: Actor, asked: RoundInput, *, key: UUID | None = None, seed: str | None = None
) -> CheckRound:
    """Draw which suppliers are visited next, and publish everything that it takes to draw them again.

    The seed comes from the operating system at the moment of the draw, so nobody can try seeds until one pleases; only the
    demo and tests hand one in. With a `key` that stays the same, the same form sent twice draws once.
    """
    if not check_rules.may_draw(actor):
        raise NotAllowed(_("Chỉ cán bộ mới bốc thăm kiểm tra."))
    await one_at_a_time(session)
    drawn = await session.get(CheckRound, key) if key is not None else None
    if drawn is not None:
        return drawn
    area = [asked.commune_code] if asked.commune_code else list(actor.duty)
    today = clock.today()
    risks = await _risks(session, area, today)
    if not risks:
        message = _("Không có nhà cung cấp nào để bốc: nơi này chưa có ai đang đăng, hoặc ai cũng đang chờ kiểm tra.")
        raise Invalid(message, {"commune_code": message})
    points = {supplier_id: drawing.reasons(risk, today) for supplier_id, risk in risks.items()}
    candidates = [drawing.Candidate(str(each), drawing.weight(found)) for each, found in points.items()]
    seed = seed or secrets.token_hex(16)
    winners = drawing.draw(seed, candidates, asked.wanted)
    places = {UUID(each.id): place for place, each in enumerate(winners, 1)}
    drawn = CheckRound(
        id=key or new_id(), code=await _free_code(session), recipe=drawing.RECIPE, seed=seed, wanted=asked.wanted,
        digest=drawing.digest(candidates), area=area, drawn_by=actor.person_id, organisation_id=actor.organisation_id,
        drawn_at=clock.now(),
    )  # fmt: skip
    session.add(drawn)
    await session.flush()
    rows = [
        {"round_id": drawn.id, "supplier_id": each, "weight": drawing.weight(found), "reasons": list(found),
         "place": places.get(each)}
        for each, found in points.items()
    ]  # fmt: skip
    await session.execute(insert(CheckCandidate), rows)
    session.add_all([Check(round_id=drawn.id, supplier_id=each) for each in places])
    await session.flush()
    new = {"code": drawn.code, "seed": seed, "digest": drawn.digest, "wanted": asked.wanted, "candidates": len(rows)}
    await announce(session, events.ChecksDrawn(drawn.id), actor=actor, new=new)
    return drawn


async def one_at_a_time(session: AsyncSession) -> None:
    """Wait until no other transaction draws."""
    await session.execute(select(func.pg_advisory_xact_lock(DRAWING)))


async def plan_check(session: AsyncSession, actor: Actor, supplier: str) -> Check:
    """Put a supplier (its code, or the address of its page) on the list of visits without drawing; once is enough."""
    row = await session.scalar(
        select(Supplier)
        .where(or_(Supplier.code == supplier, Supplier.slug == supplier.rsplit("/", 1)[-1]), Supplier.state == State.PUBLISHED)
        .with_for_update()
    )
    if not check_rules.may_draw(actor):
        raise NotAllowed(_("Chỉ cán bộ mới ghi lần kiểm tra."))
    if row is None:
        message = _("Không có nhà cung cấp nào đang đăng mang mã hay địa chỉ này.")
        raise Invalid(message, {"supplier": message})
    waiting = await session.scalar(select(Check).where(Check.supplier_id == row.id, Check.visited_on.is_(None)).limit(1))
    if waiting is not None:
        return waiting
    if not check_rules.may_visit(actor, row.organisation_id):
        raise NotAllowed(_("Bạn là người của nhà cung cấp này; hãy để cán bộ khác đến kiểm tra."))
    check = Check(supplier_id=row.id)
    session.add(check)
    await session.flush()
    await announce(session, events.CheckPlanned(check.id), actor=actor, new={"supplier": row.name})
    return check


async def record_check(session: AsyncSession, actor: Actor, check_id: UUID, version: int, found: FindingInput) -> Check:
    """Write down what was found on the spot; whoever wrote it may correct it. The same words change nothing."""
    check, supplier = await locked_check(session, actor, check_id)
    if check.visited_on is not None and check.visited_by != actor.person_id:
        raise NotAllowed(_("Lần kiểm tra này đã có cán bộ khác ghi kết quả; chỉ người ghi mới sửa được."))
    old, new = _said(check), found.model_dump()
    if old == new:
        return check
    if check.version != version:
        raise Conflict(_("Trong lúc bạn sửa, người khác đã lưu một bản mới. Những gì bạn gõ vẫn còn nguyên bên dưới."))
    for name, value in new.items():
        setattr(check, name, value)
    check.visited_by = actor.person_id
    supplier.updated_at = clock.now()
    await session.flush()
    await session.execute(
        update(Complaint).where(Complaint.supplier_id == supplier.id, Complaint.check_id.is_(None)).values(check_id=check.id)
    )
    await announce(
        session, events.CheckRecorded(supplier.id, check.id), actor=actor, old=old if old["finding"] else None, new=new
    )
    return check


async def locked_check(session: AsyncSession, actor: Actor, check_id: UUID) -> tuple[Check, Supplier]:
    """A visit and its supplier, both locked, if the actor may write down what she found there."""
    place = await session.scalar(select(Check.supplier_id).where(Check.id == check_id))
    if place is None or not check_rules.may_draw(actor):
        raise NotFound(_("Không có lần kiểm tra này."))
    # The supplier first, as everywhere, so that two people never wait for each other in a circle.
    supplier = await session.get_one(Supplier, place, with_for_update=True, populate_existing=True)
    check = await session.get_one(Check, check_id, with_for_update=True, populate_existing=True)
    if not check_rules.may_visit(actor, supplier.organisation_id):
        raise NotAllowed(_("Bạn là người của nhà cung cấp này; hãy để cán bộ khác đến kiểm tra."))
    return check, supplier


async def note_complaint(
    session: AsyncSession, actor: Actor, slug: str, said: ComplaintInput, *, key: UUID | None = None
) -> Complaint:
    """Note what somebody says is wrong at a supplier's: officers read it, and its weight in the next draw rises."""
    # Two presses at once wait for each other here, and the second finds what the first has noted.
    which = select(Supplier).where(Supplier.slug == slug, Supplier.state == State.PUBLISHED)
    supplier = await session.scalar(which.with_for_update(key_share=True))
    if supplier is None:
        raise NotFound(_("Không có nhà cung cấp này, hoặc hồ sơ chưa được đăng."))
    if not check_rules.may_complain(actor, supplier.organisation_id):
        raise NotAllowed(_("Nhà phân phối và cán bộ gửi được phản ánh, về tổ chức khác tổ chức của mình."))
    noted = await session.get(Complaint, key) if key is not None else None
    if noted is not None and noted.noted_by == actor.person_id:
        return noted
    complaint = Complaint(
        id=new_id() if noted or key is None else key, supplier_id=supplier.id, text=said.text,
        product_id=await _product(session, supplier.id, said.product), noted_by=actor.person_id,
        organisation_id=actor.organisation_id, noted_at=clock.now(),
    )  # fmt: skip
    session.add(complaint)
    await session.flush()
    await announce(session, events.ComplaintNoted(complaint.id), actor=actor, new={"supplier": supplier.name})
    return complaint


async def _product(session: AsyncSession, supplier_id: UUID, slug: str | None) -> UUID | None:
    if slug is None:
        return None
    which = select(Product.id).where(Product.supplier_id == supplier_id, Product.slug == slug, Product.state == State.PUBLISHED)
    found = await session.scalar(which)
    if found is None:
        raise Invalid(_("Còn chỗ cần sửa."), {"product": _("Hãy chọn một trong các mục có sẵn.")})
    return found


async def _risks(session: AsyncSession, area: list[str], today: date) -> dict[UUID, drawing.Risk]:
    asked = {"area": area, "today": today, "soon": date.fromordinal(today.toordinal() + WARNING_DAYS)}
    found = await session.execute(RISKS, asked)
    return {row.id: drawing.Risk(row.last_check, row.expiring, row.complaints, row.changed) for row in found}


async def _free_code(session: AsyncSession) -> str:
    while True:
        code = "KT-" + "".join(secrets.choice(LETTERS) for _letter in range(5))
        if await session.scalar(select(CheckRound.id).where(CheckRound.code == code)) is None:
            return code


def _said(check: Check) -> dict[str, Any]:
    return {name: getattr(check, name) for name in FindingInput.model_fields}

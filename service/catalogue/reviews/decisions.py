"""Records are handed in, approved, returned with reasons, or taken back (C18, V4, V5). What waits is told by review_queries.py.

Nobody decides about a record of an organisation she belongs to, nor about one that she has typed anything of. Whoever decides
holds the supplier, the record and the submission locked, in this order: of two officers at the same moment one decides and the
other is told so, and a paper cannot go while a product is being published on the strength of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.accounts import Actor, Role
from service.catalogue import events, kinds, products, rules
from service.catalogue.inputs import Decision
from service.catalogue.models import Certificate, CertificateState, Pack, Product, State, Supplier
from service.catalogue.papers import certificates
from service.catalogue.reviews import submissions
from service.catalogue.reviews.mails import tell_decision, tell_hidden
from service.catalogue.reviews.models import Review, ReviewKind, ReviewState
from service.catalogue.suppliers import apply_profile, locked_supplier, show_supplier, supplier_said
from service.core import clock
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import announce, plain
from service.core.i18n import _

Record = Supplier | Product | Certificate
TYPED = text(
    "SELECT DISTINCT j.person_id FROM core_journal j WHERE j.subject = :holder AND j.fact = ANY(:facts)"
    " AND j.person_id IS NOT NULL"
    " AND (:record = j.subject OR j.data ->> 'certificate_id' = :name OR j.data ->> 'record' = :name)"
)


async def submit_supplier(session: AsyncSession, actor: Actor, supplier_id: UUID) -> Supplier:
    """Hand a profile in to be checked; one that waits already goes on waiting."""
    supplier = await locked_supplier(session, actor, supplier_id)
    if supplier.state in (State.DRAFT, State.RETURNED):
        _complete(await ready(session, supplier))
        supplier.state = State.SUBMITTED
        await session.flush()
        await submissions.hand_in(session, actor, ReviewKind.SUPPLIER, supplier.id, supplier.id, supplier.id)
    return supplier


async def submit_product(session: AsyncSession, actor: Actor, product_id: UUID) -> Product:
    """Hand a product in to be checked; one that waits already goes on waiting. What it lacks is told in words."""
    product = await products.locked(session, actor, product_id)
    if product.state in (State.DRAFT, State.RETURNED):
        _complete(await ready(session, product))
        product.state = State.SUBMITTED
        await session.flush()
        await submissions.hand_in(session, actor, ReviewKind.PRODUCT, product.id, product.supplier_id, product.id)
    return product


async def withdraw_submission(session: AsyncSession, actor: Actor, kind: ReviewKind, subject: UUID) -> None:
    """Take back what waits: a record becomes a draft again, a change of a published one is forgotten. Again does nothing."""
    record: Supplier | Product
    if kind == ReviewKind.SUPPLIER:
        record = await locked_supplier(session, actor, subject)
    elif kind == ReviewKind.PRODUCT:
        record = await products.locked(session, actor, subject)
    else:
        raise NotFound(_("Không có hồ sơ này đang chờ duyệt."))
    review = await submissions.waiting(session, subject)
    if review is None:
        return
    if record.state == State.SUBMITTED:
        record.state = State.DRAFT
    record.updated_at = clock.now()
    await submissions.take_back(session, actor, review, subject)


async def decide(session: AsyncSession, actor: Actor, review_id: UUID, decision: Decision) -> Review:
    """Approve what waits, or return it with reasons. The same decision by the same person again changes nothing.

    Raises Conflict when somebody else has decided, or when the record has changed since the officer looked at it.
    """
    found = await session.get(Review, review_id)
    if found is None or not rules.may_see_reviews(actor):
        raise NotFound(_("Không có hồ sơ này đang chờ duyệt."))
    supplier, record = await _locked(session, found)
    review = await session.get(Review, review_id, with_for_update=True, populate_existing=True)
    if review is None:
        raise NotFound(_("Không có hồ sơ này đang chờ duyệt."))
    typists = await typed_by(session, review, record)
    if not rules.may_decide(actor, supplier.organisation_id, typists):
        raise NotAllowed(rules.why_not_decide(actor, supplier.organisation_id, typists))
    if review.state != ReviewState.WAITING:
        same = ReviewState.APPROVED if decision.approve else ReviewState.RETURNED
        if actor.person_id is not None and (review.decided_by, review.state) == (actor.person_id, same):
            return review
        raise Conflict(_("Hồ sơ này không còn chờ duyệt: người khác vừa quyết định hoặc bên gửi đã rút lại."))
    if decision.seen != fingerprint(review, record):
        raise Conflict(_("Hồ sơ vừa được sửa sau khi bạn mở trang này. Hãy xem lại bản mới rồi quyết định."))
    review.reasons, review.note = {} if decision.approve else decision.reasons, decision.note
    holder = holder_of(record)
    if decision.approve:
        await _approve(session, actor, review, supplier, record)
    elif not review.is_revision:  # Of a revision, what is published stays as it was.
        await _give_back(session, actor, supplier, record)
    await submissions.decided(session, actor, review, holder, approved=decision.approve)
    await tell_decision(session, review, supplier, record)
    return review


async def question_certificate(session: AsyncSession, actor: Actor, certificate_id: UUID, note: str) -> list[Product]:
    """Let a checked paper count no longer, because it is in doubt; gives back the products that leave the market with it."""
    place = select(Certificate.supplier_id, Certificate.product_id).where(Certificate.id == certificate_id)
    found = (await session.execute(place)).one_or_none()
    if found is None or not rules.may_see_reviews(actor):
        raise NotFound(_("Không có giấy này."))
    supplier = await certificates.lock_supplier(session, found[0])
    if found[1] is not None:
        await session.get(Product, found[1], with_for_update=True, populate_existing=True)
    certificate = await certificates.locked_certificate(session, certificate_id)
    if not rules.may_decide(actor, supplier.organisation_id, {certificate.typed_by}):
        raise NotAllowed(rules.why_not_decide(actor, supplier.organisation_id, {certificate.typed_by}))
    if not note.strip():
        raise Invalid(_("Còn chỗ cần sửa."), {"note": _("Hãy nói vì sao, để nhà cung cấp biết phải làm gì.")})
    if certificate.state != CertificateState.CHECKED:
        return []
    review = await submissions.waiting(session, certificate.id)
    if review is None:
        review = Review(
            kind=ReviewKind.CERTIFICATE, subject=certificate.id, supplier_id=supplier.id, is_revision=False, proposed={},
            based_on={}, submitted_by=None, submitted_for=None, submitted_at=clock.now(), state=ReviewState.RETURNED,
            decided_at=clock.now(),
        )  # fmt: skip
        session.add(review)
    else:  # A correction that waited is what counts from now on, and has to be handed in anew.
        certificates.say(certificate, submissions.revived(review.proposed))
    review.state, review.reasons, review.note = ReviewState.RETURNED, {}, note.strip()
    review.decided_by, review.decided_at = actor.person_id, clock.now()
    review.is_revision, review.proposed, review.based_on = False, {}, {}
    fact = events.CertificateQuestioned(holder_of(certificate), certificate.id)
    await announce(session, fact, actor=actor, new={"note": review.note})
    hidden = await _give_back(session, actor, supplier, certificate)
    await tell_decision(session, review, supplier, certificate)
    return hidden


def holder_of(record: Record) -> UUID:
    """Whose history tells what happens to a record: its own, or for a paper that of what it stands on."""
    return (record.product_id or record.supplier_id) if isinstance(record, Certificate) else record.id


def said(record: Record) -> dict[str, Any]:
    """What a record says of itself, by the names of its fields."""
    if isinstance(record, Supplier):
        return supplier_said(record)
    return products.said(record) if isinstance(record, Product) else certificates.said(record)


def fingerprint(review: Review, record: Record) -> str:
    """What an officer has seen, in few letters: any other word of the record or of the proposal makes another one."""
    seen = [str(review.id), said(record), review.proposed, getattr(record, "scan_mark", None)]
    words = json.dumps(plain(seen), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(words.encode()).hexdigest()[:24]


async def seen_of(session: AsyncSession, review_id: UUID) -> str:
    """The fingerprint with which a submission is decided about, for who decides without looking at a page."""
    review = await session.get(Review, review_id)
    if review is None:
        raise NotFound(_("Không có hồ sơ này đang chờ duyệt."))
    kinds_of: dict[ReviewKind, type[Record]] = {
        ReviewKind.SUPPLIER: Supplier, ReviewKind.PRODUCT: Product, ReviewKind.CERTIFICATE: Certificate,
    }  # fmt: skip
    record: Record | None = await session.get(kinds_of[review.kind], review.subject)
    if record is None:
        raise NotFound(_("Hồ sơ này không còn nữa."))
    return fingerprint(review, record)


async def typed_by(session: AsyncSession, review: Review, record: Record) -> set[UUID | None]:
    """Everyone who has typed anything of a record: as its rows say, and as the journal does."""
    asked = {"holder": holder_of(record), "record": record.id, "name": str(record.id), "facts": list(rules.TYPING)}
    found = await session.scalars(TYPED, asked)
    return {record.typed_by, review.submitted_by, *found} - {None}


async def ready(session: AsyncSession, record: Supplier | Product) -> rules.Ready:
    """What the rules need to know before a record is handed in."""
    if isinstance(record, Supplier):
        contact = bool(record.phone or record.email)
        return rules.Ready("supplier", has_place=record.province_code is not None, has_contact=contact)
    papers = select(Certificate.id).where(
        Certificate.supplier_id == record.supplier_id,
        or_(Certificate.product_id == record.id, Certificate.product_id.is_(None)),
        Certificate.state != CertificateState.RETURNED,
        or_(Certificate.valid_to.is_(None), Certificate.valid_to >= clock.today()),
    )
    supplier_state = await session.scalar(select(Supplier.state).where(Supplier.id == record.supplier_id))
    return rules.Ready(
        "product",
        has_goods=record.commodity_id is not None or record.category_code is not None,
        has_pack=await session.scalar(select(Pack.id).where(Pack.product_id == record.id).limit(1)) is not None,
        has_paper=await session.scalar(papers.limit(1)) is not None,
        supplier_handed_in=supplier_state in (State.SUBMITTED, State.PUBLISHED),
    )


async def lacks(session: AsyncSession, product_id: UUID) -> list[rules.Gap]:
    """What a product still lacks before it can be handed in; the caller has asked whether its reader may know."""
    product = await session.get(Product, product_id, populate_existing=True)
    return rules.missing_for_submission(await ready(session, product)) if product is not None else []


def _complete(record: rules.Ready) -> None:
    gaps = rules.missing_for_submission(record)
    if gaps:
        listed = "; ".join(gap.sentence for gap in gaps)
        raise Invalid(_("Chưa gửi duyệt được: %(gaps)s.", gaps=listed), {gap.part: gap.sentence for gap in gaps})


async def _locked(session: AsyncSession, review: Review) -> tuple[Supplier, Record]:
    supplier = await certificates.lock_supplier(session, review.supplier_id)
    if review.kind == ReviewKind.SUPPLIER:
        return supplier, supplier
    product_id: UUID | None = review.subject
    if review.kind == ReviewKind.CERTIFICATE:
        product_id = await session.scalar(select(Certificate.product_id).where(Certificate.id == review.subject))
    product = None
    if product_id is not None:
        product = await session.get(Product, product_id, with_for_update=True, populate_existing=True)
    if review.kind == ReviewKind.CERTIFICATE:
        return supplier, await certificates.locked_certificate(session, review.subject)
    if product is None:
        raise NotFound(_("Không có sản phẩm này, hoặc sản phẩm chưa được đăng."))
    return supplier, product


async def _approve(session: AsyncSession, actor: Actor, review: Review, supplier: Supplier, record: Record) -> None:
    if review.is_revision:
        await _apply(session, actor, review, record)
    if isinstance(record, Certificate):
        record.state, record.checked_on, record.checked_by = CertificateState.CHECKED, clock.today(), actor.person_id
        await session.flush()
        await announce(session, events.CertificateChecked(holder_of(record), record.id), actor=actor)
    elif isinstance(record, Supplier):
        await _verify(session, actor, record)
        await show_supplier(session, actor, record)
    elif record.state != State.PUBLISHED:
        if supplier.state != State.PUBLISHED:
            raise Conflict(_("Hồ sơ nhà cung cấp chưa được duyệt. Hãy duyệt hồ sơ trước, rồi duyệt sản phẩm."))
        if not await _vouched(session, record):
            raise Conflict(
                _("Chưa có giấy chứng nhận nào đã kiểm tra và còn hạn. Hãy kiểm tra giấy tờ trước, rồi duyệt sản phẩm.")
            )
        await products.show(session, actor, record)


async def _verify(session: AsyncSession, actor: Actor, supplier: Supplier) -> None:
    if supplier.verified_on is None:
        supplier.verified_on = clock.today()
        await session.flush()
        if actor.role in (Role.OFFICER, Role.SYSTEM):
            await accounts.verify_organisation(session, supplier.organisation_id, supplier.verified_on, actor=actor)


async def _vouched(session: AsyncSession, product: Product) -> bool:
    """Whether a checked paper that is valid today stands for the product; it is held fast until the product is shown."""
    found = await session.scalars(
        select(Certificate)
        .where(
            Certificate.supplier_id == product.supplier_id,
            or_(Certificate.product_id == product.id, Certificate.product_id.is_(None)),
            Certificate.state == CertificateState.CHECKED,
        )
        .with_for_update(read=True)
    )
    today = clock.today()
    return any(kinds.counts(kinds.standing(each.kind, each.issued_on, each.valid_to, today)) for each in found)


async def _apply(session: AsyncSession, actor: Actor, review: Review, record: Record) -> None:
    stored: Mapping[str, Any] = plain(said(record))
    if any(stored[name] != value for name, value in review.based_on.items()):
        raise Conflict(_("Bản đang đăng đã đổi sau khi thay đổi này được gửi. Hãy trả lại để bên gửi xem và gửi lại."))
    values = submissions.revived(review.proposed)
    if isinstance(record, Supplier):
        await apply_profile(session, actor, record, values)
    elif isinstance(record, Product):
        products.say(record, values)
        await products.moved(session, record)
    else:
        certificates.say(record, values)
        await session.flush()


async def _give_back(session: AsyncSession, actor: Actor, supplier: Supplier, record: Record) -> list[Product]:
    """Let a record be mended by its people; gives back the products that leave the market with a paper that counted."""
    if not isinstance(record, Certificate):
        record.state = State.RETURNED
        await session.flush()
        return []
    counted = record.state == CertificateState.CHECKED
    record.state, record.checked_on, record.checked_by = CertificateState.RETURNED, None, None
    await session.flush()
    hidden = await certificates.hide_unvouched(session, actor, record) if counted else []
    await tell_hidden(session, supplier, hidden)
    return hidden

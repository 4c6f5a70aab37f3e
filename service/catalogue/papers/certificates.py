"""Papers are shown, corrected and taken away again (V1, V2); they count once they have been checked, while they are valid.

A checked paper stays as it is until a correction of it is checked as well. Where the last checked paper of a published product
goes, the product goes back to draft in the same transaction: nothing is shown that nobody has vouched for. Whoever takes a
paper away locks the supplier first, so that of two papers taken away at once the second sees that the first is gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import exists, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.catalogue import events, kinds, products, rules
from service.catalogue.inputs import CertificateInput
from service.catalogue.kinds import KINDS
from service.catalogue.models import Certificate, CertificateState, Product, State, Supplier
from service.catalogue.reviews import submissions
from service.catalogue.reviews.models import ReviewKind
from service.catalogue.suppliers import locked_supplier
from service.core import clock
from service.core.db import new_id
from service.core.errors import Invalid, NotFound
from service.core.events import announce
from service.core.i18n import _

__all__ = ["KINDS", "add_certificate", "remove_certificate", "revise_certificate"]
SAID = ("kind", "stars", "number", "issuer", "level", "issued_on", "valid_to")


async def add_certificate(
    session: AsyncSession, actor: Actor, supplier_id: UUID, product_id: UUID | None, paper: CertificateInput,
    *, key: UUID | None = None,
) -> Certificate:  # fmt: skip
    """Show a paper of a product, or of the supplier as a whole; with a `key`, the same form sent twice shows one."""
    holder = await _holder(session, actor, supplier_id, product_id)
    shown = await session.get(Certificate, key) if key is not None else None
    if shown is not None and shown.supplier_id == supplier_id:
        return shown
    row_id = new_id() if shown or key is None else key
    certificate = Certificate(id=row_id, supplier_id=supplier_id, product_id=product_id, typed_by=actor.person_id)
    say(certificate, _wished(paper, of_product=product_id is not None))
    certificate.state = CertificateState.SUBMITTED
    if rules.may_publish(actor):
        certificate.state, certificate.checked_on = CertificateState.CHECKED, clock.today()
    session.add(certificate)
    await _moved(session, holder)
    fact = events.CertificateAdded(holder.id, certificate.id)
    await announce(session, fact, actor=actor, new=said(certificate))
    await _wait(session, actor, certificate)
    return certificate


async def revise_certificate(session: AsyncSession, actor: Actor, certificate_id: UUID, paper: CertificateInput) -> Certificate:
    """Correct a paper; the same words change nothing. A checked one stays up as it is until the correction is checked."""
    certificate, holder = await _locked(session, actor, certificate_id)
    old, wished = said(certificate), _wished(paper, of_product=certificate.product_id is not None)
    if certificate.state == CertificateState.CHECKED and not rules.may_publish(actor):
        held = rules.held_back("certificate", certificate.state, old, wished)
        if await submissions.propose(
            session, actor, ReviewKind.CERTIFICATE, certificate.id, certificate.supplier_id, holder.id, old, held
        ):
            await _moved(session, holder)
        return certificate
    say(certificate, wished)
    if old != wished:
        await _moved(session, holder)
        await announce(session, events.CertificateRevised(holder.id, certificate.id), actor=actor, old=old, new=wished)
        if certificate.state == CertificateState.RETURNED:
            certificate.state = CertificateState.SUBMITTED
            await session.flush()
            await _wait(session, actor, certificate)
    return certificate


async def remove_certificate(session: AsyncSession, actor: Actor, certificate_id: UUID) -> list[Product]:
    """Take a paper away; the journal and the change log keep it. Gives back the products that left the market with it."""
    certificate, holder = await _locked(session, actor, certificate_id, leaving=True)
    review = await submissions.waiting(session, certificate.id)
    if review is not None:
        await submissions.take_back(session, actor, review, holder.id)
    counted = certificate.state == CertificateState.CHECKED
    await session.delete(certificate)
    await _moved(session, holder)
    await announce(session, events.CertificateRemoved(holder.id, certificate.id), actor=actor, old=said(certificate))
    return await hide_unvouched(session, actor, certificate) if counted else []


async def hide_unvouched(session: AsyncSession, actor: Actor, gone: Certificate) -> list[Product]:
    """Make drafts of the published products that this paper was the last checked one of; gives them back."""
    supplier_id = gone.supplier_id
    vouched = exists().where(
        Certificate.supplier_id == supplier_id,
        Certificate.state == CertificateState.CHECKED,
        or_(Certificate.product_id == Product.id, Certificate.product_id.is_(None)),
    )
    left = await session.scalars(
        select(Product)
        .where(Product.supplier_id == supplier_id, Product.state == State.PUBLISHED, ~vouched)
        .where(Product.id == gone.product_id if gone.product_id is not None else true())
        .order_by(Product.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    hidden = list(left)
    for product in hidden:
        await products.hide(session, actor, product, why=_("không còn giấy chứng nhận nào đã kiểm tra"))
    return hidden


async def lock_supplier(session: AsyncSession, supplier_id: UUID) -> Supplier:
    """The supplier, locked before anything of it: checks and papers that go are taken one at a time."""
    supplier = await session.scalar(
        select(Supplier).where(Supplier.id == supplier_id).with_for_update().execution_options(populate_existing=True)
    )
    if supplier is None:
        raise NotFound(_("Không có nhà cung cấp này, hoặc hồ sơ chưa được đăng."))
    return supplier


async def _holder(session: AsyncSession, actor: Actor, supplier_id: UUID, product_id: UUID | None) -> Product | Supplier:
    if product_id is None:
        return await locked_supplier(session, actor, supplier_id)
    product = await products.locked(session, actor, product_id)
    if product.supplier_id != supplier_id:
        raise NotFound(_("Không có sản phẩm này, hoặc sản phẩm chưa được đăng."))
    return product


async def _locked(
    session: AsyncSession, actor: Actor, certificate_id: UUID, *, leaving: bool = False
) -> tuple[Certificate, Product | Supplier]:
    # The holder is locked first, as everywhere, so that two people never wait for each other in a circle.
    place = select(Certificate.supplier_id, Certificate.product_id).where(Certificate.id == certificate_id)
    found = (await session.execute(place)).one_or_none()
    if found is None:
        raise NotFound(_("Không có giấy này."))
    if leaving:
        await lock_supplier(session, found[0])
    holder = await _holder(session, actor, found[0], found[1])
    return await locked_certificate(session, certificate_id), holder


async def locked_certificate(session: AsyncSession, certificate_id: UUID) -> Certificate:
    """The paper, locked; its holder has been locked before."""
    certificate = await session.scalar(
        select(Certificate).where(Certificate.id == certificate_id).with_for_update().execution_options(populate_existing=True)
    )
    if certificate is None:
        raise NotFound(_("Không có giấy này."))
    return certificate


async def paper_and_owner(session: AsyncSession, certificate_id: UUID) -> tuple[Certificate, UUID] | None:
    """The paper, locked, and the organisation whose it is, whoever asks; None where there is no such paper."""
    found = (
        await session.execute(
            select(Certificate, Supplier.organisation_id)
            .join(Supplier, Supplier.id == Certificate.supplier_id)
            .where(Certificate.id == certificate_id)
            .with_for_update(of=Certificate)
            .execution_options(populate_existing=True)
        )
    ).one_or_none()
    return (found[0], found[1]) if found is not None else None


async def _wait(session: AsyncSession, actor: Actor, certificate: Certificate) -> None:
    if certificate.state == CertificateState.SUBMITTED:
        holder = certificate.product_id or certificate.supplier_id
        await submissions.hand_in(session, actor, ReviewKind.CERTIFICATE, certificate.id, certificate.supplier_id, holder)


async def _moved(session: AsyncSession, holder: Product | Supplier) -> None:
    holder.updated_at = clock.now()
    await session.flush()


def _wished(paper: CertificateInput, *, of_product: bool) -> dict[str, Any]:
    if paper.kind == kinds.OCOP and not of_product:
        raise Invalid(_("Còn chỗ cần sửa."), {"kind": _("Sao OCOP thuộc về từng sản phẩm; hãy thêm ở trang của sản phẩm.")})
    return {
        "kind": paper.kind,
        "stars": paper.stars,
        "number": paper.number,
        "issuer": paper.issuer,
        "level": kinds.level_of(paper.stars, paper.issued_on) if paper.kind == kinds.OCOP else None,
        "issued_on": paper.issued_on,
        "valid_to": kinds.last_valid_day(paper.kind, paper.issued_on, paper.valid_to),
    }


def say(certificate: Certificate, values: Mapping[str, Any]) -> None:
    """Let a locked paper say this of itself."""
    for name, value in values.items():
        setattr(certificate, name, value)


def said(certificate: Certificate) -> dict[str, Any]:
    """What a paper says of itself."""
    return {name: getattr(certificate, name) for name in SAID}

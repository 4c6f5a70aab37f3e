"""Papers are shown, corrected and taken away again (V1, V2). What they are worth is asked on the day of reading."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.catalogue import events, kinds, products, suppliers
from service.catalogue.inputs import CertificateInput
from service.catalogue.kinds import KINDS
from service.catalogue.models import Certificate, Product, Supplier
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
    certificate = Certificate(id=row_id, supplier_id=supplier_id, product_id=product_id)
    _say(certificate, paper, of_product=product_id is not None)
    session.add(certificate)
    await _moved(session, holder)
    fact = events.CertificateAdded(product_id or supplier_id, certificate.id)
    await announce(session, fact, actor=actor, new=_said(certificate))
    return certificate


async def revise_certificate(session: AsyncSession, actor: Actor, certificate_id: UUID, paper: CertificateInput) -> Certificate:
    """Correct a paper; the same words change nothing."""
    certificate, holder = await _locked(session, actor, certificate_id)
    old = _said(certificate)
    _say(certificate, paper, of_product=certificate.product_id is not None)
    new = _said(certificate)
    if old != new:
        await _moved(session, holder)
        fact = events.CertificateRevised(certificate.product_id or certificate.supplier_id, certificate.id)
        await announce(session, fact, actor=actor, old=old, new=new)
    return certificate


async def remove_certificate(session: AsyncSession, actor: Actor, certificate_id: UUID) -> None:
    """Take a paper away; the journal and the change log keep it."""
    certificate, holder = await _locked(session, actor, certificate_id)
    await session.delete(certificate)
    await _moved(session, holder)
    fact = events.CertificateRemoved(certificate.product_id or certificate.supplier_id, certificate.id)
    await announce(session, fact, actor=actor, old=_said(certificate))


async def _holder(session: AsyncSession, actor: Actor, supplier_id: UUID, product_id: UUID | None) -> Product | Supplier:
    if product_id is None:
        return await suppliers.locked_supplier(session, actor, supplier_id)
    product = await products.locked(session, actor, product_id)
    if product.supplier_id != supplier_id:
        raise NotFound(_("Không có sản phẩm này, hoặc sản phẩm chưa được đăng."))
    return product


async def _locked(session: AsyncSession, actor: Actor, certificate_id: UUID) -> tuple[Certificate, Product | Supplier]:
    # The holder is locked first, as everywhere, so that two people never wait for each other in a circle.
    place = select(Certificate.supplier_id, Certificate.product_id).where(Certificate.id == certificate_id)
    found = (await session.execute(place)).one_or_none()
    if found is None:
        raise NotFound(_("Không có giấy này."))
    holder = await _holder(session, actor, found[0], found[1])
    certificate = await session.scalar(
        select(Certificate).where(Certificate.id == certificate_id).with_for_update().execution_options(populate_existing=True)
    )
    if certificate is None:
        raise NotFound(_("Không có giấy này."))
    return certificate, holder


async def _moved(session: AsyncSession, holder: Product | Supplier) -> None:
    holder.updated_at = clock.now()
    await session.flush()


def _say(certificate: Certificate, paper: CertificateInput, *, of_product: bool) -> None:
    if paper.kind == kinds.OCOP and not of_product:
        raise Invalid(_("Còn chỗ cần sửa."), {"kind": _("Sao OCOP thuộc về từng sản phẩm; hãy thêm ở trang của sản phẩm.")})
    certificate.kind, certificate.stars = paper.kind, paper.stars
    certificate.number, certificate.issuer = paper.number, paper.issuer
    certificate.level = kinds.level_of(paper.stars, paper.issued_on) if paper.kind == kinds.OCOP else None
    certificate.issued_on = paper.issued_on
    certificate.valid_to = kinds.last_valid_day(paper.kind, paper.issued_on, paper.valid_to)


def _said(certificate: Certificate) -> dict[str, Any]:
    return {name: getattr(certificate, name) for name in SAID}

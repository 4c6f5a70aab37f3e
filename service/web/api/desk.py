"""A supplier's own goods, written by its own programs: the same inputs, rules and states as the forms of the desk."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from service import catalogue
from service.accounts import Actor, Role
from service.core.errors import NotAllowed, NotFound
from service.core.i18n import _
from service.web.api import problems
from service.web.api.shapes import Out
from service.web.deps import Acting, Reader, Session, Signed, below

SCOPE = "catalogue"
router = APIRouter(tags=["own goods"], responses=problems.described(401, 403))


class NewProduct(catalogue.ProductDraft):
    """A product that is entered; with a `key` of your own, the same request sent twice makes one."""

    key: UUID | None = None


class RevisedProduct(catalogue.ProductDraft):
    """What a product says of itself from now on; `version` is the one that was read."""

    version: int = Field(ge=1, le=2_000_000_000)


class NewCertificate(catalogue.CertificateInput):
    """A paper; with a `key` of your own, the same request sent twice shows one."""

    key: UUID | None = None


class OwnProductOut(Out):
    """Where one of the own products stands."""

    slug: str
    code: str
    name: str
    state: str = Field(description="draft, submitted, returned or published.")
    version: int
    missing: list[str] = Field(description="What it still lacks before it can be handed in.")
    waits: bool = Field(description="Whether it, or a change of it, waits to be checked.")
    proposed: dict[str, object] = Field(description="The certified words that wait; what is published stays meanwhile.")
    reasons: dict[str, str] = Field(description="Why the newest submission was returned, field by field.")
    note: str | None
    decided_at: datetime | None


class OwnCertificateOut(Out):
    """One of the own papers."""

    id: UUID
    kind: str
    stars: int | None
    number: str | None
    issuer: str | None
    issued_on: date | None
    valid_to: date | None
    state: str = Field(description="submitted, checked or returned; only a checked one counts.")


@router.post("/products", status_code=201, responses=problems.described(409))
async def enter(product: NewProduct, me: Acting, session: Session, reader: Reader) -> OwnProductOut:
    """Enter a product, as a draft."""
    own = await _own(reader, me)
    draft = catalogue.ProductDraft.model_validate(product.model_dump(exclude={"key"}))
    entered = await catalogue.draft(session, me, own, draft, key=product.key)
    return await _out(session, me, entered.slug)


@router.get("/products/{slug}/submission")
async def standing(slug: str, me: Signed, session: Session) -> OwnProductOut:
    """Where one of the own products stands, what it lacks, and why it was returned."""
    return await _out(session, me, slug)


@router.put("/products/{slug}", responses=problems.described(409))
async def revise(slug: str, product: RevisedProduct, me: Acting, session: Session, reader: Reader) -> OwnProductOut:
    """Change what a product says of itself. Certified words of a published product wait for their check."""
    shown = await _product(reader, me, slug)
    draft = catalogue.ProductDraft.model_validate(product.model_dump(exclude={"version"}))
    await catalogue.revise(session, me, shown.id, product.version, draft)
    return await _out(session, me, slug)


@router.post("/products/{slug}/submission", responses=problems.described(409))
async def hand_in(slug: str, me: Acting, session: Session, reader: Reader) -> OwnProductOut:
    """Hand a product in to be checked; one that waits already goes on waiting."""
    shown = await _product(reader, me, slug)
    await catalogue.submit_product(session, me, shown.id)
    return await _out(session, me, slug)


@router.delete("/products/{slug}/submission", responses=problems.described(409))
async def take_back(slug: str, me: Acting, session: Session, reader: Reader) -> OwnProductOut:
    """Take back what waits: a draft again, or the published version stays as it is."""
    shown = await _product(reader, me, slug)
    await catalogue.withdraw_submission(session, me, catalogue.ReviewKind.PRODUCT, shown.id)
    return await _out(session, me, slug)


@router.post("/products/{slug}/certificates", status_code=201)
async def add_certificate(slug: str, paper: NewCertificate, me: Acting, session: Session, reader: Reader) -> OwnCertificateOut:
    """Show a paper of a product; it counts once it has been checked."""
    shown = await _product(reader, me, slug)
    said = catalogue.CertificateInput.model_validate(paper.model_dump(exclude={"key"}))
    added = await catalogue.add_certificate(session, me, shown.supplier.id, shown.id, said, key=paper.key)
    return OwnCertificateOut.model_validate(added)


@router.put("/certificates/{certificate_id}", responses=problems.described(409))
async def correct_certificate(
    certificate_id: UUID, paper: catalogue.CertificateInput, me: Acting, session: Session, reader: Reader
) -> OwnCertificateOut:
    """Correct a paper. A checked one stays up as it is until the correction has been checked."""
    await _own(reader, me)
    return OwnCertificateOut.model_validate(await catalogue.revise_certificate(session, me, certificate_id, paper))


@router.delete("/certificates/{certificate_id}", status_code=204)
async def remove_certificate(certificate_id: UUID, me: Acting, session: Session, reader: Reader) -> None:
    """Take a paper away. A product that it was the last checked one of goes back to draft."""
    await _own(reader, me)
    await catalogue.remove_certificate(session, me, certificate_id)


async def _own(reader: Reader, me: Actor) -> UUID:
    """The supplier that the program works for."""
    if me.role is not Role.SUPPLIER:
        raise NotAllowed(_("Bàn bán hàng dành cho nhà cung cấp."))
    own = await catalogue.own_supplier(reader, me)
    if own is None:
        raise NotFound(_("Hãy điền hồ sơ trước, rồi thêm sản phẩm."))
    return own.id


async def _product(reader: Reader, me: Actor, slug: str) -> catalogue.ProductPage:
    """One of the own products; anybody else's is not there."""
    if me.role is not Role.SUPPLIER:
        raise NotAllowed(_("Bàn bán hàng dành cho nhà cung cấp."))
    shown = await catalogue.product_page(reader, slug, me)
    if shown.supplier.organisation_id != me.organisation_id:
        raise NotFound(_("Không có sản phẩm này trên bàn của bạn."))
    return shown


async def _out(session: Session, me: Actor, slug: str) -> OwnProductOut:
    within = await below(session)
    shown = await _product(within, me, slug)
    newest = (await catalogue.standings(within, me, shown.supplier.id, shown.supplier.organisation_id)).get(shown.id)
    waits = newest is not None and newest.waits
    returned = newest is not None and newest.returned
    return OwnProductOut(
        slug=shown.slug, code=shown.code, name=shown.name, state=shown.state, version=shown.version,
        missing=[gap.sentence for gap in await catalogue.lacks(session, shown.id)], waits=waits,
        proposed=newest.proposed if newest is not None and waits else {},
        reasons=newest.reasons if newest is not None and returned else {}, note=newest.note if newest is not None else None,
        decided_at=newest.decided_at if newest is not None else None,
    )  # fmt: skip

"""Papers on the supplier's desk, and the history of a record.

/ban-hang/giay-to                            desk/certificates.html   the supplier's own
/ban-hang/san-pham/{slug}/giay-to            desk/certificates.html   one product's
…/giay-to/{id}                               desk/certificate.html    correct one;  POST …/{id}/xoa takes it away
/ban-hang/san-pham/{slug}/lich-su            desk/history.html
/ban-hang/ho-so/lich-su                      desk/history.html
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from service import catalogue
from service.accounts import Actor
from service.core.db import new_id
from service.core.errors import NotFound
from service.core.i18n import _, locale
from service.web.deps import Acting, Page, PageMaker, Reader, Session, Signed
from service.web.pages import forms, histories
from service.web.pages.desk_forms import attempt, only_suppliers, only_writers, own_product, stored_text

router = APIRouter(prefix="/ban-hang")
FIELDS = ("kind", "stars", "number", "issuer", "issued_on", "valid_to")


@router.get("/giay-to")
async def own_papers(page: Page, me: Signed, reader: Reader) -> Response:
    """The supplier's own papers, and room for one more."""
    return await _list(page, me, reader, None, forms.filled({"kind": "ATTP"}))


@router.post("/giay-to")
async def add_own_paper(request: Request, page: Page, me: Acting, session: Session, reader: Reader) -> Response:
    """Add a paper of the supplier as a whole."""
    return await _add(request, page, me, session, reader, None)


@router.get("/san-pham/{slug}/giay-to")
async def papers(slug: str, page: Page, me: Signed, reader: Reader) -> Response:
    """A product's papers, and room for one more."""
    return await _list(page, me, reader, slug, forms.filled({"kind": catalogue.OCOP}))


@router.post("/san-pham/{slug}/giay-to")
async def add_paper(slug: str, request: Request, page: Page, me: Acting, session: Session, reader: Reader) -> Response:
    """Add a paper of the product."""
    return await _add(request, page, me, session, reader, slug)


@router.get("/giay-to/{paper_id}")
async def paper(paper_id: UUID, page: Page, me: Signed, reader: Reader) -> Response:
    """One of the supplier's own papers, ready to be corrected."""
    only_writers(me)
    return await _show(page, me, reader, None, paper_id)


@router.post("/giay-to/{paper_id}")
async def keep_paper(paper_id: UUID, request: Request, page: Page, me: Acting, session: Session, reader: Reader) -> Response:
    """Keep a corrected paper."""
    return await _keep(request, page, me, session, reader, None, paper_id)


@router.post("/giay-to/{paper_id}/xoa")
async def remove_paper(paper_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Take a paper away."""
    only_suppliers(me)
    await catalogue.remove_certificate(session, me, paper_id)
    return page.redirect("/ban-hang/giay-to", _("Đã bỏ giấy này. Lịch sử vẫn giữ lại."))


@router.get("/san-pham/{slug}/giay-to/{paper_id}")
async def product_paper(slug: str, paper_id: UUID, page: Page, me: Signed, reader: Reader) -> Response:
    """One of the product's papers, ready to be corrected."""
    only_writers(me)
    return await _show(page, me, reader, slug, paper_id)


@router.post("/san-pham/{slug}/giay-to/{paper_id}")
async def keep_product_paper(
    slug: str, paper_id: UUID, request: Request, page: Page, me: Acting, session: Session, reader: Reader
) -> Response:
    """Keep a corrected paper."""
    return await _keep(request, page, me, session, reader, slug, paper_id)


@router.post("/san-pham/{slug}/giay-to/{paper_id}/xoa")
async def remove_product_paper(slug: str, paper_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Take a paper away."""
    only_suppliers(me)
    await catalogue.remove_certificate(session, me, paper_id)
    return page.redirect(f"/ban-hang/san-pham/{slug}/giay-to", _("Đã bỏ giấy này. Lịch sử vẫn giữ lại."))


@router.get("/san-pham/{slug}/lich-su")
async def product_history(slug: str, page: Page, me: Signed, reader: Reader) -> Response:
    """Who changed what of a product, and when."""
    return await histories.show(page, me, reader, "product", slug)


@router.get("/ho-so/lich-su")
async def profile_history(page: Page, me: Signed, reader: Reader) -> Response:
    """Who changed what of the profile, and when."""
    own = await catalogue.own_supplier(reader, me)
    if own is None:
        raise NotFound(_("Chưa có hồ sơ."))
    return await histories.show(page, me, reader, "supplier", own.slug)


async def _held(reader: Any, me: Actor, slug: str | None) -> tuple[catalogue.ProductPage | None, list[Any], UUID]:
    """The product (or None), the papers that stand on it (or on the supplier itself), and the supplier."""
    if slug is not None:
        product = await own_product(reader, me, slug)
        return product, [each for each in product.certificates if not each.of_supplier], product.supplier.id
    only_suppliers(me)
    own = await catalogue.own_supplier(reader, me)
    if own is None:
        raise NotFound(_("Hãy điền hồ sơ trước, rồi thêm giấy tờ."))
    supplier = await catalogue.supplier_page(reader, own.slug, me)
    return None, supplier.certificates, supplier.id


def _kinds(of_product: bool) -> list[tuple[str, str]]:
    return [
        (kind.code, kind.called(locale())) for kind in catalogue.KINDS.values() if of_product or kind.code != catalogue.OCOP
    ]


async def _list(
    page: PageMaker, me: Actor, reader: Any, slug: str | None, form: forms.Form[Any], status: int = 200
) -> Response:
    product, held, _supplier = await _held(reader, me, slug)
    form.typed.setdefault("key", str(new_id()))
    return page.show(
        "desk/certificates.html",
        status=status,
        product=product,
        certificates=held,
        form=form,
        kinds=_kinds(product is not None),
        base=_base(slug),
        may_edit=me.may_write,
    )


async def _add(request: Request, page: PageMaker, me: Actor, session: Any, reader: Any, slug: str | None) -> Response:
    product, _held_papers, supplier_id = await _held(reader, me, slug)
    form = await forms.read(request, catalogue.CertificateInput)
    if form.value is None:
        return await _list(page, me, reader, slug, form, 422)
    value, product_id = form.value, product.id if product is not None else None
    key = forms.key_of(form)
    refusal = await attempt(session, lambda: catalogue.add_certificate(session, me, supplier_id, product_id, value, key=key))
    if refusal is None:
        return page.redirect(_base(slug), _("Đã thêm giấy tờ."))
    form.add(getattr(refusal, "errors", {}) or {"form": refusal.message})
    return await _list(page, me, reader, slug, form, 422)


async def _show(page: PageMaker, me: Actor, reader: Any, slug: str | None, paper_id: UUID) -> Response:
    product, held, _supplier = await _held(reader, me, slug)
    one = next((each for each in held if each.id == paper_id), None)
    if one is None:
        raise NotFound(_("Không có giấy này."))
    form = forms.filled({name: stored_text(getattr(one, name)) for name in FIELDS})
    return _paper_page(page, product, form, slug, paper_id)


async def _keep(
    request: Request, page: PageMaker, me: Actor, session: Any, reader: Any, slug: str | None, paper_id: UUID
) -> Response:
    product, held, _supplier = await _held(reader, me, slug)
    if all(each.id != paper_id for each in held):
        raise NotFound(_("Không có giấy này."))
    form = await forms.read(request, catalogue.CertificateInput)
    if form.value is None:
        return _paper_page(page, product, form, slug, paper_id, 422)
    value = form.value
    refusal = await attempt(session, lambda: catalogue.revise_certificate(session, me, paper_id, value))
    if refusal is None:
        return page.redirect(_base(slug), _("Đã lưu."))
    form.add(getattr(refusal, "errors", {}) or {"form": refusal.message})
    return _paper_page(page, product, form, slug, paper_id, 422)


def _paper_page(
    page: PageMaker,
    product: catalogue.ProductPage | None,
    form: forms.Form[Any],
    slug: str | None,
    paper_id: UUID,
    status: int = 200,
) -> Response:
    return page.show(
        "desk/certificate.html",
        status=status,
        product=product,
        form=form,
        kinds=_kinds(product is not None),
        base=_base(slug),
        address=f"{_base(slug)}/{paper_id}",
    )


def _base(slug: str | None) -> str:
    return f"/ban-hang/san-pham/{slug}/giay-to" if slug is not None else "/ban-hang/giay-to"

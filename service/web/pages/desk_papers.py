"""Papers on the supplier's desk, and the history of a record.

/ban-hang/giay-to                            desk/certificates.html   the supplier's own
/ban-hang/san-pham/{slug}/giay-to            desk/certificates.html   one product's
…/giay-to/{id}                               desk/certificate.html    correct one, add scans;  POST …/{id}/xoa takes it away
…/giay-to/{id}/ban-quet/{scan}/xoa           POST: a scan is taken away
…/giay-to/{id}/danh-gia-lai                  POST: how far its renewal has come
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
from service.core.files import FileStore
from service.core.i18n import _, locale
from service.web.deps import Acting, Files, Page, PageMaker, Reader, Session, Signed
from service.web.pages import forms, histories, renewals
from service.web.pages.desk_forms import attempt, only_suppliers, only_writers, own_product, own_standings, stored_text, told_in

router = APIRouter(prefix="/ban-hang")
FIELDS = ("kind", "stars", "number", "issuer", "issued_on", "valid_to")


@router.get("/giay-to")
async def own_papers(page: Page, me: Signed, reader: Reader) -> Response:
    """The supplier's own papers, and room for one more."""
    return await _list(page, me, reader, None, forms.filled({"kind": "ATTP"}))


@router.post("/giay-to")
async def add_own_paper(request: Request, page: Page, me: Acting, session: Session, reader: Reader, files: Files) -> Response:
    """Add a paper of the supplier as a whole."""
    return await _add(request, page, me, session, reader, files, None)


@router.get("/san-pham/{slug}/giay-to")
async def papers(slug: str, page: Page, me: Signed, reader: Reader) -> Response:
    """A product's papers, and room for one more."""
    return await _list(page, me, reader, slug, forms.filled({"kind": catalogue.OCOP}))


@router.post("/san-pham/{slug}/giay-to")
async def add_paper(
    slug: str, request: Request, page: Page, me: Acting, session: Session, reader: Reader, files: Files
) -> Response:
    """Add a paper of the product."""
    return await _add(request, page, me, session, reader, files, slug)


@router.get("/giay-to/{paper_id}")
async def paper(paper_id: UUID, page: Page, me: Signed, reader: Reader) -> Response:
    """One of the supplier's own papers, ready to be corrected."""
    only_writers(me)
    return await _show(page, me, reader, None, paper_id)


@router.post("/giay-to/{paper_id}")
async def keep_paper(
    paper_id: UUID, request: Request, page: Page, me: Acting, session: Session, reader: Reader, files: Files
) -> Response:
    """Keep a corrected paper, and the scans that came with it."""
    return await _keep(request, page, me, session, reader, files, None, paper_id)


@router.post("/giay-to/{paper_id}/ban-quet/{scan_id}/xoa")
async def remove_scan(paper_id: UUID, scan_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Take a scan of one of the supplier's own papers away."""
    return await _remove_scan(page, me, session, None, paper_id, scan_id)


@router.post("/giay-to/{paper_id}/danh-gia-lai")
async def move_renewal(paper_id: UUID, request: Request, page: Page, me: Acting, session: Session, reader: Reader) -> Response:
    """Say how far the renewal of one of the supplier's own papers has come."""
    return await _renew(request, page, me, session, reader, None, paper_id)


@router.post("/giay-to/{paper_id}/xoa")
async def remove_paper(paper_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Take a paper away."""
    only_suppliers(me)
    hidden = await catalogue.remove_certificate(session, me, paper_id)
    return page.redirect("/ban-hang/giay-to", _gone(hidden))


@router.get("/san-pham/{slug}/giay-to/{paper_id}")
async def product_paper(slug: str, paper_id: UUID, page: Page, me: Signed, reader: Reader) -> Response:
    """One of the product's papers, ready to be corrected."""
    only_writers(me)
    return await _show(page, me, reader, slug, paper_id)


@router.post("/san-pham/{slug}/giay-to/{paper_id}")
async def keep_product_paper(
    slug: str, paper_id: UUID, request: Request, page: Page, me: Acting, session: Session, reader: Reader, files: Files
) -> Response:
    """Keep a corrected paper, and the scans that came with it."""
    return await _keep(request, page, me, session, reader, files, slug, paper_id)


@router.post("/san-pham/{slug}/giay-to/{paper_id}/ban-quet/{scan_id}/xoa")
async def remove_product_scan(slug: str, paper_id: UUID, scan_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Take a scan of one of the product's papers away."""
    return await _remove_scan(page, me, session, slug, paper_id, scan_id)


@router.post("/san-pham/{slug}/giay-to/{paper_id}/danh-gia-lai")
async def move_product_renewal(
    slug: str, paper_id: UUID, request: Request, page: Page, me: Acting, session: Session, reader: Reader
) -> Response:
    """Say how far the renewal of one of the product's papers has come."""
    return await _renew(request, page, me, session, reader, slug, paper_id)


@router.post("/san-pham/{slug}/giay-to/{paper_id}/xoa")
async def remove_product_paper(slug: str, paper_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Take a paper away."""
    only_suppliers(me)
    hidden = await catalogue.remove_certificate(session, me, paper_id)
    return page.redirect(f"/ban-hang/san-pham/{slug}/giay-to", _gone(hidden))


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


async def _add(
    request: Request, page: PageMaker, me: Actor, session: Any, reader: Any, files: FileStore, slug: str | None
) -> Response:
    product, _held_papers, supplier_id = await _held(reader, me, slug)
    form, uploads = await forms.read_with_files(request, catalogue.CertificateInput, "scans", most=catalogue.MOST_SCANS)
    if form.value is None:
        return await _list(page, me, reader, slug, form, 422)
    value, product_id = form.value, product.id if product is not None else None
    key = forms.key_of(form)

    async def keep() -> None:
        added = await catalogue.add_certificate(session, me, supplier_id, product_id, value, key=key)
        await _keep_scans(session, files, me, added.id, uploads)

    refusal = await attempt(session, keep)
    if refusal is None:
        return page.redirect(_base(slug), _("Đã thêm giấy tờ."))
    form.add(_wrong(refusal))
    return await _list(page, me, reader, slug, form, 422)


async def _show(page: PageMaker, me: Actor, reader: Any, slug: str | None, paper_id: UUID) -> Response:
    product, held, _supplier = await _held(reader, me, slug)
    one = next((each for each in held if each.id == paper_id), None)
    if one is None:
        raise NotFound(_("Không có giấy này."))
    form = _stored(one)
    told_in(form, (await own_standings(reader, me, await catalogue.own_supplier(reader, me))).get(paper_id))
    return await _paper_page(page, me, reader, product, form, slug, paper_id)


def _gone(hidden: list[Any]) -> str:
    """What is said after a paper has been taken away: also which products left the market with it."""
    said = _("Đã bỏ giấy này. Lịch sử vẫn giữ lại.")
    if hidden:
        names = ", ".join(each.name for each in hidden)
        said += " " + _("Không còn giấy nào đã kiểm tra nên trở lại bản nháp: %(names)s.", names=names)
    return said


async def _keep(
    request: Request, page: PageMaker, me: Actor, session: Any, reader: Any, files: FileStore, slug: str | None, paper_id: UUID
) -> Response:
    product, held, _supplier = await _held(reader, me, slug)
    if all(each.id != paper_id for each in held):
        raise NotFound(_("Không có giấy này."))
    form, uploads = await forms.read_with_files(request, catalogue.CertificateInput, "scans", most=catalogue.MOST_SCANS)
    if form.value is None:
        return await _paper_page(page, me, reader, product, form, slug, paper_id, status=422)
    value = form.value

    async def keep() -> None:
        await catalogue.revise_certificate(session, me, paper_id, value)
        await _keep_scans(session, files, me, paper_id, uploads)

    refusal = await attempt(session, keep)
    if refusal is None:
        return page.redirect(_base(slug), _("Đã lưu."))
    form.add(_wrong(refusal))
    return await _paper_page(page, me, reader, product, form, slug, paper_id, status=422)


async def _keep_scans(session: Any, files: FileStore, me: Actor, paper_id: UUID, uploads: list[forms.Upload]) -> None:
    for upload in uploads:
        await catalogue.add_scan(session, files, me, paper_id, upload.data, upload.name)


def _wrong(refusal: Any) -> dict[str, str]:
    errors: dict[str, str] = getattr(refusal, "errors", {}) or {"form": refusal.message}
    return {"scans" if name == "file" else name: words for name, words in errors.items()}


async def _remove_scan(page: PageMaker, me: Actor, session: Any, slug: str | None, paper_id: UUID, scan_id: UUID) -> Response:
    only_suppliers(me)
    await catalogue.remove_scan(session, me, scan_id)
    return page.redirect(f"{_base(slug)}/{paper_id}", _("Đã bỏ bản quét này."))


async def _renew(
    request: Request, page: PageMaker, me: Actor, session: Any, reader: Any, slug: str | None, paper_id: UUID
) -> Response:
    product, held, _supplier = await _held(reader, me, slug)
    one = next((each for each in held if each.id == paper_id), None)
    if one is None:
        raise NotFound(_("Không có giấy này."))
    form = await forms.read(request, catalogue.RenewalInput)
    if form.value is not None:
        value = form.value
        refusal = await attempt(session, lambda: catalogue.set_renewal(session, me, paper_id, value))
        if refusal is None:
            return page.redirect(f"{_base(slug)}/{paper_id}", _("Đã lưu."))
        form.add(_wrong(refusal))
    return await _paper_page(page, me, reader, product, _stored(one), slug, paper_id, renewal=form, status=422)


def _stored(paper: Any) -> forms.Form[Any]:
    return forms.filled({name: stored_text(getattr(paper, name)) for name in FIELDS})


async def _paper_page(
    page: PageMaker,
    me: Actor,
    reader: Any,
    product: catalogue.ProductPage | None,
    form: forms.Form[Any],
    slug: str | None,
    paper_id: UUID,
    *,
    renewal: forms.Form[Any] | None = None,
    status: int = 200,
) -> Response:
    ending = await catalogue.expiring(reader, me, certificate_id=paper_id)
    if not ending.items:
        ending = await catalogue.expiring(reader, me, certificate_id=paper_id, lapsed=True)
    paper = ending.items[0] if ending.items else None
    return page.show(
        "desk/certificate.html",
        status=status,
        product=product,
        form=form,
        scans=(await catalogue.scans_of(reader, [paper_id])).get(paper_id, []),
        most=catalogue.MOST_SCANS,
        ending=paper,
        renewal=renewal or renewals.filled(paper),
        states=renewals.states(),
        kinds=_kinds(product is not None),
        base=_base(slug),
        address=f"{_base(slug)}/{paper_id}",
    )


def _base(slug: str | None) -> str:
    return f"/ban-hang/san-pham/{slug}/giay-to" if slug is not None else "/ban-hang/giay-to"

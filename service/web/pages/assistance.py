"""Assisted entry, the officer's side (C3): type what stands on the printed form, print the letter with the code.

/duyet/nhap-ho                    assistance/entries.html    what waits for its agreement
/duyet/nhap-ho/da-dong-y          assistance/agreed.html     what has been agreed to, with both names
/duyet/nhap-ho/moi                assistance/supplier.html   a new one
/duyet/nhap-ho/{id}               assistance/entry.html      what was typed so far
/duyet/nhap-ho/{id}/sua           assistance/supplier.html   correct it
/duyet/nhap-ho/{id}/san-pham      assistance/product.html    one more product
/duyet/nhap-ho/{id}/giay-to       assistance/paper.html      one more paper
/duyet/nhap-ho/{id}/ma            assistance/letter.html     POST: a new code, on the letter to be printed or read out
"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response

from service import accounts, catalogue
from service.accounts import Actor
from service.core import clock, places
from service.core.db import new_id
from service.core.errors import Conflict, NotAllowed
from service.core.i18n import _, locale
from service.web.deps import Acting, Page, PageMaker, Reader, Session, Signed
from service.web.pages import forms, record_words
from service.web.pages.desk_forms import attempt, differences, near_communes, profile_labels, stored_text, version_of
from service.web.pages.labels import qr
from service.web.pages.printed import house
from service.web.pages.render import here

router = APIRouter()
Cursor = Annotated[str, Query(max_length=200)]


@router.get("/duyet/nhap-ho")
async def entries(request: Request, page: Page, me: Signed, reader: Reader, cursor: Cursor = "") -> Response:
    """What waits for its agreement, newest first."""
    return await _list(request, page, me, reader, cursor, agreed=False)


@router.get("/duyet/nhap-ho/da-dong-y")
async def agreed(request: Request, page: Page, me: Signed, reader: Reader, cursor: Cursor = "") -> Response:
    """What has been agreed to, newest first: who typed it and who agreed."""
    return await _list(request, page, me, reader, cursor, agreed=True)


async def _list(
    request: Request, page: PageMaker, me: Actor, reader: Any, cursor: str, *, agreed: bool, form: forms.Form[Any] | None = None
) -> Response:
    found, further = await catalogue.assisted_entries(reader, me, agreed=agreed, cursor=cursor or None)
    return page.show(
        "assistance/agreed.html" if agreed else "assistance/entries.html",
        status=200 if form is None else 422,
        entries=found,
        form=form or forms.filled({"source": "paper"}),
        sources=[(each.value, catalogue.source_name(each)) for each in catalogue.EntrySource],
        may_write=catalogue.may_assist(me),
        next=here(request, cursor=further) if further else None,
        first=here(request, cursor=None) if cursor else None,
    )


@router.get("/duyet/nhap-ho/moi")
async def new(page: Page, me: Signed) -> Response:
    """An empty form, in the order of the printed one."""
    _only_writers(me)
    return _supplier_page(page, forms.filled({"key": new_id(), "legal_form": "cooperative", "source": "paper"}), None)


@router.post("/duyet/nhap-ho")
async def enter(request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Enter a supplier for somebody."""
    _only_writers(me)
    form = await forms.read(request, catalogue.EntryDraft)
    value, entry_id = form.value, None
    if value is not None:

        async def keep() -> None:
            nonlocal entry_id
            entry_id = (await catalogue.assist(session, me, value, key=forms.key_of(form))).id

        refusal = await attempt(session, keep)
        if refusal is None:
            return page.redirect(f"/duyet/nhap-ho/{entry_id}", _("Đã lưu. Giờ thêm sản phẩm và giấy tờ, rồi in thư có mã."))
        form.add(getattr(refusal, "errors", {}) or {"form": refusal.message})
    return _supplier_page(page, form, None, status=422)


@router.post("/duyet/nhap-ho/ban-giao")
async def offer(request: Request, page: Page, me: Acting, session: Session, reader: Reader) -> Response:
    """Let a supplier that came in by a sheet be agreed to by a code."""
    _only_writers(me)
    form = await forms.read(request, catalogue.OfferDraft)
    value, entry_id = form.value, None
    if value is not None:

        async def keep() -> None:
            nonlocal entry_id
            entry_id = (await catalogue.offer(session, me, value.supplier, value)).id

        refusal = await attempt(session, keep)
        if refusal is None:
            return page.redirect(f"/duyet/nhap-ho/{entry_id}", _("Hồ sơ đã sẵn để bàn giao. Giờ cấp mã và in thư."))
        form.add(getattr(refusal, "errors", {}) or {"form": refusal.message})
    return await _list(request, page, me, reader, "", agreed=False, form=form)


@router.get("/duyet/nhap-ho/{entry_id}")
async def entry(entry_id: UUID, page: Page, me: Signed, session: Session, reader: Reader) -> Response:
    """All that was typed so far, and where it stands."""
    view, shown = await catalogue.assisted_entry(session, reader, me, entry_id)
    goods, groups = await names(reader)
    return page.show(
        "assistance/entry.html",
        entry=view,
        lines=record_words.supplier_lines(shown),
        products=[(each, record_words.product_lines(each, goods, groups)) for each in shown.products],
        papers=[record_words.paper_line(each) for each in shown.papers],
        may_write=catalogue.may_assist(me) and view.agreed_at is None,
    )


@router.get("/duyet/nhap-ho/{entry_id}/sua")
async def supplier(entry_id: UUID, page: Page, me: Signed, session: Session, reader: Reader) -> Response:
    """What was typed of the supplier, ready to be corrected."""
    _only_writers(me)
    view, shown = await catalogue.assisted_entry(session, reader, me, entry_id)
    return _supplier_page(page, profile_form(shown), view)


@router.post("/duyet/nhap-ho/{entry_id}/sua")
async def correct(entry_id: UUID, request: Request, page: Page, me: Acting, session: Session, reader: Reader) -> Response:
    """Keep what was corrected."""
    _only_writers(me)
    view, _shown = await catalogue.assisted_entry(session, reader, me, entry_id)
    form = await forms.read(request, catalogue.SupplierProfile)
    if form.value is None:
        return _supplier_page(page, form, view, status=422)
    value = form.value
    refusal = await attempt(session, lambda: catalogue.correct_entry(session, me, entry_id, version_of(form), value))
    if refusal is None:
        return page.redirect(f"/duyet/nhap-ho/{entry_id}", _("Đã lưu."))
    if isinstance(refusal, Conflict):
        view, shown = await catalogue.assisted_entry(session, reader, me, entry_id)
        now = profile_form(shown).typed
        moved = differences(form.typed, now, profile_labels())
        form.typed["version"] = now["version"]
        form.errors["form"] = refusal.message
        return _supplier_page(page, form, view, status=409, moved=moved)
    form.add(refusal.errors or {"form": refusal.message})
    return _supplier_page(page, form, view, status=422)


@router.get("/duyet/nhap-ho/{entry_id}/san-pham")
async def product(entry_id: UUID, page: Page, me: Signed, session: Session, reader: Reader) -> Response:
    """An empty form for one more product."""
    return await _product_page(page, me, session, reader, entry_id, forms.filled({"key": new_id()}))


@router.post("/duyet/nhap-ho/{entry_id}/san-pham")
async def add_product(
    entry_id: UUID, request: Request, page: Page, me: Acting, session: Session, reader: Reader,
    then: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Keep one more product."""
    _only_writers(me)
    form = await forms.read(request, catalogue.AssistedProduct, lists=["season_months"])
    value = form.value
    if value is not None:
        refusal = await attempt(session, lambda: catalogue.assist_product(session, me, entry_id, value, key=forms.key_of(form)))
        if refusal is None:
            back = f"/duyet/nhap-ho/{entry_id}"
            return page.redirect(f"{back}/san-pham" if then == "more" else back, _("Đã lưu sản phẩm."))
        form.add(getattr(refusal, "errors", {}) or {"form": refusal.message})
    return await _product_page(page, me, session, reader, entry_id, form, status=422)


@router.get("/duyet/nhap-ho/{entry_id}/giay-to")
async def paper(entry_id: UUID, page: Page, me: Signed, session: Session, reader: Reader) -> Response:
    """An empty form for one more paper."""
    return await _paper_page(page, me, session, reader, entry_id, forms.filled({"key": new_id()}))


@router.post("/duyet/nhap-ho/{entry_id}/giay-to")
async def add_paper(
    entry_id: UUID, request: Request, page: Page, me: Acting, session: Session, reader: Reader,
    product: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Keep one more paper, of the supplier or of one of its products."""
    _only_writers(me)
    _view, shown = await catalogue.assisted_entry(session, reader, me, entry_id)
    product_id = next((each.id for each in shown.products if str(each.id) == product), None)
    form = await forms.read(request, catalogue.CertificateInput)
    value = form.value
    if value is not None:
        refusal = await attempt(
            session,
            lambda: catalogue.assist_certificate(session, me, entry_id, product_id, value, key=forms.key_of(form)),
        )
        if refusal is None:
            return page.redirect(f"/duyet/nhap-ho/{entry_id}", _("Đã thêm giấy tờ."))
        form.add(getattr(refusal, "errors", {}) or {"form": refusal.message})
    return await _paper_page(page, me, session, reader, entry_id, form, status=422)


@router.post("/duyet/nhap-ho/{entry_id}/ma")
async def letter(
    entry_id: UUID, request: Request, page: Page, me: Acting, session: Session, reader: Reader,
    by_mail: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """A new code on the letter to be printed. It is shown this once: the market keeps no code, only what proves it."""
    code = await catalogue.give_code(session, me, entry_id, by_mail=by_mail == "on")
    await session.flush()
    view, _shown = await catalogue.assisted_entry(session, reader, me, entry_id)
    address = f"{house(request)}/xac-nhan"
    return page.show(
        "assistance/letter.html",
        entry=view,
        code=catalogue.spoken(code),
        until=clock.now() + catalogue.CODE_HOLDS,
        mailed=by_mail == "on" and view.email is not None,
        address=address,
        picture=qr(address),
        office=me.organisation_name,
        today=clock.today(),
    )


async def names(reader: Any) -> tuple[dict[str, str], dict[str, str]]:
    """The names of commodities and of OCOP sub-groups in the reader's language."""
    goods = {each.slug: each.title for each in await catalogue.commodities(reader)}
    return goods, {each.code: each.title for each in await catalogue.categories(reader)}


def profile_form(shown: catalogue.Shown) -> forms.Form[Any]:
    """The supplier's fields as they are stored, as one types them."""
    values = {name: stored_text(shown.said[name]) for name in catalogue.SupplierProfile.model_fields}
    values["wholesale_public"] = "on" if shown.said["wholesale_public"] else ""
    values["tax_code"] = accounts.shown_tax_code(shown.said["tax_code"]) or ""
    return forms.filled({**values, "version": shown.version})


def choices(commune: str = "") -> dict[str, Any]:
    """What the boxes of a supplier's form offer; `commune` is the one that was chosen."""
    return {
        "legal_forms": [(each.value, catalogue.legal_form_name(each)) for each in catalogue.LegalForm],
        "provinces": [(each.code, each.full_name) for each in places.provinces()],
        "communes": [(each.code, each.full_name) for each in near_communes(commune)],
    }


def _only_writers(me: Actor) -> None:
    if not catalogue.may_assist(me):
        raise NotAllowed(_("Chỉ cán bộ mới nhập hộ được."))


def _supplier_page(
    page: PageMaker, form: forms.Form[Any], view: catalogue.EntryView | None, *, status: int = 200,
    moved: list[tuple[str, str, str]] | None = None,
) -> Response:  # fmt: skip
    return page.show(
        "assistance/supplier.html",
        status=status,
        form=form,
        entry=view,
        moved=moved or [],
        sources=[(each.value, catalogue.source_name(each)) for each in catalogue.EntrySource],
        **choices(form.typed.get("commune_code", "")),
    )


async def _product_page(
    page: PageMaker, me: Actor, session: Any, reader: Any, entry_id: UUID, form: forms.Form[Any], *, status: int = 200
) -> Response:
    _only_writers(me)
    view, _shown = await catalogue.assisted_entry(session, reader, me, entry_id)
    form.chosen.setdefault("season_months", [])
    goods, groups = await names(reader)
    return page.show(
        "assistance/product.html",
        status=status,
        entry=view,
        form=form,
        commodities=list(goods.items()),
        categories=[(code, f"{code} {name}") for code, name in groups.items()],
        months=[(str(month), f"T{month}") for month in range(1, 13)],
    )


async def _paper_page(
    page: PageMaker, me: Actor, session: Any, reader: Any, entry_id: UUID, form: forms.Form[Any], *, status: int = 200
) -> Response:
    _only_writers(me)
    view, shown = await catalogue.assisted_entry(session, reader, me, entry_id)
    return page.show(
        "assistance/paper.html",
        status=status,
        entry=view,
        form=form,
        products=[(str(each.id), each.said["name"]) for each in shown.products],
        kinds=[(kind.code, kind.called(locale())) for kind in catalogue.KINDS.values()],
        product=True,
    )

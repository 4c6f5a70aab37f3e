"""The supplier's desk: what waits today, the profile, and the products with all their parts.

    /ban-hang                                  desk/index.html       what waits for you, your products
    /ban-hang/ho-so                            desk/profile.html     the profile
    /ban-hang/san-pham/moi                     desk/product_form.html
    /ban-hang/san-pham/{slug}                  desk/product.html     one product with all its parts
    /ban-hang/san-pham/{slug}/thong-tin        desk/product_form.html
    /ban-hang/san-pham/{slug}/{part}           see desk_parts.py and desk_papers.py
    …/gui, …/thu, …/rut                        see desk_reviews.py: hand in, take back, withdraw

Every form works without JavaScript. Two people at one record: the second gets her words back, beside what was stored meanwhile.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from service import catalogue, matching
from service.accounts import Actor, Role
from service.core import clock, places
from service.core.db import new_id
from service.core.errors import Conflict, Invalid
from service.core.i18n import _
from service.web.deps import Acting, Page, PageMaker, Reader, Session, Signed, below
from service.web.pages import desk_papers, desk_parts, desk_reviews, forms, histories
from service.web.pages.desk_forms import (
    attempt,
    differences,
    near_communes,
    only_suppliers,
    only_writers,
    own_organisation,
    own_product,
    own_standings,
    product_labels,
    profile_labels,
    stored_text,
    told_in,
    version_of,
)
from service.web.pages.waiting import all_waiting

router = APIRouter()
HOMES = {Role.NOBODY: "/to-chuc/moi", Role.BUYER: "/tim-hang", Role.ORGANISER: "/hoi-cho", Role.OFFICER: "/duyet",
         Role.ADMINISTRATOR: "/quan-tri"}  # fmt: skip
REQUESTS_SHOWN = 5


@router.get("/ban-hang")
async def desk(page: Page, me: Signed, reader: Reader, session: Session) -> Response:
    """What waits for the supplier today, most urgent first; everybody else is led to a desk of her own."""
    if me.role in HOMES:
        return page.redirect(HOMES[me.role])
    found = await catalogue.desk(reader, me)
    fits = await matching.requests_for_supplier(session, me) if found.supplier is not None else None
    waiting = sorted(((gap, product) for product in found.products for gap in product.gaps), key=lambda pair: pair[0].urgency)
    return page.show(
        "desk/index.html",
        desk=found,
        waiting=waiting,
        waits=await all_waiting(session, me),
        fits=fits.fits[:REQUESTS_SHOWN] if fits else [],
        more_fits=max(0, len(fits.fits) - REQUESTS_SHOWN) if fits else 0,
        may_edit=me.may_write,
        today=clock.today(),
        standings=await own_standings(reader, me, found.supplier),
        state_of=catalogue.state_name,
        findings=await catalogue.findings(reader, found.supplier.id, found.supplier.organisation_id, me, 1)
        if found.supplier is not None
        else [],
    )


@router.get("/ban-hang/ho-so")
async def profile(page: Page, me: Signed, reader: Reader) -> Response:
    """The profile as it is stored, with what waits to be checked and why it was returned; empty for who has none yet."""
    only_writers(me)
    own = await catalogue.own_supplier(reader, me)
    if own is None:
        form = forms.filled({"name": me.organisation_name, "legal_form": "cooperative"})
        return _profile_page(page, form, None)
    stored = await catalogue.supplier_page(reader, own.slug, me)
    standing = (await own_standings(reader, me, own)).get(own.id)
    form = _profile_form(stored)
    told_in(form, standing)
    return _profile_page(page, form, stored, standing=standing)


@router.post("/ban-hang/ho-so")
async def keep_profile(request: Request, page: Page, me: Acting, session: Session, reader: Reader) -> Response:
    """Keep the profile; it is shown to everyone once an officer has checked it."""
    only_suppliers(me)
    form = await forms.read(request, catalogue.SupplierProfile)
    own = await catalogue.own_supplier(reader, me)
    stored = await catalogue.supplier_page(reader, own.slug, me) if own is not None else None
    if form.value is None:
        return _profile_page(page, form, stored, status=422)
    value, organisation_id = form.value, own_organisation(me)

    async def keep() -> None:
        if own is not None:
            await catalogue.revise_supplier(session, me, own.id, version_of(form), value)
        else:
            await catalogue.register_supplier(session, me, organisation_id, value)

    refusal = await attempt(session, keep)
    if refusal is None:
        return page.redirect("/ban-hang", await _kept(await below(session), me))
    if isinstance(refusal, Conflict) and own is not None:
        stored = await catalogue.supplier_page(reader, own.slug, me)
    return _refused(page, refusal, form, stored)


async def _kept(reader: Any, me: Actor) -> str:
    own = await catalogue.own_supplier(reader, me)
    standing = (await own_standings(reader, me, own)).get(own.id) if own is not None else None
    if own is not None and own.state == "published" and standing is not None and standing.waits:
        return _("Đã lưu hồ sơ. Các mục đã được kiểm tra trước đây chỉ đổi sau khi cán bộ kiểm tra lại.")
    if own is not None and own.state in ("draft", "returned"):
        return _("Đã lưu hồ sơ. Bấm “Gửi duyệt” khi đã đủ, để cán bộ kiểm tra rồi đăng.")
    return _("Đã lưu hồ sơ.")


def _refused(
    page: PageMaker, refusal: Invalid | Conflict, form: forms.Form[Any], stored: catalogue.SupplierPage | None
) -> Response:
    if isinstance(refusal, Invalid):
        form.add(refusal.errors or {"form": refusal.message})
        return _profile_page(page, form, stored, status=422)
    now = _profile_form(stored).typed if stored is not None else {}
    moved = differences(form.typed, now, profile_labels())
    form.typed["version"] = now.get("version", "")
    form.errors["form"] = refusal.message
    return _profile_page(page, form, stored, status=409, moved=moved)


@router.get("/ban-hang/san-pham")
async def products(page: Page, me: Signed) -> Response:
    """The products stand on the desk itself."""
    only_suppliers(me)
    return page.redirect("/ban-hang#san-pham")


@router.get("/ban-hang/san-pham/moi")
async def new_product(page: Page, me: Signed, reader: Reader) -> Response:
    """An empty form."""
    only_writers(me)
    if await catalogue.own_supplier(reader, me) is None:
        return page.redirect("/ban-hang/ho-so", _("Hãy điền hồ sơ trước, rồi thêm sản phẩm."))
    return await _product_form(page, reader, forms.filled({"key": new_id()}), None)


@router.post("/ban-hang/san-pham/moi")
async def enter_product(request: Request, page: Page, me: Acting, session: Session, reader: Reader) -> Response:
    """Keep a new product as a draft."""
    only_suppliers(me)
    form = await forms.read(request, catalogue.ProductDraft, lists=["season_months"])
    own = await catalogue.own_supplier(reader, me)
    if own is None:
        return page.redirect("/ban-hang/ho-so", _("Hãy điền hồ sơ trước, rồi thêm sản phẩm."))
    if form.value is None:
        return await _product_form(page, reader, form, None, status=422)
    value, address = form.value, ""

    async def keep() -> None:
        nonlocal address
        product = await catalogue.draft(session, me, own.id, value, key=forms.key_of(form))
        address = f"/ban-hang/san-pham/{product.slug}"

    refusal = await attempt(session, keep)
    if refusal is None:
        return page.redirect(address, _("Đã lưu bản nháp. Giờ hãy thêm quy cách, giá, năng lực và giấy tờ, rồi gửi duyệt."))
    form.add(getattr(refusal, "errors", {}) or {"form": refusal.message})
    return await _product_form(page, reader, form, None, status=422)


@router.get("/ban-hang/san-pham/{slug}")
async def product(slug: str, page: Page, me: Signed, reader: Reader, session: Session) -> Response:
    """One product with all its parts, where to change each, and where it stands with those who check."""
    shown = await own_product(reader, me, slug)
    found = await catalogue.desk(reader, me)
    gaps = next((each.gaps for each in found.products if each.id == shown.id), [])
    return page.show(
        "desk/product.html",
        product=shown,
        gaps=gaps,
        may_edit=me.may_write,
        standing=(await own_standings(reader, me, found.supplier)).get(shown.id),
        lacks=await catalogue.lacks(session, shown.id) if shown.state in ("draft", "returned") else [],
        state_of=catalogue.state_name,
        labels=histories.labels(),
    )


@router.get("/ban-hang/san-pham/{slug}/thong-tin")
async def product_facts(slug: str, page: Page, me: Signed, reader: Reader) -> Response:
    """What the product says of itself, ready to be changed."""
    only_writers(me)
    shown = await own_product(reader, me, slug)
    standing = (await own_standings(reader, me, await catalogue.own_supplier(reader, me))).get(shown.id)
    form = _facts_form(shown)
    told_in(form, standing)
    return await _product_form(page, reader, form, shown, standing=standing)


@router.post("/ban-hang/san-pham/{slug}/thong-tin")
async def keep_product_facts(slug: str, request: Request, page: Page, me: Acting, session: Session, reader: Reader) -> Response:
    """Keep what the product says of itself."""
    shown = await own_product(reader, me, slug)
    form = await forms.read(request, catalogue.ProductDraft, lists=["season_months"])
    if form.value is None:
        return await _product_form(page, reader, form, shown, status=422)
    value = form.value
    refusal = await attempt(session, lambda: catalogue.revise(session, me, shown.id, version_of(form), value))
    if refusal is None:
        said = _("Đã lưu.")
        if shown.state == "published" and await catalogue.waiting_for(await below(session), shown.id) is not None:
            said += " " + _("Những mục đã kiểm tra chỉ đổi sau khi cán bộ kiểm tra lại; bản đang đăng vẫn giữ nguyên.")
        return page.redirect(f"/ban-hang/san-pham/{slug}", said)
    if isinstance(refusal, Invalid):
        form.add(refusal.errors)
        return await _product_form(page, reader, form, shown, status=422)
    shown = await own_product(reader, me, slug)  # As it is now.
    now = _facts_form(shown)
    moved = differences(
        {**form.typed, "season_months": ", ".join(form.chosen["season_months"])},
        {**now.typed, "season_months": ", ".join(now.chosen["season_months"])},
        product_labels(),
    )
    form.typed["version"] = str(shown.version)
    form.errors["form"] = refusal.message
    return await _product_form(page, reader, form, shown, status=409, moved=moved)


def _profile_form(stored: catalogue.SupplierPage) -> forms.Form[Any]:
    values = {name: stored_text(getattr(stored, name)) for name in catalogue.SupplierProfile.model_fields}
    return forms.filled({**values, "wholesale_public": "on" if stored.wholesale_public else "", "version": stored.version})


def _profile_page(
    page: PageMaker, form: forms.Form[Any], stored: catalogue.SupplierPage | None, *, status: int = 200,
    moved: list[tuple[str, str, str]] | None = None, standing: catalogue.Standing | None = None,
) -> Response:  # fmt: skip
    return page.show(
        "desk/profile.html",
        status=status,
        standing=standing,
        state_of=catalogue.state_name,
        form=form,
        stored=stored,
        moved=moved or [],
        legal_forms=[(each.value, catalogue.legal_form_name(each)) for each in catalogue.LegalForm],
        provinces=[(each.code, each.full_name) for each in places.provinces()],
        communes=[
            (each.code, f"{each.full_name} ({', '.join(old.name for old in places.former(each.code))})")
            for each in near_communes(form.typed.get("commune_code", ""))
        ],
    )


def _facts_form(shown: catalogue.ProductPage) -> forms.Form[Any]:
    names = [name for name in catalogue.ProductDraft.model_fields if name not in ("commodity", "season_months")]
    values: dict[str, Any] = {name: stored_text(getattr(shown, name)) for name in names}
    values |= {"commodity": shown.commodity_slug, "season_months": shown.season_months, "version": shown.version}
    return forms.filled(values)


async def _product_form(
    page: PageMaker, reader: Any, form: forms.Form[Any], shown: catalogue.ProductPage | None, *, status: int = 200,
    moved: list[tuple[str, str, str]] | None = None, standing: catalogue.Standing | None = None,
) -> Response:  # fmt: skip
    form.chosen.setdefault("season_months", [])
    return page.show(
        "desk/product_form.html",
        status=status,
        standing=standing,
        form=form,
        product=shown,
        moved=moved or [],
        categories=[(each.code, f"{each.code} {each.title}") for each in await catalogue.categories(reader)],
        commodities=[(each.slug, each.title) for each in await catalogue.commodities(reader)],
        months=[(str(month), f"T{month}") for month in range(1, 13)],
    )


router.include_router(desk_parts.router)
router.include_router(desk_papers.router)
router.include_router(desk_reviews.router)

"""Agreeing by a code to what an officer has typed (C3). The code is asked for at every step and stands in no address.

/xac-nhan                                 agreeing/code.html      type the code; after a post: agreeing/record.html
/xac-nhan-ho-so/sua                       agreeing/supplier.html  POST: the supplier's fields, ready to be corrected
/xac-nhan-ho-so/luu                       POST: keep them
/xac-nhan-ho-so/san-pham/{id}/sua, /luu   agreeing/product.html   POST: the same for a product
/xac-nhan-ho-so/bo-giay/{id}              POST: take a paper away that is none of the supplier's
/xac-nhan-ho-so/dong-y                    POST: agree, and own it from then on
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.responses import Response

from service import accounts, catalogue
from service.accounts import Actor
from service.core import formats
from service.core.errors import Conflict, Invalid, NotFound
from service.core.i18n import _, locale
from service.web import guarding
from service.web.deps import Me, Page, PageMaker, Reader, Session
from service.web.pages import forms, record_words
from service.web.pages.assistance import choices, names, profile_form
from service.web.pages.desk_forms import attempt, stored_text, version_of

router = APIRouter()
TRIES_AN_HOUR = 30  # For one address: a whole commune may sit behind one. Each code locks by itself after ten.


class Code(BaseModel):
    """The code as it was typed."""

    code: str = ""


@router.get("/xac-nhan")
async def ask(page: Page) -> Response:
    """Type the code."""
    return page.show("agreeing/code.html", form=forms.filled({}))


@router.post("/xac-nhan")
async def show(request: Request, page: Page, me: Me, session: Session, reader: Reader) -> Response:
    """Exactly what would be agreed to."""
    form = await forms.read(request, Code)
    opening = await _opened(request, session, form)
    if opening.entry is None:
        return _refused(page, opening, form)
    return await _record(page, me, session, reader, opening, form)


@router.post("/xac-nhan-ho-so/sua")
async def supplier(request: Request, page: Page, session: Session) -> Response:
    """The supplier's fields, ready to be corrected."""
    form = await forms.read(request, Code)
    opening = await _opened(request, session, form)
    if opening.entry is None:
        return _refused(page, opening, form)
    shown = await catalogue.record_by_code(session, opening)
    return _supplier(page, profile_form(shown), form.typed["code"])


@router.post("/xac-nhan-ho-so/luu")
async def keep_supplier(request: Request, page: Page, me: Me, session: Session, reader: Reader) -> Response:
    """Keep the corrected fields, and show the whole again."""
    form = await forms.read(request, catalogue.SupplierProfile)
    opening = await _opened(request, session, form)
    if opening.entry is None:
        return _refused(page, opening, form)
    if form.value is None:
        return _supplier(page, form, form.typed.get("code", ""), 422)
    value = form.value
    refusal = await attempt(session, lambda: catalogue.correct_by_code(session, opening, version_of(form), value))
    if refusal is None:
        return await _record(page, me, session, reader, opening, form, told=_("Đã sửa. Xem lại rồi đồng ý."))
    form.add(getattr(refusal, "errors", {}) or {"form": refusal.message})
    form.typed["version"] = str((await catalogue.record_by_code(session, opening)).version)
    return _supplier(page, form, form.typed.get("code", ""), 409 if isinstance(refusal, Conflict) else 422)


@router.post("/xac-nhan-ho-so/san-pham/{product_id}/sua")
async def product(product_id: UUID, request: Request, page: Page, session: Session, reader: Reader) -> Response:
    """A product's fields, ready to be corrected."""
    form = await forms.read(request, Code)
    opening = await _opened(request, session, form)
    if opening.entry is None:
        return _refused(page, opening, form)
    one = await _product_of(session, opening, product_id)
    values = {name: stored_text(one.said[name]) for name in catalogue.ProductDraft.model_fields if name != "season_months"}
    filled = forms.filled({**values, "season_months": one.said["season_months"], "version": one.version})
    return await _product(page, reader, filled, one, form.typed["code"])


@router.post("/xac-nhan-ho-so/san-pham/{product_id}/luu")
async def keep_product(product_id: UUID, request: Request, page: Page, me: Me, session: Session, reader: Reader) -> Response:
    """Keep a product's corrected fields, and show the whole again."""
    form = await forms.read(request, catalogue.ProductDraft, lists=["season_months"])
    opening = await _opened(request, session, form)
    if opening.entry is None:
        return _refused(page, opening, form)
    one = await _product_of(session, opening, product_id)
    code = form.typed.get("code_", "")
    if form.value is None:
        return await _product(page, reader, form, one, code, 422)
    value = form.value
    refusal = await attempt(
        session, lambda: catalogue.correct_product_by_code(session, opening, product_id, version_of(form), value)
    )
    if refusal is None:
        return await _record(page, me, session, reader, opening, form, told=_("Đã sửa. Xem lại rồi đồng ý."))
    form.add(getattr(refusal, "errors", {}) or {"form": refusal.message})
    form.typed["version"] = str((await _product_of(session, opening, product_id)).version)
    return await _product(page, reader, form, one, code, 409 if isinstance(refusal, Conflict) else 422)


@router.post("/xac-nhan-ho-so/bo-giay/{paper_id}")
async def remove_paper(paper_id: UUID, request: Request, page: Page, me: Me, session: Session, reader: Reader) -> Response:
    """Take a paper away, and show the whole again."""
    form = await forms.read(request, Code)
    opening = await _opened(request, session, form)
    if opening.entry is None:
        return _refused(page, opening, form)
    await catalogue.remove_paper_by_code(session, opening, paper_id)
    return await _record(page, me, session, reader, opening, form, told=_("Đã bỏ giấy này. Xem lại rồi đồng ý."))


@router.post("/xac-nhan-ho-so/dong-y")
async def agree(request: Request, page: Page, me: Me, session: Session, reader: Reader) -> Response:
    """Agree: as somebody who has signed in, or as a new person with a password."""
    signed = me if me is not None and me.person_id is not None else None
    form = await forms.read(request, Code if signed is not None else accounts.NewOwner)
    opening = await _opened(request, session, form)
    if opening.entry is None:
        return _refused(page, opening, form)
    if not form.typed.get("read"):
        form.add({"read": _("Hãy đánh dấu rằng bạn đã đọc và đồng ý.")})
    if "form" in form.errors:
        form.errors["form"] = accounts.unreachable()
    if form.value is None:
        return await _record(page, me, session, reader, opening, form, status=422)
    who: Any = signed if signed is not None else form.value
    digest = form.typed.get("digest", "")
    refusal = await attempt(session, lambda: catalogue.agree(session, opening, digest, who, locale()))
    if refusal is None:
        done = _("Hồ sơ đã là của bạn và đang chờ cán bộ khác kiểm tra.")
        if signed is not None:
            return page.redirect("/", f"{done} {_('Chọn tổ chức này ở góc trên để mở bàn bán hàng.')}")
        return page.redirect("/dang-nhap?next=/ban-hang", f"{done} {_('Giờ hãy đăng nhập.')}")
    form.add((refusal.errors if isinstance(refusal, Invalid) else {}) or {"form": refusal.message})
    status = 409 if isinstance(refusal, Conflict) else 422
    return await _record(page, me, session, reader, opening, form, status=status)


async def _opened(request: Request, session: Any, form: forms.Form[Any]) -> catalogue.Opening:
    await guarding.take(request, "assisted_code", guarding.address_of(request), TRIES_AN_HOUR, guarding.HOUR)
    # A product has a code of its own, so there the code of the entry goes by another name.
    typed = form.typed.get("code_", form.typed.get("code", ""))
    opening = await catalogue.open_code(session, typed)
    if opening.entry is not None:
        await guarding.give_back(request, "assisted_code", guarding.address_of(request), TRIES_AN_HOUR, guarding.HOUR)
    return opening


def _refused(page: PageMaker, opening: catalogue.Opening, form: forms.Form[Any]) -> Response:
    code = form.typed.get("code_", form.typed.get("code", ""))
    return page.show("agreeing/code.html", status=422, form=forms.Form(errors={"code": opening.refusal}, typed={"code": code}))


async def _record(
    page: PageMaker, me: Actor | None, session: Any, reader: Any, opening: catalogue.Opening, form: forms.Form[Any],
    *, told: str = "", status: int = 200,
) -> Response:  # fmt: skip
    shown = await catalogue.record_by_code(session, opening)
    goods, groups = await names(reader)
    typed = {name: form.typed.get(name, "") for name in ("name", "phone", "email")} if status != 200 else {}
    phone = formats.phone(shown.said["phone"]) if shown.said["phone"] else ""
    known = {"phone": phone, "email": shown.said["email"] or ""}
    answer = page.show(
        "agreeing/record.html",
        status=status,
        shown=shown,
        lines=record_words.supplier_lines(shown),
        products=[(each, record_words.product_lines(each, goods, groups)) for each in shown.products],
        papers=[(each.id, record_words.paper_line(each)) for each in shown.papers],
        code=form.typed.get("code_", form.typed.get("code", "")),
        errors=form.errors if status != 200 else {},
        typed={**known, **typed},
        told=told,
        consent=accounts.consent_texts()[accounts.Purpose.ACCOUNT],
        signed=me is not None and me.person_id is not None,
    )
    answer.headers["cache-control"] = "no-store"
    return answer


def _supplier(page: PageMaker, form: forms.Form[Any], code: str, status: int = 200) -> Response:
    return page.show(
        "agreeing/supplier.html", status=status, form=form, code=code, **choices(form.typed.get("commune_code", ""))
    )


async def _product_of(session: Any, opening: catalogue.Opening, product_id: UUID) -> catalogue.ShownProduct:
    shown = await catalogue.record_by_code(session, opening)
    one = next((each for each in shown.products if each.id == product_id), None)
    if one is None:
        raise NotFound(_("Không có sản phẩm này trong hồ sơ."))
    return one


async def _product(
    page: PageMaker, reader: Any, form: forms.Form[Any], one: catalogue.ShownProduct, code: str, status: int = 200
) -> Response:
    form.chosen.setdefault("season_months", [])
    goods, groups = await names(reader)
    return page.show(
        "agreeing/product.html",
        status=status,
        form=form,
        product=one,
        code=code,
        commodities=list(goods.items()),
        categories=[(key, f"{key} {name}") for key, name in groups.items()],
        months=[(str(month), f"T{month}") for month in range(1, 13)],
    )

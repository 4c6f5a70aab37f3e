"""What the forms of the desk have in common: trying a change, showing stored values, and telling two people's words apart."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import UploadFile

from service import accounts, catalogue
from service.accounts import Actor, Role
from service.core import formats, places
from service.core.db import CROSSED, crossed
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.i18n import _
from service.web.pages import forms

InputT = TypeVar("InputT", bound=BaseModel)


async def attempt(session: AsyncSession, change: Callable[[], Awaitable[Any]]) -> Invalid | Conflict | None:
    """Make a change whole, or not at all and say why; refusals of another kind go on to the edge.

    What the database drops because others were in the way is undone here as well, so that what was typed can be sent again.
    """
    trial = await session.begin_nested()
    try:
        await change()
    except (Invalid, Conflict) as refusal:
        await trial.rollback()
        return refusal
    except CROSSED as error:
        lost = crossed(error)
        if lost is None:
            raise
        await trial.rollback()
        return lost
    await trial.commit()
    return None


def stored_text(value: Any) -> Any:
    """A stored value as one types it on a page of this language: a number has its decimal mark and no thousands."""
    if value is None:
        return ""
    if isinstance(value, (Decimal, float)):
        return formats.plain_number(value)
    return formats.day(value) if isinstance(value, date) else value


def near_communes(chosen: str) -> list[places.Place]:
    """The communes to choose from: those where our suppliers are at home, and the chosen one. Others come by address."""
    near = list(places.communes(places.BAC_KAN_BEFORE_2025))
    known = places.commune(chosen)
    return near if known is None or known in near else [*near, known]


def differences(typed: Mapping[str, str], now: Mapping[str, str], labels: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Where what was typed and what is stored now are not the same: the field in words, both values."""
    return [
        (label, typed.get(name, ""), now.get(name, ""))
        for name, label in labels.items()
        if " ".join(typed.get(name, "").split()) != " ".join(now.get(name, "").split())
    ]


async def read_rows(
    request: Request, model: type[InputT], names: Sequence[str], most: int, quiet: Sequence[str] = ()
) -> tuple[forms.Form[Any], list[InputT], int]:
    """Several rows of one form: fields `name_0`, `name_1` …; a row in which nothing is typed is left out.

    A choice that always says something (a select) is named in `quiet`: it alone does not make a row.
    Gives the form as typed with its errors, the values of the rows that are right, and the number of rows to show.
    """
    data = await request.form(max_fields=forms.MOST_FIELDS, max_files=0)
    typed = {key: value for key, value in data.items() if not isinstance(value, UploadFile)}
    form: forms.Form[Any] = forms.Form(typed=dict(typed))
    values: list[InputT] = []
    filled = [n for n in range(most) if any(typed.get(f"{name}_{n}", "").strip() for name in names if name not in quiet)]
    # Rows move up when one above is emptied, so that errors of rules point to the row that is shown.
    for place, n in enumerate(filled):
        row = {name: typed.get(f"{name}_{n}", "") for name in names}
        form.typed.update({f"{name}_{place}": value for name, value in row.items()})
        try:
            values.append(model.model_validate(row))
        except ValidationError as error:
            form.errors.update({f"{name}_{place}": words for name, words in forms.words_for(error).items()})
    for n in range(len(filled), most):
        for name in names:
            form.typed.pop(f"{name}_{n}", None)
    return form, values, len(filled)


def filled_rows(rows: Iterable[Mapping[str, Any]], version: int) -> forms.Form[Any]:
    """A form with several rows as they are stored."""
    typed = {f"{name}_{n}": str(stored_text(value)) for n, row in enumerate(rows) for name, value in row.items()}
    return forms.Form(typed={**typed, "version": str(version)})


def only_suppliers(me: Actor) -> None:
    """The desk belongs to suppliers."""
    if me.role is not Role.SUPPLIER:
        raise NotAllowed(_("Bàn bán hàng dành cho nhà cung cấp."))


def only_writers(me: Actor) -> None:
    """Who may only look is told so before she types, not after."""
    only_suppliers(me)
    if not me.may_write:
        raise NotAllowed(_("Tài khoản của bạn chỉ được xem. Nhờ người quản lý hoặc thành viên của nhà cung cấp sửa giúp."))


def own_organisation(me: Actor) -> UUID:
    """The organisation that the reader acts for."""
    if me.organisation_id is None:
        raise NotAllowed(_("Bàn bán hàng dành cho nhà cung cấp."))
    return me.organisation_id


async def own_product(reader: Any, me: Actor, slug: str) -> catalogue.ProductPage:
    """A product of the reader's own organisation; anybody else's is not there."""
    only_suppliers(me)
    shown = await catalogue.product_page(reader, slug, me)
    if shown.supplier.organisation_id != me.organisation_id:
        raise NotFound(_("Không có sản phẩm này trên bàn của bạn."))
    return shown


async def own_standings(reader: Any, me: Actor, own: Any) -> dict[UUID, catalogue.Standing]:
    """Where the newest submission of each of the reader's own records stands."""
    return await catalogue.standings(reader, me, own.id, own.organisation_id) if own is not None else {}


def told_in(form: forms.Form[Any], standing: catalogue.Standing | None) -> None:
    """Show in a form what waits to be checked in place of what is published, and beside its fields why it was returned."""
    if standing is None or not (standing.waits or standing.returned):
        return
    for name, value in standing.proposed.items():
        if name == "commodity_id":
            form.typed["commodity"] = standing.commodity or ""
        elif standing.waits or standing.is_revision:
            form.typed[name] = "" if value is None else _typed(name, value)
    if standing.returned:
        renamed = {"commodity_id": "commodity"}
        form.errors = {renamed.get(name, name): why for name, why in standing.reasons.items()}
        if standing.note:
            form.errors.setdefault("form", standing.note)


def _typed(name: str, value: Any) -> str:
    if name == "tax_code":
        return accounts.shown_tax_code(value) or ""
    if name in ("issued_on", "valid_to"):
        return formats.day(date.fromisoformat(value))
    return str(stored_text(value))


def version_of(form: forms.Form[Any]) -> int:
    """The version that the form was filled from; something else matches none."""
    typed = form.typed.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1


def profile_labels() -> dict[str, str]:
    """The fields of the profile, in words."""
    return {
        "name": _("Tên đầy đủ"),
        "name_en": _("Tên tiếng Anh"),
        "legal_form": _("Loại hình"),
        "tax_code": _("Mã số thuế"),
        "province_code": _("Tỉnh, thành phố"),
        "commune_code": _("Xã, phường"),
        "address": _("Địa chỉ"),
        "phone": _("Điện thoại"),
        "email": _("Thư điện tử"),
        "website": _("Trang web"),
        "founded": _("Năm thành lập"),
        "members": _("Số thành viên"),
        "people": _("Con người"),
        "area_ha": _("Diện tích (ha)"),
        "capacity_note": _("Năng lực chung"),
        "story": _("Câu chuyện"),
        "min_order_kg": _("Đơn hàng ít nhất (kg)"),
        "wholesale_public": _("Cho mọi người xem giá sỉ"),
    }


def product_labels() -> dict[str, str]:
    """The fields of a product, in words."""
    return {
        "name": _("Tên sản phẩm"),
        "name_en": _("Tên tiếng Anh"),
        "code": _("Mã sản phẩm"),
        "category_code": _("Nhóm OCOP"),
        "commodity": _("Mặt hàng"),
        "description": _("Mô tả"),
        "ingredients": _("Thành phần"),
        "origin": _("Xuất xứ"),
        "storage": _("Bảo quản"),
        "season_months": _("Tháng có hàng"),
        "shelf_life_days": _("Hạn dùng (ngày)"),
        "lead_days": _("Số ngày chuẩn bị"),
        "min_order_kg": _("Đơn hàng ít nhất (kg)"),
    }

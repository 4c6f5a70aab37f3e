"""What a supplier's people are told by mail: what became of a submission, and which products have left the market."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.catalogue import kinds
from service.catalogue.models import Certificate, Product, Supplier
from service.catalogue.reviews.models import Review, ReviewState
from service.core import i18n, mail
from service.core.i18n import _


async def tell_decision(
    session: AsyncSession, review: Review, supplier: Supplier, record: Supplier | Product | Certificate
) -> None:
    """Tell the supplier's people what became of their submission: with the reasons, and where to mend what was returned."""
    template = "review_approved" if review.state == ReviewState.APPROVED else "review_returned"
    address = await _address(session, record)
    for person in (await accounts.people_of(session, [supplier.organisation_id])).get(supplier.organisation_id, []):
        if person.email:
            with i18n.speaking(person.language):
                name, reasons = _name(record), [f"{field_name(field)}: {why}" for field, why in review.reasons.items()]
            await mail.send(
                session, person.email, template, person.language, name=name, revision=review.is_revision, reasons=reasons,
                note=review.note, address=address,
            )  # fmt: skip


async def tell_hidden(session: AsyncSession, supplier: Supplier, products: Sequence[Product]) -> None:
    """Tell the supplier's people which products left the market because no checked paper stands for them any more."""
    if not products:
        return
    for person in (await accounts.people_of(session, [supplier.organisation_id])).get(supplier.organisation_id, []):
        if person.email:
            await mail.send(
                session, person.email, "products_hidden", person.language, names=[each.name for each in products],
                supplier=supplier.name,
            )  # fmt: skip


async def _address(session: AsyncSession, record: Supplier | Product | Certificate) -> str:
    if isinstance(record, Product):
        return f"/ban-hang/san-pham/{record.slug}"
    if isinstance(record, Supplier):
        return "/ban-hang/ho-so"
    slug = None
    if record.product_id is not None:
        slug = await session.scalar(select(Product.slug).where(Product.id == record.product_id))
    return f"/ban-hang/san-pham/{slug}/giay-to/{record.id}" if slug else f"/ban-hang/giay-to/{record.id}"


def _name(record: Supplier | Product | Certificate) -> str:
    if not isinstance(record, Certificate):
        return record.name
    known = kinds.KINDS.get(record.kind)
    called = known.called(i18n.locale()) if known else record.kind
    return _("%(paper)s số %(number)s", paper=called, number=record.number) if record.number else called


def field_name(field: str) -> str:
    """A field that can be returned with a reason, in words."""
    names = {
        "name": _("Tên"),
        "legal_form": _("Loại hình"),
        "tax_code": _("Mã số thuế"),
        "province_code": _("Tỉnh, thành phố"),
        "commune_code": _("Xã, phường"),
        "address": _("Địa chỉ"),
        "phone": _("Điện thoại"),
        "email": _("Thư điện tử"),
        "story": _("Câu chuyện"),
        "commodity_id": _("Mặt hàng"),
        "category_code": _("Nhóm OCOP"),
        "description": _("Mô tả"),
        "ingredients": _("Thành phần"),
        "origin": _("Xuất xứ"),
        "storage": _("Bảo quản"),
        "shelf_life_days": _("Hạn dùng (ngày)"),
        "season_months": _("Tháng có hàng"),
        "kind": _("Loại giấy"),
        "stars": _("Số sao"),
        "number": _("Số"),
        "issuer": _("Nơi cấp"),
        "level": _("Cấp"),
        "issued_on": _("Ngày cấp"),
        "valid_to": _("Có hiệu lực đến"),
        "scan": _("Bản chụp"),
        "website": _("Trang web"),
        "about": _("Giới thiệu"),
    }
    return names.get(field, field)

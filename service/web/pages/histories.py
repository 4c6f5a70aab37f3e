"""The history of a supplier or product in words: what happened, who did it, old and new values (V10)."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from service import accounts, catalogue
from service.accounts import Actor
from service.core import formats
from service.core.i18n import _
from service.web.deps import PageMaker
from service.web.pages.desk_forms import product_labels, profile_labels


def facts() -> dict[str, str]:
    """What the facts of the catalogue are called."""
    return {
        "SupplierRegistered": _("Lập hồ sơ"),
        "SupplierRevised": _("Sửa hồ sơ"),
        "SupplierPublished": _("Đăng hồ sơ"),
        "SupplierWithdrawn": _("Rút hồ sơ"),
        "ProductDrafted": _("Tạo sản phẩm"),
        "ProductRevised": _("Sửa sản phẩm"),
        "ProductPublished": _("Đăng sản phẩm"),
        "ProductWithdrawn": _("Rút sản phẩm"),
        "PacksChanged": _("Sửa quy cách"),
        "PricesChanged": _("Sửa giá sỉ"),
        "CapacityDeclared": _("Khai năng lực"),
        "ReserveChanged": _("Giữ lại cho mình"),
        "CapacityPromised": _("Hứa hàng"),
        "PromiseReleased": _("Bỏ lời hứa hàng"),
        "PromiseConsumed": _("Giao hàng đã hứa"),
        "StockCounted": _("Kiểm tồn kho"),
        "CertificateAdded": _("Thêm giấy tờ"),
        "CertificateRevised": _("Sửa giấy tờ"),
        "CertificateRemoved": _("Bỏ giấy tờ"),
        "CertificateChecked": _("Giấy đã kiểm tra"),
        "CertificateQuestioned": _("Giấy không còn được tính"),
        "HandedIn": _("Gửi duyệt"),
        "ChangeProposed": _("Gửi thay đổi chờ duyệt"),
        "SubmissionWithdrawn": _("Rút lại, không duyệt nữa"),
        "Approved": _("Duyệt"),
        "Returned": _("Trả lại để sửa"),
        "PhotoAdded": _("Thêm ảnh"),
        "PhotoReceived": _("Ảnh chờ xử lý"),
        "PhotoRemoved": _("Bỏ ảnh"),
        "PhotosArranged": _("Sắp xếp ảnh"),
        "ScanAdded": _("Thêm bản quét"),
        "ScanReceived": _("Bản quét chờ xử lý"),
        "ScanRemoved": _("Bỏ bản quét"),
        "RenewalMoved": _("Đánh giá lại"),
        "CheckRecorded": _("Kiểm tra thực địa"),
        "EntryTyped": _("Cán bộ nhập hộ"),
        "CodeGiven": _("Cấp mã xác nhận"),
        "EntryAgreed": _("Đồng ý với hồ sơ nhập hộ"),
        "LotMade": _("Ghi lô hàng"),
        "LotCorrected": _("Sửa lô hàng"),
        "LotOpened": _("Mở trang của lô"),
        "LotClosed": _("Khép lô"),
        "LotRecalled": _("Thu hồi lô"),
    }


async def show(page: PageMaker, me: Actor, reader: Any, what: str, slug: str) -> Response:
    """The page with a record's history."""
    name, lines = await catalogue.record_history(reader, me, what, slug)
    return page.show(
        "desk/history.html",
        name=name,
        back=f"/san-pham/{slug}" if what == "product" else f"/nha-cung-cap/{slug}",
        lines=[line(each) for each in lines],
    )


def line(told: catalogue.HistoryLine) -> dict[str, Any]:
    """One line of a history in words."""
    return {
        "at": told.at,
        "fact": facts().get(told.fact, told.fact),
        "by": by(told),
        "changes": _changes(told.old or {}, told.new or {}),
    }


def by(line: catalogue.HistoryLine) -> str:
    """Who did it and for whom; the system where nobody is named. Of an office that acts for a supplier both are named."""
    if line.office:
        who = " · ".join(name for name in (line.person, line.office) if name)
        return _("%(who)s thay mặt %(whom)s", who=who, whom=line.organisation or "")
    return " · ".join(name for name in (line.person, line.organisation) if name) or "Chợ Phiên"


def _changes(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, str, str]]:
    named = labels()
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return [(named.get(name, _month(name)), in_words(name, old.get(name)), in_words(name, new.get(name))) for name in names]


def labels() -> dict[str, str]:
    """Every field of a record, a paper or a decision, in words."""
    return {**profile_labels(), **product_labels(), **_part_labels()}


def in_words(name: str, value: Any) -> str:
    """A value in words; of a person's tax number only the end is shown, to anybody."""
    if name == "parts" and isinstance(value, list):
        return ", ".join(
            _part_labels().get(part, _("Năng lực theo tháng") if part == "capacity" else _("Giấy tờ")) for part in value
        )
    if name == "finding" and isinstance(value, str):
        return catalogue.finding_name(value) or "–"
    if name == "entry_source" and isinstance(value, str):
        return catalogue.source_name(value)
    if name == "renewal" and isinstance(value, str):
        return catalogue.renewal_name(value)
    if name == "tax_code" and isinstance(value, str):
        return accounts.shown_tax_code(value) or "–"
    return written(value)


def _part_labels() -> dict[str, str]:
    return {
        "parts": _("Phần đã đổi"),
        "packs": _("Quy cách"),
        "tiers": _("Giá sỉ"),
        "reserve_kg": _("Giữ lại mỗi tháng (kg)"),
        "month": _("Tháng"),
        "kg": _("Số kg"),
        "label": _("Cho ai"),
        "on": _("Ngày giao"),
        "stock_kg": _("Tồn kho (kg)"),
        "visited_on": _("Ngày đến"),
        "place": _("Nơi kiểm tra"),
        "finding": _("Kết luận"),
        "follow_up_on": _("Kiểm tra lại ngày"),
        "entry_source": _("Nguồn"),
        "mailed": _("Gửi qua thư điện tử"),
        "digest": _("Dấu vân tay của bản đã đồng ý (SHA-256)"),
        "stock_on": _("Ngày kiểm"),
        "kind": _("Loại giấy"),
        "stars": _("Số sao"),
        "number": _("Số"),
        "issuer": _("Nơi cấp"),
        "level": _("Cấp"),
        "issued_on": _("Ngày cấp"),
        "valid_to": _("Có hiệu lực đến"),
        "commodity_id": _("Mặt hàng"),
        "state": _("Trạng thái"),
        "marks": _("Chỉ dẫn địa lý, nhãn hiệu"),
        "caption": _("Ảnh chụp gì"),
        "photos": _("Ảnh"),
        "file": _("Tệp"),
        "renewal": _("Hồ sơ đánh giá lại"),
        "day": _("Ngày"),
        "code": _("Mã"),
        "verified_on": _("Ngày xác minh"),
        "unit": _("Đơn vị tính"),
        "illustrative": _("dữ liệu minh họa"),
        "source": _("Nguồn"),
        "proposed": _("Thay đổi chờ duyệt"),
        "note": _("Lời nhắn"),
        "reason": _("Lý do"),
        "scan": _("Bản chụp"),
        "about": _("Giới thiệu"),
        "name": _("Tên"),
        "harvested_on": _("Ngày thu hoạch"),
        "made_on": _("Ngày sản xuất"),
        "best_before": _("Hạn dùng"),
        "quantity_kg": _("Khối lượng (kg)"),
        "names_agreed": _("Được nêu tên thành viên"),
        "sources": _("Thành viên, thửa đất"),
        "checks": _("Các lần kiểm tra"),
        "deliveries": _("Nơi đã giao"),
    }


def _month(name: str) -> str:
    return _("Tháng %(n)s", n=name) if name.isdigit() else name


def written(value: Any) -> str:
    """A value of the journal in words."""
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if not value and value != 0:
        return "–"
    if isinstance(value, (int, float)):
        return formats.number(value)
    if isinstance(value, list):
        return "; ".join(written(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(written(item) for item in value.values() if item is not None)
    return str(value)[:400]

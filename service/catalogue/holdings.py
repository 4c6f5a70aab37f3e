"""What the catalogue holds that names a person: who typed, handed in, decided, visited, promised."""

from __future__ import annotations

from service import accounts
from service.accounts import Holding
from service.core.i18n import _

accounts.holdings.extend(
    [
        Holding("profiles_typed", lambda: _("Hồ sơ bạn nhập"), "catalogue_supplier", "typed_by", ("created_at", "name")),
        Holding("products_typed", lambda: _("Sản phẩm bạn nhập"), "catalogue_product", "typed_by", ("created_at", "name")),
        Holding("papers_typed", lambda: _("Giấy tờ bạn nhập"), "catalogue_certificate", "typed_by", ("id", "kind", "number")),
        Holding(
            "papers_checked",
            lambda: _("Giấy tờ bạn kiểm tra"),
            "catalogue_certificate",
            "checked_by",
            ("checked_on", "id", "kind", "number"),
        ),
        Holding("reviews_asked", lambda: _("Bản bạn gửi duyệt"), "catalogue_review", "submitted_by", ("submitted_at", "kind")),
        Holding(
            "reviews_decided",
            lambda: _("Bản bạn duyệt"),
            "catalogue_review",
            "decided_by",
            ("decided_at", "kind", "state", "note"),
        ),
        Holding("entries_typed", lambda: _("Hồ sơ bạn nhập hộ"), "catalogue_assisted_entry", "typed_by", ("typed_at", "note")),
        Holding(
            "entries_agreed", lambda: _("Hồ sơ nhập hộ bạn đồng ý"), "catalogue_assisted_entry", "agreed_by", ("agreed_at",)
        ),
        Holding(
            "check_rounds", lambda: _("Đợt kiểm tra bạn rút thăm"), "catalogue_check_round", "drawn_by", ("drawn_at", "code")
        ),
        Holding(
            "visits",
            lambda: _("Lần bạn kiểm tra thực địa"),
            "catalogue_check",
            "visited_by",
            ("created_at", "visited_on", "note"),
        ),
        Holding("complaints", lambda: _("Phản ánh bạn ghi"), "catalogue_complaint", "noted_by", ("noted_at", "text")),
        Holding("imports", lambda: _("Bảng tính bạn nhập"), "catalogue_import", "person_id", ("created_at", "filename")),
        Holding(
            "uploads", lambda: _("Bảng tính đang chờ bạn xác nhận"), "catalogue_upload", "person_id", ("created_at", "filename")
        ),
        Holding("promises_made", lambda: _("Lời hứa giao hàng bạn ghi"), "catalogue_promise", "made_by", ("made_at", "reason")),
        Holding(
            "promises_released",
            lambda: _("Lời hứa bạn gỡ"),
            "catalogue_promise",
            "released_by",
            ("released_at", "release_reason"),
        ),
        Holding(
            "deliveries",
            lambda: _("Lần giao hàng bạn ghi"),
            "catalogue_promise_delivery",
            "noted_by",
            ("noted_at", "delivered_on"),
        ),
    ]
)

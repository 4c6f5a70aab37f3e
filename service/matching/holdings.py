"""What the trade holds that names a person: who wrote, asked, quoted, answered, took and kept.

A message and a note are words that she wrote: they are handed out to her. They stay when she is erased, under her pseudonym,
for they were said for her organisation to another, which relies on them. What a quote or a sheet says is the organisation's.
"""

from __future__ import annotations

from service import accounts
from service.accounts import Holding
from service.core.i18n import _

accounts.holdings.extend(
    [
        Holding(
            "buyers_submitted",
            lambda: _("Hồ sơ người mua bạn gửi duyệt"),
            "matching_buyer",
            "submitted_by",
            ("submitted_at", "name"),
        ),
        Holding(
            "buyers_decided",
            lambda: _("Hồ sơ người mua bạn duyệt"),
            "matching_buyer",
            "decided_by",
            ("decided_at", "name", "note"),
        ),
        Holding(
            "request_versions",
            lambda: _("Lần bạn sửa yêu cầu tìm hàng"),
            "matching_request_version",
            "person_id",
            ("at", "request_id", "number"),
        ),
        Holding(
            "invitations_sent",
            lambda: _("Lời mời báo giá bạn gửi"),
            "matching_invitation",
            "invited_by",
            ("invited_at", "id", "note"),
        ),
        Holding(
            "messages", lambda: _("Tin nhắn bạn viết"), "matching_message", "person_id", ("sent_at", "invitation_id", "text")
        ),
        Holding(
            "quotes_sent", lambda: _("Báo giá bạn gửi"), "matching_quote_revision", "person_id", ("at", "quote_id", "number")
        ),
        Holding("awards_made", lambda: _("Báo giá bạn chọn"), "matching_award", "awarded_by", ("awarded_at", "id")),
        Holding(
            "awards_undone", lambda: _("Lựa chọn bạn hủy"), "matching_award", "undone_by", ("undone_at", "id", "undo_reason")
        ),
        Holding("pools_asked", lambda: _("Lô ghép bạn lập"), "matching_pool", "asked_by", ("created_at", "id", "note")),
        Holding(
            "pool_shares_answered",
            lambda: _("Phần lô ghép bạn trả lời"),
            "matching_pool_share",
            "answered_by",
            ("answered_at", "id", "state", "reason"),
        ),
        Holding(
            "rounds_joined",
            lambda: _("Phiên kết nối bạn ghi tên"),
            "matching_round_supplier",
            "joined_by",
            ("joined_at", "round_id"),
        ),
        Holding(
            "clearings_asked",
            lambda: _("Lần ghép phiên bạn yêu cầu"),
            "matching_clearing",
            "asked_by",
            ("asked_at", "round_id", "number"),
        ),
        Holding(
            "checklists_saved",
            lambda: _("Điều kiện mua hàng bạn lưu"),
            "matching_checklist",
            "saved_by",
            ("updated_at", "note"),
        ),
        Holding(
            "checklist_answers",
            lambda: _("Điều kiện mua hàng bạn trả lời"),
            "matching_checklist_answer",
            "answered_by",
            ("answered_at", "accepts", "words"),
        ),
        Holding(
            "net_price_sheets",
            lambda: _("Bảng giá thực nhận bạn lưu"),
            "matching_net_price_sheet",
            "saved_by",
            ("updated_at", "name"),
        ),
        Holding("weights_saved", lambda: _("Cách xếp hạng bạn lưu"), "matching_saved_weights", "saved_by", ("updated_at",)),
        Holding(
            "saved_searches",
            lambda: _("Lượt tìm bạn lưu"),
            "matching_saved_search",
            "person_id",
            ("created_at", "title", "query", "frequency"),
        ),
        Holding("shortlists", lambda: _("Danh sách chọn bạn lập"), "matching_shortlist", "made_by", ("created_at", "name")),
        Holding(
            "shortlist_items",
            lambda: _("Mục bạn thêm vào danh sách chọn"),
            "matching_shortlist_item",
            "added_by",
            ("added_at", "shortlist_id"),
        ),
        Holding(
            "shortlist_notes",
            lambda: _("Ghi chú bạn viết ở danh sách chọn"),
            "matching_shortlist_item",
            "note_by",
            ("note_at", "shortlist_id", "note"),
        ),
    ]
)

"""What the days of fairs hold that names a person who has an account: who checked in, took, sold, signed, and wrote.

A lead is somebody without an account here; she asks the exhibitor, whose page forgets her (leads.erase_lead).
"""

from __future__ import annotations

from service import accounts
from service.accounts import Holding
from service.core.i18n import _

accounts.holdings.extend(
    Holding(kind, label, table, by, shown)
    for kind, label, table, by, shown in (
        ("fair_check_ins", lambda: _("Lượt điểm danh hội chợ bạn ghi"), "fairs_check_in", "seen_by", ("at", "id")),
        ("fair_leads", lambda: _("Khách hỏi hàng bạn ghi ở hội chợ"), "fairs_lead", "taken_by", ("taken_at", "id")),
        ("fair_sales", lambda: _("Dòng bán hàng bạn ghi ở hội chợ"), "fairs_sale", "typed_by", ("typed_at", "id")),
        ("fair_papers", lambda: _("Biên bản, hợp đồng bạn ghi ở hội chợ"), "fairs_signed_paper", "typed_by",
         ("typed_at", "id")),
        ("fair_check_ins_undone", lambda: _("Lượt điểm danh ở hội chợ bạn hủy"), "fairs_check_in", "undone_by",
         ("undone_at", "day")),
        ("fair_visitors", lambda: _("Số khách hội chợ bạn ghi"), "fairs_visitors", "said_by", ("said_at", "day")),
        ("fair_money", lambda: _("Thu chi hội chợ bạn ghi"), "fairs_money_line", "typed_by", ("typed_at", "label")),
        ("fair_complaints", lambda: _("Phản ánh ở hội chợ bạn ghi"), "fairs_complaint", "typed_by", ("typed_at", "about")),
        ("fair_findings", lambda: _("Nhận xét kết quả hội chợ bạn viết"), "fairs_findings", "said_by", ("said_at", "lessons")),
        ("fair_invitations", lambda: _("Lời mời tham gia hội chợ bạn gửi"), "fairs_invitation", "invited_by",
         ("invited_at", "words")),
        ("fair_invitations_answered", lambda: _("Lời mời hội chợ bạn trả lời"), "fairs_invitation", "answered_by",
         ("answered_at", "reason")),
    )
)  # fmt: skip

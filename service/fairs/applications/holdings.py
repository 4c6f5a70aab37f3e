"""What applications hold that names a person: who typed, answered and drew; "my data" hands it out to her."""

from __future__ import annotations

from service import accounts
from service.accounts import Holding
from service.core.i18n import _

accounts.holdings.extend(
    [
        Holding(
            "fair_applications_written",
            lambda: _("Đơn đăng ký hội chợ bạn lập hoặc sửa"),
            "fairs_application",
            "written_by",
            ("updated_at", "code", "contact", "note"),
        ),
        Holding(
            "fair_applications_answered",
            lambda: _("Đơn đăng ký hội chợ bạn trả lời"),
            "fairs_application",
            "decided_by",
            ("decided_at", "code", "reason"),
        ),
        Holding(
            "choice_drawings",
            lambda: _("Lần bốc thăm thứ tự chọn gian bạn làm"),
            "fairs_choice_draw",
            "drawn_by",
            ("drawn_at", "fair_id", "number"),
        ),
    ]
)

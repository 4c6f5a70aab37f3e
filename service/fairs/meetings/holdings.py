"""What meetings hold that names a person: who entered, asked, answered, published, marked and told.

Whom to ask for at a fair is what an organisation has said of itself; words to another side stay, under a pseudonym.
"""

from __future__ import annotations

from service import accounts
from service.accounts import Holding
from service.core.i18n import _

accounts.holdings.extend(
    Holding(kind, label, table, by, shown)
    for kind, label, table, by, shown in (
        ("meeting_entries", lambda: _("Giờ gặp tại hội chợ bạn ghi"), "fairs_participant", "filled_by",
         ("filled_at", "fair_id", "contact")),
        ("meeting_wishes", lambda: _("Nguyện vọng gặp bạn ghi"), "fairs_meeting_wish", "said_by",
         ("said_at", "other_id", "words")),
        ("meetings_asked", lambda: _("Lời hẹn gặp bạn gửi"), "fairs_meeting_ask", "asked_by", ("asked_at", "id", "words")),
        ("meetings_answered", lambda: _("Lời hẹn gặp bạn trả lời"), "fairs_meeting_ask", "answered_by",
         ("answered_at", "id", "state", "answer_words")),
        ("timetables_asked", lambda: _("Lịch gặp bạn cho xếp"), "fairs_timetable", "asked_by",
         ("created_at", "fair_id", "number")),
        ("timetables_published", lambda: _("Lịch gặp bạn công bố"), "fairs_timetable", "published_by",
         ("published_at", "fair_id", "number")),
        ("meetings_attended", lambda: _("Cuộc gặp bạn điểm danh"), "fairs_attendance", "said_by",
         ("said_at", "meeting_id", "said")),
        ("meeting_results", lambda: _("Kết quả cuộc gặp bạn ghi"), "fairs_meeting_result", "said_by",
         ("said_at", "meeting_id", "result", "words")),
        ("meeting_feeds", lambda: _("Địa chỉ lịch bạn lấy"), "fairs_meeting_feed", "made_by", ("made_at",)),
    )
)  # fmt: skip

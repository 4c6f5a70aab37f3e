"""What the floor holds that names a person: who drew; "my data" hands it out to her."""

from __future__ import annotations

from service import accounts
from service.accounts import Holding
from service.core.i18n import _

accounts.holdings.extend(
    [
        Holding("floor_steps", lambda: _("Bước vẽ mặt bằng hội chợ của bạn"), "fairs_floor_step", "person_id",
                ("made_at", "what")),
        Holding("floors_waiting", lambda: _("Bảng mặt bằng bạn gửi, chờ đồng ý"), "fairs_floor", "waiting_by", ("fair_id",)),
    ]
)  # fmt: skip

"""What allocations hold that names a person: who asked and who published; "my data" hands it out to her."""

from __future__ import annotations

from service import accounts
from service.accounts import Holding
from service.core.i18n import _

accounts.holdings.extend(
    [
        Holding("booth_plans_asked", lambda: _("Phương án xếp gian bạn cho lập"), "fairs_plan", "asked_by",
                ("created_at", "fair_id", "number")),
        Holding("booth_plans_published", lambda: _("Phương án xếp gian bạn công bố"), "fairs_plan", "published_by",
                ("published_at", "fair_id", "number")),
    ]
)  # fmt: skip

"""What fees hold that names a person: who noted a payment. What was paid is the exhibitor's and the organiser's, and stays."""

from __future__ import annotations

from service import accounts
from service.accounts import Holding
from service.core.i18n import _

accounts.holdings.append(
    Holding(
        "fair_payments", lambda: _("Tiền phí hội chợ bạn ghi nhận"), "fairs_payment", "noted_by",
        ("noted_at", "paid_on", "amount_vnd", "reference"),
    )
)  # fmt: skip

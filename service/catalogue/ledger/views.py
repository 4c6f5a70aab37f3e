"""What the ledger tells: promises as they stand, and what came of those whose month is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from service.catalogue.ledger.inputs import Source
from service.core.i18n import _


@dataclass(frozen=True, slots=True)
class Promise:
    """Kilograms of a product promised in a month: `kg` at first, of which some are delivered and some let go."""

    id: UUID
    product_id: UUID
    month: date  # Its first day.
    kg: Decimal
    consumed_kg: Decimal
    released_kg: Decimal
    source: Source
    reason: str
    made_at: datetime
    released_at: datetime | None = None
    release_reason: str | None = None

    @property
    def owed_kg(self) -> Decimal:
        """What is still to be delivered of it."""
        return self.kg - self.consumed_kg - self.released_kg

    @property
    def taken_kg(self) -> Decimal:
        """What it takes from its month: owed or delivered."""
        return self.kg - self.released_kg

    @property
    def kind_name(self) -> str:
        """What it comes from, in words."""
        return {"award": _("Được chọn"), "pool": _("Giữ cho lô ghép"), "order": _("Đơn hàng")}.get(self.source.kind, "")


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of a supplier's promises whose month is over: promised, delivered within the month, delivered at all."""

    promised_kg: Decimal
    on_time_kg: Decimal
    delivered_kg: Decimal

    @property
    def on_time(self) -> float:
        """The share that came within its month."""
        return float(self.on_time_kg / self.promised_kg)

    @property
    def in_full(self) -> float:
        """The share that came at all."""
        return float(self.delivered_kg / self.promised_kg)

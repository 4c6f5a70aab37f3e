"""Who has which booth on which days: booked first come first served, kept back, or by the published plan (F5 F19)."""

from __future__ import annotations

from service.fairs.bookings.views import Occupied, Placing

__all__ = ["Occupied", "Placing"]

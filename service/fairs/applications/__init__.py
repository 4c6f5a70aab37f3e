"""Who wants to exhibit at a fair, with which goods and wishes, and how it was answered (F2 F5 F6 F9)."""

from __future__ import annotations

from service.fairs.applications.parties import Party, Sharer

__all__ = ["Party", "Sharer"]

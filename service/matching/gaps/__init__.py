"""What was asked, offered, awarded and missed, by commodity and month (M17)."""

from __future__ import annotations

__all__: list[str] = []

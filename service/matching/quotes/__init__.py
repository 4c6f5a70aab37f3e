"""What suppliers answer: prices by quantity and month, sealed where the buyer chose so, and what is awarded (M3 to M7)."""

from __future__ import annotations

__all__: list[str] = []

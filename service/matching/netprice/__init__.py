"""What is left of a list price on its way to the city's shelf, and when it pays (M18)."""

from __future__ import annotations

__all__: list[str] = []

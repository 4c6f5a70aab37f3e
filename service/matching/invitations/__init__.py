"""Whom a buyer asks, and what the two sides write to each other (M12, M13), with the time limits of both (M11)."""

from __future__ import annotations

__all__: list[str] = []

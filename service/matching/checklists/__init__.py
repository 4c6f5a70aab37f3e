"""What a buyer wants to see before it lists a product, and how far a product is from it (M19)."""

from __future__ import annotations

__all__: list[str] = []

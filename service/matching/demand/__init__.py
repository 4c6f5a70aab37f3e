"""Several buyers' needs put together to reach a lorry load or a bulk price (M9)."""

from __future__ import annotations

__all__: list[str] = []

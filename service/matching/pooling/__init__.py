"""Several small suppliers' free months combined into one lot that fills an order (M8), and their joint answer (M11)."""

from __future__ import annotations

__all__: list[str] = []

"""How far the stocking has come: told(step, done, total)."""

from __future__ import annotations

from collections.abc import Callable

Told = Callable[[str, int, int], None]


def silent(_step: str, _done: int, _total: int) -> None:
    """Nobody watches."""

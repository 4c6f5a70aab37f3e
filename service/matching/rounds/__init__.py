"""A matching round: all requests of a conference cleared against all free capacity at once (M2, M16)."""

from __future__ import annotations

__all__: list[str] = []

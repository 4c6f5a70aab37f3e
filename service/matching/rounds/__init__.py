"""A matching round: all requests of a conference cleared against all free capacity at once (M2, M16)."""

from __future__ import annotations

from service.matching.rounds import models  # noqa: F401

__all__: list[str] = []

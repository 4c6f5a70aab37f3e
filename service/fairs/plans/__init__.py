"""Which exhibitor gets which booths: computed, changed by hand, published (F10 F11 F13)."""

from __future__ import annotations

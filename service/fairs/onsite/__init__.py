"""The days of the fair and what came of them: check-in, leads, sales, returns, the report of results (F14-F17)."""

from __future__ import annotations

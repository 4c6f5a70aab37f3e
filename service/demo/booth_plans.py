"""Allocations: asked, changed by hand, published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession


async def add_booth_plans(session: AsyncSession, organisations: Mapping[str, UUID], today: date) -> None:
    """Allocations: asked, changed by hand, published."""

"""Booths booked and kept back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession


async def add_bookings(session: AsyncSession, organisations: Mapping[str, UUID], today: date) -> None:
    """Booths booked and kept back."""

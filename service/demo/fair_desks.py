"""The organiser's fairs with their calls and rates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession


async def add_fair_desks(session: AsyncSession, organisations: Mapping[str, UUID], today: date) -> None:
    """The organiser's fairs with their calls and rates."""

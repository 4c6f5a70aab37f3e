"""What came of fairs that are over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession


async def add_onsite(session: AsyncSession, organisations: Mapping[str, UUID], today: date) -> None:
    """What came of fairs that are over."""

"""Applications for the invented fairs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession


async def add_applying(session: AsyncSession, organisations: Mapping[str, UUID], today: date) -> None:
    """Applications for the invented fairs."""

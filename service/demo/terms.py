"""Net-price sheets, checklists and weights. All of it is invented."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession


async def add_terms(session: AsyncSession, organisations: dict[str, UUID], today: date) -> None:
    """Put it on the market; `organisations` are those of buyers, organisers and offices by their keys."""

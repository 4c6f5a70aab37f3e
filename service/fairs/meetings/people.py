"""Names of participants, for pages, mails and papers: one statement for all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.core import places
from service.fairs.meetings.models import Side

# Whoever asks for participants joins these two; a participant is one or the other.
NAMED = """
  LEFT JOIN catalogue_supplier s ON s.id = p.supplier_id
  LEFT JOIN matching_buyer b ON b.id = p.buyer_id
"""
FIELDS = """p.id, p.organisation_id, p.supplier_id, p.buyer_id, coalesce(s.name, b.name) AS name,
       coalesce(s.slug, b.slug) AS slug, coalesce(s.province_code, b.province_code) AS province_code, s.commune_code,
       coalesce(s.illustrative, b.illustrative) AS illustrative"""
_OF_FAIR = text(
    f"SELECT {FIELDS} FROM fairs_participant p {NAMED} WHERE p.fair_id = :fair ORDER BY coalesce(s.name, b.name), p.id"  # noqa: S608 - our own.
)
_THESE = text(f"SELECT {FIELDS} FROM fairs_participant p {NAMED} WHERE p.id = ANY(:ids)")  # noqa: S608 - our own.


@dataclass(frozen=True, slots=True)
class Someone:
    """A participant by name."""

    id: UUID
    organisation_id: UUID
    side: Side
    side_id: UUID  # Its supplier or buyer.
    name: str
    slug: str
    place: str
    illustrative: bool

    @property
    def href(self) -> str | None:
        """Its page, where everybody has one."""
        return f"/nha-cung-cap/{self.slug}" if self.side is Side.SUPPLIER else None


async def everyone(session: AsyncSession, fair_id: UUID) -> dict[UUID, Someone]:
    """Everybody who takes part in the meetings of a fair, or did, by name."""
    return {row["id"]: someone(row) for row in (await session.execute(_OF_FAIR, {"fair": fair_id})).mappings()}


async def named(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, Someone]:
    """These participants."""
    return {row["id"]: someone(row) for row in (await session.execute(_THESE, {"ids": list(set(ids))})).mappings()}


def someone(row: RowMapping) -> Someone:
    """A participant out of a row that was asked for with its names."""
    supplier = row["supplier_id"] is not None
    return Someone(
        row["id"], row["organisation_id"], Side.SUPPLIER if supplier else Side.BUYER, row["supplier_id"] or row["buyer_id"],
        row["name"], row["slug"], places.where(row["province_code"], row["commune_code"]), bool(row["illustrative"]),
    )  # fmt: skip

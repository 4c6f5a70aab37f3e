"""One exhibitor's account with a fair: which application it is, whose, and at which fair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.errors import NotFound
from service.core.i18n import _
from service.fairs.models import Fair

# Applications that may order and pay; a rejected or withdrawn one keeps its statement for what came in.
LIVE = ("submitted", "accepted", "waiting", "returned")

_FOUND = (
    "SELECT a.id, a.code, a.fair_id, a.state, a.exhibitor, a.supplier_id, s.organisation_id"
    "  FROM fairs_application a LEFT JOIN catalogue_supplier s ON s.id = a.supplier_id"
)
_ONE = text(f"{_FOUND} WHERE a.id = :id AND a.state <> 'draft'")
_LOCKED = text(f"{_FOUND} WHERE a.id = :id AND a.state <> 'draft' FOR UPDATE OF a")
_CODED = text(f"{_FOUND} WHERE a.code = :code AND a.state <> 'draft'")
_OWN = text(
    f"{_FOUND} WHERE a.fair_id = :fair AND s.organisation_id = :own AND a.state <> 'draft'"
    " ORDER BY a.state = 'withdrawn', a.id DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Account:
    """An application with its fair and the organisation behind it."""

    application_id: UUID
    code: str
    fair: Fair
    state: str
    exhibitor: str
    supplier_id: UUID | None
    organisation_id: UUID | None  # Nobody's where the organiser has typed the exhibitor in.


async def account(session: AsyncSession, application_id: UUID, *, lock: bool = False) -> Account:
    """The account of an application; with `lock`, its orders and payments wait for each other. Raises NotFound."""
    return await _account(session, (await session.execute(_LOCKED if lock else _ONE, {"id": application_id})).one_or_none())


async def account_called(session: AsyncSession, code: str) -> Account:
    """The same by the code of the application."""
    found = await session.execute(_CODED, {"code": code.replace("\0", "").upper()[:40]})
    return await _account(session, found.one_or_none())


async def own_account(session: AsyncSession, fair: Fair, organisation_id: UUID | None) -> Account | None:
    """The account that an organisation has at a fair: its application that stands, else its last one."""
    if organisation_id is None:
        return None
    found = (await session.execute(_OWN, {"fair": fair.id, "own": organisation_id})).one_or_none()
    return await _account(session, found) if found is not None else None


async def _account(session: AsyncSession, row: Row[Any] | None) -> Account:
    if row is None:
        raise NotFound(_("Không tìm thấy đơn đăng ký này."))
    fair = await session.get_one(Fair, row.fair_id)
    return Account(row.id, row.code, fair, row.state, row.exhibitor, row.supplier_id, row.organisation_id)

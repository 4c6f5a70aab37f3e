"""Whom an officer helps: people whose number waits to be confirmed, and the one who is on the telephone just now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.actors import Actor, Role
from service.accounts.identity.people import plain_identifier
from service.core import cursors
from service.core.errors import Invalid, NotFound
from service.core.i18n import _

A_PAGE = 30


@dataclass(frozen=True, slots=True)
class Helped:
    """Somebody to be called, as the officer who calls sees her."""

    id: UUID
    name: str
    email: str | None
    phone: str | None
    phone_confirmed: bool
    came_at: datetime
    organisations: tuple[str, ...]


# People of offices and of who runs the market are none of an officer's; who has waited longest stands first.
_PEOPLE = text(
    """
    SELECT p.id, p.name, p.email, p.phone, p.phone_confirmed_at IS NOT NULL AS confirmed, p.created_at,
           coalesce((SELECT array_agg(o.name ORDER BY o.name)
                       FROM accounts_member m JOIN accounts_organisation o ON o.id = m.organisation_id
                      WHERE m.person_id = p.id), '{}') AS organisations
      FROM accounts_person p
     WHERE p.locked_at IS NULL AND (CAST(:after AS uuid) IS NULL OR p.id > :after)
       AND CASE WHEN :who = '' THEN p.phone IS NOT NULL AND p.phone_confirmed_at IS NULL
                ELSE p.email = :who OR p.phone = :who END
       AND NOT EXISTS (SELECT 1 FROM accounts_member m JOIN accounts_organisation o ON o.id = m.organisation_id
                        WHERE m.person_id = p.id AND o.kind IN ('office', 'operator'))
     ORDER BY p.id
     LIMIT :most
    """
)


async def people_to_help(
    session: AsyncSession, actor: Actor, typed: str = "", cursor: str | None = None
) -> tuple[list[Helped], str | None]:
    """A page of people whose number nobody has confirmed, or those of the very address or number typed; and the next page.

    Raises NotFound for anybody but officers and administrators who may write.
    """
    if actor.role not in (Role.OFFICER, Role.ADMINISTRATOR) or not actor.may_write or actor.on_behalf_of is not None:
        raise NotFound(_("Không có trang này ở Chợ Phiên."))
    who = plain_identifier(typed) if typed.strip() else ""
    found = await session.execute(_PEOPLE, {"who": who, "after": _after(cursor), "most": A_PAGE + 1})
    people = [
        Helped(row.id, row.name, row.email, row.phone, row.confirmed, row.created_at, tuple(row.organisations)) for row in found
    ]
    more = cursors.sealed((str(people[A_PAGE - 1].id),)) if len(people) > A_PAGE else None
    return people[:A_PAGE], more


def _after(cursor: str | None) -> UUID | None:
    if not cursor:
        return None
    try:
        (person_id,) = cursors.opened(cursor)
        return UUID(str(person_id))
    except (ValueError, TypeError) as error:
        raise Invalid(_("Trang tiếp theo không đọc được. Hãy mở lại danh sách từ đầu.")) from error

"""Who acts in a job: the person has gone home, and what she may do is asked of the moment in which it is done for her."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.actors import ROLES, Actor
from service.accounts.models import MemberRole, OrganisationKind
from service.core import clock

_ACTOR = text(
    """
    SELECT p.id, p.name, o.id AS organisation_id, o.name AS organisation_name, o.kind, o.duty_codes,
           o.verified_on IS NOT NULL AS verified, m.role, g.office_id
      FROM accounts_person p
      JOIN accounts_organisation o ON o.id = :organisation_id
      LEFT JOIN accounts_member m ON m.person_id = p.id AND m.organisation_id = o.id
      LEFT JOIN LATERAL (
        SELECT l.office_id FROM accounts_grant l
          JOIN accounts_member x ON x.organisation_id = l.office_id AND x.person_id = p.id AND x.role <> 'viewer'
         WHERE m.person_id IS NULL AND l.organisation_id = o.id AND l.revoked_at IS NULL AND l.valid_to >= :today
         ORDER BY l.id LIMIT 1
      ) g ON true
     WHERE p.id = :person_id AND p.locked_at IS NULL AND coalesce(m.organisation_id, g.office_id) IS NOT NULL
    """
)


async def actor_for(session: AsyncSession, person_id: UUID, organisation_id: UUID) -> Actor | None:
    """The person acting for that organisation as she may now; None where she has left it, or is locked out."""
    asked = {"person_id": person_id, "organisation_id": organisation_id, "today": clock.today()}
    found = (await session.execute(_ACTOR, asked)).one_or_none()
    if found is None:
        return None
    return Actor(
        found.id, found.name, found.organisation_id, found.organisation_name, ROLES[OrganisationKind(found.kind)],
        member_role=MemberRole(found.role) if found.role else MemberRole.MEMBER, verified=found.verified,
        memberships=frozenset({found.organisation_id} if found.role else ()), on_behalf_of=found.office_id,
        duty=tuple(found.duty_codes),
    )  # fmt: skip

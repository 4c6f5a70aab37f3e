"""The letter that asks a supplier's people to a fair."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service import accounts
from service.core import clock, mail
from service.core.i18n import speaking
from service.fairs.advice.models import Invitation, InvitationState
from service.fairs.models import Fair
from service.fairs.views import when

_SUPPLIER = text("SELECT s.organisation_id, s.name FROM catalogue_supplier s WHERE s.id = :id").bindparams(
    bindparam("id", type_=Uuid)
)


async def tell_invited(session: AsyncSession, invitation_id: UUID) -> None:
    """Tell each of the supplier's people once, however often the job runs: `told_at` is filled under the row's lock."""
    one = await session.scalar(
        select(Invitation)
        .where(Invitation.id == invitation_id, Invitation.told_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if one is None or one.state != InvitationState.SENT:
        return
    one.told_at = clock.now()
    fair = await session.get_one(Fair, one.fair_id)
    organisation, supplier = (await session.execute(_SUPPLIER, {"id": one.supplier_id})).one()
    for person in (await accounts.people_of(session, [organisation]))[organisation]:
        with speaking(person.language):
            days = when(fair.starts_on, fair.ends_on, fair.date_precision)
        await mail.send(
            session, person.email, "fair_invitation", person.language,
            fair=(fair.name_en or fair.name) if person.language == "en" else fair.name, days=days, place=fair.place,
            organiser=", ".join(fair.hosts), supplier=supplier, words=one.words, address="/ban-hang/hoi-cho/nen-di",
            apply=f"/hoi-cho/{fair.slug}",
        )  # fmt: skip

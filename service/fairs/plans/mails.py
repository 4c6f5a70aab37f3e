"""What exhibitors are told by mail when a plan is published: only those whose booths are new, others, or none any more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service import accounts
from service.core import i18n, mail
from service.fairs.models import DatePrecision, Fair
from service.fairs.plans import words
from service.fairs.plans.frozen import Frozen
from service.fairs.plans.problem import Change, Refusal
from service.fairs.views import when

_ORGANISATIONS = text("SELECT s.id, s.organisation_id FROM catalogue_supplier s WHERE s.id = ANY(:ids)").bindparams(
    bindparam("ids", type_=ARRAY(Uuid))
)
NONE = "none"  # Told for the first time, and there is no booth.


async def tell(
    session: AsyncSession, fair: Fair, now: Frozen, changes: Sequence[Change], none: Iterable[str],
    refused: Mapping[str, Refusal],
) -> int:  # fmt: skip
    """Write to the people of everybody concerned; tells how many exhibitors that were. Who has withdrawn hears nothing."""
    told = [(change.party, change.kind, change) for change in changes if change.party in now.parties]
    told += [(party, NONE, Change(party, (), ())) for party in none]
    suppliers = {UUID(each) for party, _kind, _change in told for each in now.parties[party].suppliers if each}
    found = (await session.execute(_ORGANISATIONS, {"ids": list(suppliers)})).all() if suppliers else []
    organisations = {row[0]: row[1] for row in found}
    people = await accounts.people_of(session, organisations.values())
    stays = {party.id: (now.day(party.first_day), now.day(party.last_day)) for party in now.problem.parties}
    told_of = 0
    for party, kind, change in told:
        who = now.parties[party]
        for supplier in dict.fromkeys(who.suppliers):
            organisation = organisations.get(UUID(supplier)) if supplier else None
            if organisation is None:
                continue
            told_of += 1
            for person in people.get(organisation, []):
                with i18n.speaking(person.language):
                    why = words.refusal(refused[party], now.names) if party in refused and not change.now else ""
                    days = when(*stays[party], DatePrecision.DAY)
                await mail.send(
                    session, person.email, "booth_plan", person.language, kind=kind, fair=fair.name, code=who.code,
                    name=who.name, booths=[now.code(each) for each in change.now],
                    before=[now.code(each) for each in change.before], when=days, why=why,
                    plan=f"/hoi-cho/{fair.slug}/so-do", own="/ban-hang/hoi-cho",
                )  # fmt: skip
    return told_of

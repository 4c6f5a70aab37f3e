"""Who is placed as one, and applications typed in many at once."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid5

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, fairs
from service.accounts import SYSTEM, Role
from service.core.errors import Invalid, NotAllowed
from service.fairs.applications import ApplicationState, ShareKind
from tests import market
from tests.fairs.applications.small import KEYS, held, typed


async def test_rows_are_typed_in_once(session: AsyncSession) -> None:
    fair = (await held(session)).fair
    rows = [typed(1, commune_code="02185", province_code="19"), typed(2, state=ApplicationState.SUBMITTED)]
    first = await fairs.applications.put_applications(session, SYSTEM, fair.slug, rows)
    assert await fairs.applications.put_applications(session, SYSTEM, fair.slug, rows) == first
    (party,) = await fairs.applications.parties(session, fair.id)
    assert party.id == first[0]
    assert party.sharers[0].old_district == "066"  # Na Rì.
    assert (party.first_day, party.last_day) == (date(2027, 1, 10), date(2027, 1, 14))


async def test_a_wrong_row_keeps_all_of_them_out_and_is_named(session: AsyncSession) -> None:
    fair = (await held(session)).fair
    wrong = typed(2, starts_on=date(2027, 1, 1), ends_on=date(2027, 1, 2))
    with pytest.raises(Invalid) as refused:
        await fairs.applications.put_applications(session, SYSTEM, fair.slug, [typed(1), wrong])
    assert set(refused.value.errors) == {"2.starts_on"}
    assert await fairs.applications.parties(session, fair.id) == []


async def test_only_the_organiser_types_in(session: AsyncSession) -> None:
    fair = (await held(session)).fair
    other = await accounts.found_organisation(session, accounts.OrganisationKind.ORGANISER, "Ban khác")
    with pytest.raises(NotAllowed):
        await fairs.applications.put_applications(session, market.acting(Role.ORGANISER, other.id), fair.slug, [typed(1)])


async def test_those_who_share_are_one_party(session: AsyncSession) -> None:
    fair = (await held(session)).fair
    days = [date(2027, 1, day) for day in (10, 12, 13, 14)]
    rows = [
        typed(1, power="none", share_first=days[0], share_last=days[1]),
        typed(2, power="three", water=True, share_with=uuid5(KEYS, "1"), share_kind=ShareKind.BY_DAYS,
              share_first=days[2], share_last=days[3]),
        typed(3, near=()),
    ]  # fmt: skip
    ids = await fairs.applications.put_applications(session, SYSTEM, fair.slug, rows)
    both, alone = sorted(await fairs.applications.parties(session, fair.id), key=lambda party: -len(party.sharers))
    assert [each.application_id for each in both.sharers] == ids[:2]
    assert (both.id, both.power, both.water) == (ids[0], "three", True)
    assert both.by_days == ((ids[0], days[0], days[1]), (ids[1], days[2], days[3]))
    assert (both.first_day, both.last_day) == (days[0], days[3])
    assert alone.by_days == ()


async def test_parties_cost_one_statement(session: AsyncSession) -> None:
    fair = (await held(session)).fair
    counts = []
    for many in (1, 3):
        await fairs.applications.put_applications(session, SYSTEM, fair.slug, [typed(each) for each in range(many)])
        counts.append(await _statements(session, fair.id))
    assert counts == [1, 1]


async def _statements(session: AsyncSession, fair_id: UUID) -> int:
    connection = (await session.connection()).sync_connection
    seen: list[str] = []

    def note(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    event.listen(connection, "before_cursor_execute", note)
    await fairs.applications.parties(session, fair_id)
    event.remove(connection, "before_cursor_execute", note)
    return len(seen)

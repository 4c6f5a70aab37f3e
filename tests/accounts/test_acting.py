"""For whom a signed-in person acts: her own organisations, one that lets her office act for it, or nobody."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.accounts import Actor, MemberRole, Role
from service.accounts.models import Member
from service.accounts.organisations.models import Grant
from service.core import clock

PASSWORD = "nghệ vàng và miến dong"
TODAY = date(2026, 11, 24)


async def _organisation(session: AsyncSession, kind: str, name: str) -> UUID:
    return (await accounts.found_organisation(session, kind, name)).id


async def _person(session: AsyncSession, *memberships: tuple[UUID, str]) -> UUID:
    person = await accounts.add_person(session, name="Nông Thị Lan", email="lan@chophien.example", password=PASSWORD)
    for organisation_id, role in memberships:
        await accounts.add_member(session, person.id, organisation_id, role)
    return person.id


async def _acting(session: AsyncSession, secret: str, chosen: UUID | None = None) -> Actor:
    if chosen is not None:
        await session.execute(text("UPDATE accounts_session SET organisation_id = :chosen"), {"chosen": chosen})
    actor = await accounts.actor_of(session, secret)
    assert actor is not None
    return actor


async def _secret(session: AsyncSession) -> str:
    return await accounts.sign_in(session, "lan@chophien.example", PASSWORD)


async def test_every_organisation_of_hers_is_known_whichever_she_acts_for(session: AsyncSession) -> None:
    first, second = await _organisation(session, "supplier", "A"), await _organisation(session, "buyer", "B")
    third = await _organisation(session, "supplier", "C")
    await _person(session, (first, "owner"), (second, "viewer"))
    actor = await _acting(session, await _secret(session))
    assert actor.memberships == {first, second}
    assert actor.belongs_to(first)
    assert actor.belongs_to(second)
    assert not actor.belongs_to(third)
    assert actor.on_behalf_of is None


async def test_an_officer_knows_her_area_of_duty(session: AsyncSession) -> None:
    office = await _organisation(session, "office", "Sở")
    await session.execute(text("UPDATE accounts_organisation SET duty_codes = '{19,02185}' WHERE id = :id"), {"id": office})
    await _person(session, (office, "member"))
    assert (await _acting(session, await _secret(session))).duty == ("19", "02185")


async def test_who_was_removed_from_her_organisation_stays_signed_in_and_acts_for_nobody(session: AsyncSession) -> None:
    coop = await _organisation(session, "supplier", "A")
    person = await _person(session, (coop, "member"))
    secret = await _secret(session)
    await session.delete(await session.get_one(Member, (person, coop)))
    await session.flush()
    actor = await _acting(session, secret)
    assert (actor.organisation_id, actor.role, actor.memberships, actor.may_write) == (None, Role.NOBODY, frozenset(), False)


@pytest.mark.parametrize(
    ("role", "days", "revoked", "acts"),
    [("member", 0, False, True), ("owner", 30, False, True), ("viewer", 30, False, False), ("member", -1, False, False),
     ("member", 30, True, False)],
)  # fmt: skip
async def test_an_officer_acts_for_a_supplier_that_lets_her_office(
    session: AsyncSession, role: str, days: int, *, revoked: bool, acts: bool
) -> None:
    coop, office = await _organisation(session, "supplier", "A"), await _organisation(session, "office", "Sở")
    await _person(session, (office, role))
    ends = TODAY + timedelta(days=days)
    with clock.freeze(TODAY):
        revoked_at = clock.now() if revoked else None
        session.add(Grant(organisation_id=coop, office_id=office, valid_to=ends, revoked_at=revoked_at))
        await session.flush()
        actor = await _acting(session, await _secret(session), coop)
    if acts:
        assert (actor.organisation_id, actor.on_behalf_of, actor.role) == (coop, office, Role.SUPPLIER)
        assert actor.member_role is MemberRole.MEMBER  # She may work for it, never decide about it.
        assert actor.belongs_to(office)
    else:
        assert (actor.organisation_id, actor.role) == (None, Role.NOBODY)


async def test_a_member_of_both_acts_as_one_of_the_suppliers_own(session: AsyncSession) -> None:
    coop, office = await _organisation(session, "supplier", "A"), await _organisation(session, "office", "Sở")
    await _person(session, (coop, "owner"), (office, "owner"))
    session.add(Grant(organisation_id=coop, office_id=office, valid_to=clock.today()))
    await session.flush()
    actor = await _acting(session, await _secret(session), coop)
    assert (actor.on_behalf_of, actor.member_role) == (None, MemberRole.OWNER)


async def test_owners_and_members_are_told_and_viewers_are_not(session: AsyncSession) -> None:
    coop, empty = await _organisation(session, "supplier", "A"), await _organisation(session, "supplier", "B")
    for name, role in (("An", "owner"), ("Bình", "member"), ("Cúc", "viewer")):
        email = f"{role}@chophien.example"
        person = await accounts.add_person(session, name=name, email=email, password=PASSWORD)
        await accounts.add_member(session, person.id, coop, role)
    told = await accounts.people_of(session, [coop, empty])
    assert [one.name for one in told[coop]] == ["An", "Bình"]
    assert told[empty] == []
    assert await accounts.people_of(session, []) == {}

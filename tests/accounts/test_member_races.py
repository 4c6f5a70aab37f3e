"""Two owners at the same moment, and any walk at all: an organisation with people never loses its last owner."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.accounts import Actor, InvitationDraft, MemberRole, Role, rules
from service.accounts.organisations import invitations, members
from service.core.db import Database, new_id
from service.core.errors import Conflict, NotAllowed, NotFound

CLEAN = (
    "DELETE FROM accounts_invitation", "DELETE FROM accounts_member", "DELETE FROM accounts_person",
    "DELETE FROM accounts_organisation", "DELETE FROM core_journal",
)  # fmt: skip


@pytest_asyncio.fixture(loop_scope="session")
async def market(real_database: Database) -> AsyncIterator[Database]:
    """The database with real commits, and none of this test's people afterwards."""
    yield real_database
    await _clean(real_database.url)


async def _clean(url: str) -> None:
    owner = Database(url, role=None)
    async with owner.transaction() as session:
        for statement in CLEAN:
            await session.execute(text(statement))
    await owner.close()


async def _person(session: AsyncSession) -> UUID:
    # Written by hand: hashing a password for each person of each walk would be most of the time.
    person_id = new_id()
    await session.execute(
        text("INSERT INTO accounts_person (id, name, email, password_hash) VALUES (:id, 'Thử', :email, '-')"),
        {"id": person_id, "email": f"{person_id}@chophien.example"},
    )
    return person_id


def _as(person_id: UUID, organisation_id: UUID, role: MemberRole = MemberRole.OWNER) -> Actor:
    return Actor(person_id, "Thử", organisation_id, "HTX", Role.SUPPLIER, role, memberships=frozenset({organisation_id}))


async def _two_owners(market: Database) -> tuple[UUID, UUID, UUID]:
    async with market.transaction() as session:
        organisation = await accounts.found_organisation(session, "supplier", "HTX Thử")
        an, binh = await _person(session), await _person(session)
        for person in (an, binh):
            await accounts.add_member(session, person, organisation.id, "owner")
        return organisation.id, an, binh


async def _at_once(market: Database, *acts: Callable[[AsyncSession], Awaitable[None]]) -> list[str]:
    async def one(act: Callable[[AsyncSession], Awaitable[None]]) -> str:
        async with market.transaction() as session:
            try:
                await act(session)
            except (Conflict, NotAllowed) as refusal:
                return type(refusal).__name__
            await asyncio.sleep(0.2)  # The other is well under way before this one is kept.
            return "done"

    return sorted(await asyncio.gather(*(one(act) for act in acts)))


async def _owners(market: Database, organisation_id: UUID) -> int:
    async with market.transaction() as session:
        people = await members.people_in(session, organisation_id)
        return sum(member.role is MemberRole.OWNER for member in people.values())


async def _leaving(market: Database) -> tuple[list[str], int]:
    organisation_id, an, binh = await _two_owners(market)

    def go(who: UUID) -> Callable[[AsyncSession], Awaitable[None]]:
        return lambda session: accounts.leave(session, _as(who, organisation_id), organisation_id)

    outcomes = await _at_once(market, go(an), go(binh))
    return outcomes, await _owners(market, organisation_id)


async def test_two_owners_who_leave_at_the_same_moment_leave_an_owner(market: Database) -> None:
    assert await _leaving(market) == (["Conflict", "done"], 1)


async def test_without_the_lock_two_owners_who_leave_at_the_same_moment_leave_nobody(
    market: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members, "locked", members.people_in)
    assert await _leaving(market) == (["done", "done"], 0)


async def test_two_owners_who_demote_each_other_at_the_same_moment_leave_an_owner(market: Database) -> None:
    organisation_id, an, binh = await _two_owners(market)

    def demote(by: UUID, whom: UUID) -> Callable[[AsyncSession], Awaitable[None]]:
        return lambda session: accounts.change_role(session, _as(by, organisation_id), organisation_id, whom, MemberRole.VIEWER)

    assert await _at_once(market, demote(an, binh), demote(binh, an)) == ["NotAllowed", "done"]
    assert await _owners(market, organisation_id) == 1


async def test_an_invitation_taken_twice_at_the_same_moment_lets_one_in(market: Database) -> None:
    organisation_id, an, _binh = await _two_owners(market)
    async with market.transaction() as session:
        invited = await accounts.invite(session, _as(an, organisation_id), organisation_id, InvitationDraft(), "/loi-moi")
        guests = [await _person(session) for _each in range(3)]

    async def take(guest: UUID) -> str:
        async with market.transaction() as session:
            try:
                await accounts.accept_invitation(session, Actor(guest, "Khách", None, "", Role.NOBODY), invited.code)
            except NotFound:
                return "gone"
            return "in"

    assert sorted(await asyncio.gather(*(take(guest) for guest in guests))) == ["gone", "gone", "in"]


async def test_one_form_sent_twice_at_the_same_moment_founds_one_organisation(market: Database) -> None:
    async with market.transaction() as session:
        actor = Actor(await _person(session), "Thử", None, "", Role.NOBODY)
    key, founding = new_id(), accounts.Founding(kind="supplier", name="HTX Mới")

    async def found() -> UUID:
        async with market.transaction() as session:
            return (await accounts.open_organisation(session, actor, founding, key=key)).id

    assert set(await asyncio.gather(found(), found(), found())) == {key}


WHO = st.integers(0, 3)
WHERE = st.integers(0, 1)
ROLES = st.sampled_from(MemberRole)


class Membership(RuleBasedStateMachine):
    """Four people and two organisations; anybody tries anything, with what her session said when it was opened."""

    url: str

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.database = Database(self.url, pool_size=2)
        self.codes: list[str] = []
        self.had_people: set[UUID] = set()

    def _do(self, act: Callable[[AsyncSession], Awaitable[Any]]) -> Any:
        async def run() -> Any:
            async with self.database.transaction() as session:
                try:
                    return await act(session)
                except (Conflict, NotAllowed, NotFound):
                    return None

        return self.loop.run_until_complete(run())

    @initialize()
    def begin(self) -> None:
        async def make(session: AsyncSession) -> None:
            self.people = [await _person(session) for _each in range(4)]
            self.organisations = [(await accounts.found_organisation(session, "supplier", "HTX")).id for _each in range(2)]
            for organisation_id in self.organisations:
                await accounts.add_member(session, self.people[0], organisation_id, "owner")

        self._do(make)

    def _actor(self, who: int, where: int, role: MemberRole) -> Actor:
        return _as(self.people[who], self.organisations[where], role)

    @rule(by=WHO, whom=WHO, where=WHERE, role=ROLES)
    def change(self, by: int, whom: int, where: int, role: MemberRole) -> None:
        actor, organisation = self._actor(by, where, MemberRole.OWNER), self.organisations[where]
        self._do(lambda session: accounts.change_role(session, actor, organisation, self.people[whom], role))

    @rule(by=WHO, whom=WHO, where=WHERE)
    def remove(self, by: int, whom: int, where: int) -> None:
        actor, organisation = self._actor(by, where, MemberRole.OWNER), self.organisations[where]
        self._do(lambda session: accounts.remove_member(session, actor, organisation, self.people[whom]))

    @rule(by=WHO, where=WHERE, role=ROLES)
    def leave(self, by: int, where: int, role: MemberRole) -> None:
        self._do(lambda session: accounts.leave(session, self._actor(by, where, role), self.organisations[where]))

    @rule(by=WHO, to=WHO, where=WHERE)
    def hand_over(self, by: int, to: int, where: int) -> None:
        actor, organisation = self._actor(by, where, MemberRole.OWNER), self.organisations[where]
        self._do(lambda session: accounts.hand_over(session, actor, organisation, self.people[to]))

    @rule(by=WHO, where=WHERE, role=ROLES)
    def invite(self, by: int, where: int, role: MemberRole) -> None:
        actor, draft = self._actor(by, where, MemberRole.OWNER), InvitationDraft(role=role)
        made = self._do(lambda session: accounts.invite(session, actor, self.organisations[where], draft, "/loi-moi"))
        if made is not None:
            self.codes.append(made.code)

    @rule(who=WHO, which=st.integers(0, 5))
    def accept(self, who: int, which: int) -> None:
        if self.codes:
            code = self.codes[which % len(self.codes)]
            self._do(lambda session: accounts.accept_invitation(session, self._actor(who, 0, MemberRole.VIEWER), code))

    @rule(who=WHO, where=WHERE, role=ROLES)
    def enter(self, who: int, where: int, role: MemberRole) -> None:
        """The system itself enters somebody, as a sheet or the demo does."""
        self._do(lambda session: accounts.add_member(session, self.people[who], self.organisations[where], role))

    @invariant()
    def somebody_owns_it(self) -> None:
        if not hasattr(self, "organisations"):
            return
        for organisation_id in self.organisations:
            people = self._do(partial(members.people_in, organisation_id=organisation_id))
            assert any(member.role is MemberRole.OWNER for member in people.values()), people

    def teardown(self) -> None:
        self.loop.run_until_complete(self.database.close())
        self.loop.close()


def _walk(url: str) -> None:
    machine = type("Walk", (Membership,), {"url": url})
    few = settings(
        max_examples=12,
        stateful_step_count=25,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],
        print_blob=False,
    )
    try:
        run_state_machine_as_test(machine, settings=few)
    finally:
        asyncio.run(_clean(url))


def test_no_walk_takes_the_last_owner_away(database_url: str) -> None:
    _walk(database_url)


def test_without_the_rule_a_walk_takes_the_last_owner_away(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "may_leave", lambda _standing: True)
    with pytest.raises(AssertionError):
        _walk(database_url)


def test_codes_are_read_however_they_are_written() -> None:
    assert invitations.hashed("K7QM-2XPA-9RST") == invitations.hashed(" k7qm 2xpa9rst")
    assert invitations.hashed("K7QM-2XPA-9RST") != invitations.hashed("K7QM-2XPA-9RSV")

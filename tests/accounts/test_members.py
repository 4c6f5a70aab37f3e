"""Membership: roles, leaving, handing over, and the owner that an organisation never loses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.accounts import Actor, MemberRole, Role
from service.accounts.organisations.members import people_in
from service.core.db import new_id
from service.core.errors import Conflict, NotAllowed, NotFound
from service.core.events import history

PASSWORD = "nghệ vàng và miến dong"


@dataclass(frozen=True)
class Coop:
    """An organisation with people, by name."""

    id: UUID
    people: dict[str, UUID]

    def as_(self, name: str, role: str = "owner") -> Actor:
        """One of them, as her session says."""
        found = MemberRole(role)
        return Actor(self.people[name], name, self.id, "HTX", Role.SUPPLIER, found, memberships=frozenset({self.id}))


Enter = Callable[..., Awaitable[Coop]]


@pytest.fixture
def coop(session: AsyncSession) -> Enter:
    """`await coop(An="owner", Binh="member")`."""

    async def enter(**roles: str) -> Coop:
        organisation = await accounts.found_organisation(session, "supplier", "HTX Thử")
        people = {}
        for name, role in roles.items():
            email = f"{name.lower()}-{organisation.id.hex[-6:]}@chophien.example"
            person = await accounts.add_person(session, name=name, email=email, password=PASSWORD)
            await accounts.add_member(session, person.id, organisation.id, role)
            people[name] = person.id
        return Coop(organisation.id, people)

    return enter


async def _roles(session: AsyncSession, coop: Coop) -> dict[str, str]:
    people = await people_in(session, coop.id)
    return {name: people[person].role.value for name, person in coop.people.items() if person in people}


async def test_an_owner_changes_a_role_and_the_journal_keeps_both(session: AsyncSession, coop: Enter) -> None:
    ours = await coop(An="owner", Binh="viewer")
    await accounts.change_role(session, ours.as_("An"), ours.id, ours.people["Binh"], MemberRole.MEMBER)
    await accounts.change_role(session, ours.as_("An"), ours.id, ours.people["Binh"], MemberRole.MEMBER)
    assert await _roles(session, ours) == {"An": "owner", "Binh": "member"}
    told = [entry for entry in await history(session, ours.id) if entry.fact == "MemberRoleChanged"]
    assert [(entry.old, entry.new, entry.person_id) for entry in told] == [
        ({"role": "viewer"}, {"role": "member"}, ours.people["An"])
    ]


@pytest.mark.parametrize("role", ["member", "viewer"])
async def test_only_owners_change_people(session: AsyncSession, coop: Enter, role: str) -> None:
    ours = await coop(An="owner", Binh=role)
    binh, an = ours.as_("Binh", role), ours.people["An"]
    for act in (
        accounts.change_role(session, binh, ours.id, an, MemberRole.VIEWER),
        accounts.remove_member(session, binh, ours.id, an),
        accounts.remove_member(session, binh, ours.id, ours.people["Binh"]),
    ):
        with pytest.raises(NotAllowed):
            await act
    assert await _roles(session, ours) == {"An": "owner", "Binh": role}


async def test_an_owner_who_was_demoted_meanwhile_is_refused(session: AsyncSession, coop: Enter) -> None:
    ours = await coop(An="owner", Binh="owner", Chi="member")
    stale = ours.as_("Binh")
    await accounts.change_role(session, ours.as_("An"), ours.id, ours.people["Binh"], MemberRole.MEMBER)
    with pytest.raises(NotAllowed):
        await accounts.remove_member(session, stale, ours.id, ours.people["Chi"])


async def test_somebody_elses_organisation_is_not_there(session: AsyncSession, coop: Enter) -> None:
    ours, theirs = await coop(An="owner", Binh="member"), await coop(Dung="owner")
    for act in (
        accounts.change_role(session, theirs.as_("Dung"), ours.id, ours.people["Binh"], MemberRole.OWNER),
        accounts.remove_member(session, theirs.as_("Dung"), ours.id, ours.people["Binh"]),
        accounts.hand_over(session, theirs.as_("Dung"), ours.id, ours.people["Binh"]),
        accounts.members_of(session, theirs.as_("Dung"), ours.id),
        accounts.change_role(session, theirs.as_("Dung"), new_id(), ours.people["Binh"], MemberRole.OWNER),
    ):
        with pytest.raises(NotFound):
            await act


async def test_the_last_owner_stays_until_she_hands_over(session: AsyncSession, coop: Enter) -> None:
    ours = await coop(An="owner", Binh="member")
    an, binh = ours.people["An"], ours.people["Binh"]
    for act in (
        accounts.leave(session, ours.as_("An"), ours.id),
        accounts.remove_member(session, ours.as_("An"), ours.id, an),
        accounts.change_role(session, ours.as_("An"), ours.id, an, MemberRole.MEMBER),
        accounts.add_member(session, an, ours.id, "viewer"),
    ):
        with pytest.raises(Conflict, match="bàn giao"):
            await act
    await accounts.hand_over(session, ours.as_("An"), ours.id, binh)
    await accounts.hand_over(session, ours.as_("An"), ours.id, binh)
    assert await _roles(session, ours) == {"An": "member", "Binh": "owner"}
    await accounts.leave(session, ours.as_("An", "member"), ours.id)
    await accounts.leave(session, ours.as_("An", "member"), ours.id)
    assert await _roles(session, ours) == {"Binh": "owner"}
    facts = [entry.fact for entry in await history(session, ours.id)]
    assert facts[:2] == ["MemberLeft", "OwnershipHandedOver"]


async def test_owners_hand_over_only_to_one_of_the_organisations_people(session: AsyncSession, coop: Enter) -> None:
    ours, theirs = await coop(An="owner"), await coop(Dung="owner")
    for to in (theirs.people["Dung"], ours.people["An"], new_id()):
        with pytest.raises(NotFound, match="mời họ vào"):
            await accounts.hand_over(session, ours.as_("An"), ours.id, to)


async def test_people_are_listed_by_name_in_pages(session: AsyncSession, coop: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts.queries, "MEMBERS_A_PAGE", 2)
    ours = await coop(An="owner", Binh="member", Chi="viewer")
    first = await accounts.members_of(session, ours.as_("Chi", "viewer"), ours.id)
    assert ([line.name for line in first.lines], first.total, first.owners) == (["An", "Binh"], 3, 1)
    second = await accounts.members_of(session, ours.as_("Chi", "viewer"), ours.id, first.next)
    assert ([line.name for line in second.lines], second.next) == (["Chi"], None)

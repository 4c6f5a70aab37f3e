"""An office acts for an organisation that lets it, until a day, and every line of the journal names both."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.accounts import Actor, GrantDraft, MemberRole, Role
from service.accounts.models import OrganisationKind
from service.accounts.organisations.members import people_in
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import JournalEntry, history

PASSWORD = "nghệ vàng và miến dong"
TODAY = date(2026, 11, 24)
KINDS = {OrganisationKind.SUPPLIER: Role.SUPPLIER, OrganisationKind.OFFICE: Role.OFFICER}


async def _member(session: AsyncSession, kind: OrganisationKind = OrganisationKind.SUPPLIER, role: str = "owner") -> Actor:
    organisation = await accounts.found_organisation(session, kind, f"Tổ chức {kind}")
    email = f"{organisation.id}@chophien.example"
    person = await accounts.add_person(session, name="An", email=email, password=PASSWORD)
    await accounts.add_member(session, person.id, organisation.id, role)
    ours = frozenset({organisation.id})
    return Actor(person.id, "An", organisation.id, organisation.name, KINDS[kind], MemberRole(role), memberships=ours)


def _org(actor: Actor) -> UUID:
    assert actor.organisation_id is not None
    return actor.organisation_id


async def _let(session: AsyncSession, owner: Actor, office: Actor, days: int = 30) -> None:
    draft = GrantDraft(office_id=_org(office), valid_to=TODAY + timedelta(days=days))
    await accounts.let_act(session, owner, _org(owner), draft)


async def _browser(session: AsyncSession, officer: Actor) -> str:
    return await accounts.sign_in(session, f"{officer.organisation_id}@chophien.example", PASSWORD)


async def test_an_officer_finds_the_supplier_chooses_it_and_acts_on_its_behalf(session: AsyncSession) -> None:
    with clock.freeze(TODAY):
        owner, officer = await _member(session), await _member(session, OrganisationKind.OFFICE)
        await _let(session, owner, officer)
        secret = await _browser(session, officer)
        found = await accounts.actor_of(session, secret)
        assert found is not None
        assert found.choices == (
            (_org(officer), "Tổ chức office", None), (_org(owner), "Tổ chức supplier", "Tổ chức office"),
        )  # fmt: skip
        await accounts.choose_organisation(session, officer, secret, _org(owner))
        acting = await accounts.actor_of(session, secret)
        assert acting is not None
        assert (acting.organisation_id, acting.on_behalf_of) == (_org(owner), _org(officer))
        assert acting.office_name == "Tổ chức office"
        # She works there and decides nothing about it: not its people, not its tokens, not its grants.
        with pytest.raises(NotFound):
            await accounts.members_of(session, acting, _org(owner))
        with pytest.raises(NotFound):
            await accounts.stop_acting(session, acting, _org(owner), _org(officer))
        entry = await session.scalar(select(JournalEntry).where(JournalEntry.fact == "OrganisationChosen"))
        assert entry is not None
        assert (entry.person_id, entry.organisation_id, entry.on_behalf_of) == (officer.person_id, _org(owner), _org(officer))
        await accounts.choose_organisation(session, acting, secret, _org(officer))
        back = await accounts.actor_of(session, secret)
        assert back is not None
        assert (back.role, back.on_behalf_of) == (Role.OFFICER, None)


async def test_a_grant_ends_on_its_day_and_when_it_is_taken_back(session: AsyncSession) -> None:
    with clock.freeze(TODAY):
        owner, officer = await _member(session), await _member(session, OrganisationKind.OFFICE)
        await _let(session, owner, officer, days=30)
    for days, acts in ((30, True), (31, False)):
        with clock.freeze(TODAY + timedelta(days=days)):
            found = await accounts.actor_of(session, await _browser(session, officer))
            assert found is not None
            assert (len(found.choices) == 2) is acts
    with clock.freeze(TODAY):
        secret = await _browser(session, officer)
        await accounts.choose_organisation(session, officer, secret, _org(owner))
        await accounts.stop_acting(session, owner, _org(owner), _org(officer))
        await accounts.stop_acting(session, owner, _org(owner), _org(officer))
        acting = await accounts.actor_of(session, secret)
        assert acting is not None
        assert acting.organisation_id is None  # From her next page on she acts for nobody.
        with pytest.raises(NotFound):
            await accounts.choose_organisation(session, officer, secret, _org(owner))


async def test_a_second_grant_moves_the_day_and_is_told_once(session: AsyncSession) -> None:
    with clock.freeze(TODAY):
        owner, officer = await _member(session), await _member(session, OrganisationKind.OFFICE)
        for days in (30, 30, 60):
            await _let(session, owner, officer, days)
        told = [entry for entry in await history(session, _org(owner)) if entry.fact == "GrantGiven"]
        assert [(entry.old, entry.new) for entry in told] == [
            ({"valid_to": "2026-12-24"}, {"valid_to": "2027-01-23"}), (None, {"valid_to": "2026-12-24"}),
        ]  # fmt: skip
        lines = await accounts.grants_of(session, owner, _org(owner))
        assert [(line.office_id, line.valid_to) for line in lines] == [(_org(officer), TODAY + timedelta(days=60))]


async def test_only_owners_of_who_trades_let_only_offices_act_for_a_year_at_most(session: AsyncSession) -> None:
    with clock.freeze(TODAY):
        owner, office = await _member(session), await _member(session, OrganisationKind.OFFICE)
        member = await _member(session, role="member")
        with pytest.raises(NotAllowed):
            await _let(session, member, office)
        with pytest.raises(NotAllowed):
            await _let(session, office, office)
        with pytest.raises(Invalid, match="cơ quan"):
            await _let(session, owner, member)
        for days in (-1, 400):
            with pytest.raises(Invalid, match="một năm"):
                await _let(session, owner, office, days)
        with pytest.raises(NotFound):
            await accounts.let_act(session, member, _org(owner), GrantDraft(office_id=_org(office), valid_to=TODAY))


async def test_nobody_chooses_an_organisation_that_is_not_hers(session: AsyncSession) -> None:
    owner, officer = await _member(session), await _member(session, OrganisationKind.OFFICE)
    secret = await _browser(session, officer)
    for which in (_org(owner), new_id()):
        with pytest.raises(NotFound):
            await accounts.choose_organisation(session, officer, secret, which)
    acting = await accounts.actor_of(session, secret)
    assert acting is not None
    assert acting.organisation_id == _org(officer)


async def test_one_person_switches_between_her_own_organisations(session: AsyncSession) -> None:
    owner, other = await _member(session), await _member(session)
    assert owner.person_id is not None
    await accounts.add_member(session, owner.person_id, _org(other), "viewer")
    secret = await accounts.sign_in(session, f"{owner.organisation_id}@chophien.example", PASSWORD)
    actor = await accounts.actor_of(session, secret)
    assert actor is not None
    for which, role in ((_org(other), MemberRole.VIEWER), (_org(owner), MemberRole.OWNER), (_org(owner), MemberRole.OWNER)):
        await accounts.choose_organisation(session, actor, secret, which)
        actor = await accounts.actor_of(session, secret)
        assert actor is not None
        assert (actor.organisation_id, actor.member_role) == (which, role)


async def test_a_person_without_an_organisation_founds_one_and_owns_it(session: AsyncSession) -> None:
    person = await accounts.add_person(session, name="Bình", email="binh@chophien.example", password=PASSWORD)
    actor, key = Actor(person.id, "Bình", None, "", Role.NOBODY), new_id()
    founding = accounts.Founding(kind="buyer", name="Cửa hàng Xanh")
    first = await accounts.open_organisation(session, actor, founding, key=key)
    assert (await accounts.open_organisation(session, actor, founding, key=key)).id == first.id
    assert (await people_in(session, first.id))[person.id].role is MemberRole.OWNER
    stranger = await _member(session)
    with pytest.raises(Conflict):
        await accounts.open_organisation(session, stranger, founding, key=key)
    for _each in range(4):
        await accounts.open_organisation(session, actor, founding)
    with pytest.raises(Conflict, match="quá nhiều"):
        await accounts.open_organisation(session, actor, founding)

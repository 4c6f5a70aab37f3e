"""API tokens: shown once, kept hashed, scoped, revocable, and dead when their issuer leaves."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.accounts import SCOPES, Actor, MemberRole, Role, TokenDraft
from service.accounts.organisations.tokens import hashed
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import history

PASSWORD = "nghệ vàng và miến dong"
TODAY = date(2026, 11, 24)


async def _member(session: AsyncSession, role: str = "owner", organisation_id: UUID | None = None) -> Actor:
    if organisation_id is None:
        organisation_id = (await accounts.found_organisation(session, "supplier", "HTX Thử")).id
    person = await accounts.add_person(session, name="An", email=f"{new_id()}@chophien.example", password=PASSWORD)
    await accounts.add_member(session, person.id, organisation_id, role)
    ours = frozenset({organisation_id})
    return Actor(person.id, "An", organisation_id, "HTX Thử", Role.SUPPLIER, MemberRole(role), memberships=ours)


def _org(actor: Actor) -> UUID:
    assert actor.organisation_id is not None
    return actor.organisation_id


async def _issue(session: AsyncSession, owner: Actor, *scopes: str, **said: object) -> accounts.Issued:
    draft = TokenDraft.model_validate({"name": "Phần mềm kho", "scopes": scopes or ("catalogue:read",), **said})
    return await accounts.issue_token(session, owner, _org(owner), draft)


async def test_a_token_acts_as_its_issuer_within_its_scopes(session: AsyncSession) -> None:
    owner = await _member(session)
    issued = await _issue(session, owner, "lots:write", "catalogue:read")
    actor = await accounts.actor_of_token(session, issued.secret)
    assert actor is not None
    assert (actor.person_id, actor.organisation_id, actor.member_role) == (owner.person_id, _org(owner), MemberRole.OWNER)
    assert sorted(actor.scopes or ()) == ["catalogue:read", "lots:write"]
    assert issued.secret.startswith("cp_")


async def test_the_secret_is_nowhere_but_in_the_answer(session: AsyncSession) -> None:
    owner = await _member(session)
    issued = await _issue(session, owner)
    await accounts.revoke_token(session, owner, _org(owner), issued.id)
    for table in ("accounts_token", "core_journal", "core_change"):
        kept = (await session.execute(text(f"SELECT string_agg({table}::text, ' ') FROM {table}"))).scalar_one() or ""
        assert issued.secret not in kept
        assert hashed(issued.secret).hex() not in kept or table == "accounts_token"
    line = (await accounts.tokens_of(session, owner, _org(owner)))[0]
    assert issued.secret.startswith(line.prefix)
    assert len(line.prefix) == 9


@pytest.mark.parametrize("wrong", ["", "cp_", "cp_không", "x" * 5000, "\u0000"])
async def test_a_made_up_token_is_nobody(session: AsyncSession, wrong: str) -> None:
    await _issue(session, await _member(session))
    assert await accounts.actor_of_token(session, wrong) is None


async def test_a_revoked_token_opens_nothing(session: AsyncSession) -> None:
    owner = await _member(session)
    issued = await _issue(session, owner)
    await accounts.revoke_token(session, owner, _org(owner), issued.id)
    await accounts.revoke_token(session, owner, _org(owner), issued.id)
    assert await accounts.actor_of_token(session, issued.secret) is None
    facts = [entry.fact for entry in await history(session, _org(owner))]
    assert facts[:2] == ["TokenRevoked", "TokenIssued"]


async def test_a_token_works_until_its_last_day_and_tells_when_it_was_used(session: AsyncSession) -> None:
    with clock.freeze(TODAY):
        owner = await _member(session)
        issued = await _issue(session, owner, valid_to="26/11/2026")
        assert (await accounts.tokens_of(session, owner, _org(owner)))[0].last_used_on is None
    for days, works in ((0, True), (2, True), (3, False)):
        with clock.freeze(TODAY + timedelta(days=days)):
            assert (await accounts.actor_of_token(session, issued.secret) is not None) is works
    line = (await accounts.tokens_of(session, owner, _org(owner)))[0]
    assert (line.last_used_on, line.works) == (TODAY + timedelta(days=2), clock.today() <= date(2026, 11, 26))


async def test_a_token_has_the_role_its_issuer_has_now_and_dies_with_her_membership(session: AsyncSession) -> None:
    first = await _member(session)
    second = await _member(session, "owner", _org(first))
    issued = await _issue(session, second, "catalogue:write")
    assert second.person_id is not None
    await accounts.change_role(session, first, _org(first), second.person_id, MemberRole.VIEWER)
    actor = await accounts.actor_of_token(session, issued.secret)
    assert actor is not None
    assert not actor.may_write
    await accounts.remove_member(session, first, _org(first), second.person_id)
    assert await accounts.actor_of_token(session, issued.secret) is None
    assert [line.works for line in await accounts.tokens_of(session, first, _org(first))] == [False]


@pytest.mark.parametrize("role", ["member", "viewer"])
async def test_only_owners_issue_see_and_revoke(session: AsyncSession, role: str) -> None:
    owner = await _member(session)
    issued = await _issue(session, owner)
    other = await _member(session, role, _org(owner))
    with pytest.raises(NotAllowed):
        await _issue(session, other)
    with pytest.raises(NotAllowed):
        await accounts.revoke_token(session, other, _org(owner), issued.id)
    with pytest.raises(NotFound):
        await accounts.tokens_of(session, other, _org(owner))
    stranger = await _member(session)
    with pytest.raises(NotFound):
        await accounts.revoke_token(session, stranger, _org(owner), issued.id)
    with pytest.raises(NotFound):
        await accounts.revoke_token(session, stranger, _org(stranger), issued.id)


async def test_a_token_never_issues_another(session: AsyncSession) -> None:
    owner = await _member(session)
    issued = await _issue(session, owner, *SCOPES)
    program = await accounts.actor_of_token(session, issued.secret)
    assert program is not None
    with pytest.raises(NotAllowed):
        await _issue(session, program)


async def test_a_second_press_issues_no_second_token(session: AsyncSession) -> None:
    owner, key = await _member(session), new_id()
    draft = TokenDraft(name="Kho", scopes=("catalogue:read",))
    await accounts.issue_token(session, owner, _org(owner), draft, key=key)
    with pytest.raises(Conflict, match="một lần"):
        await accounts.issue_token(session, owner, _org(owner), draft, key=key)
    with pytest.raises(Invalid, match="hôm nay"):
        await _issue(session, owner, valid_to="01/01/2020")


@pytest.mark.parametrize("scopes", [(), ("catalogue:all",), ("catalogue",), ("*",)])
def test_a_scope_that_is_not_listed_is_refused(scopes: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError):
        TokenDraft.model_validate({"name": "Kho", "scopes": scopes})


@given(scopes=st.frozensets(st.sampled_from(SCOPES)), area=st.sampled_from([each.partition(":")[0] for each in SCOPES]))
def test_a_scope_to_write_reads_and_a_scope_to_read_never_writes(scopes: frozenset[str], area: str) -> None:
    program = Actor(new_id(), "", new_id(), "", Role.SUPPLIER, MemberRole.OWNER, scopes=scopes)
    writes = accounts.may_use(program, area, "POST")
    assert writes == accounts.may_use(program, area, "DELETE") == (f"{area}:write" in scopes)
    assert accounts.may_use(program, area, "GET") == (writes or f"{area}:read" in scopes)
    person = Actor(new_id(), "", new_id(), "", Role.SUPPLIER, MemberRole.VIEWER)
    assert accounts.may_use(person, area, "POST")  # Scopes limit programs; what a person may do is asked elsewhere.
    assert accounts.may_use(None, area, "GET")

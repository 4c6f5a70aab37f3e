"""People sign in, act for their organisation, and their sessions end when they should."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.accounts.identity.sessions import IDLE, LIFETIME
from service.accounts.models import Person, Session
from service.accounts.tasks import forget_ended_sessions
from service.core import clock
from service.core.errors import Conflict, Invalid
from service.core.events import history

PASSWORD = "nghệ vàng và miến dong"


async def _member(session: AsyncSession, kind: str = "supplier", role: str = "owner") -> Person:
    organisation = await accounts.found_organisation(session, kind, "HTX Thử")
    person = await accounts.add_person(session, name="Thử", email=" Thu@Chophien.Example ", password=PASSWORD)
    await accounts.add_member(session, person.id, organisation.id, role)
    return person


@pytest.mark.parametrize(
    ("kind", "role"), [("supplier", "supplier"), ("buyer", "buyer"), ("organiser", "organiser"), ("office", "officer")]
)
async def test_a_member_acts_in_the_role_of_her_organisation(session: AsyncSession, kind: str, role: str) -> None:
    person = await _member(session, kind)
    secret = await accounts.sign_in(session, "thu@chophien.example", PASSWORD, "browser")
    actor = await accounts.actor_of(session, secret)
    assert actor is not None
    assert (actor.person_id, actor.role, actor.organisation_name, actor.may_write) == (person.id, role, "HTX Thử", True)


async def test_a_viewer_may_not_write(session: AsyncSession) -> None:
    await _member(session, role="viewer")
    actor = await accounts.actor_of(session, await accounts.sign_in(session, "thu@chophien.example", PASSWORD))
    assert actor is not None
    assert not actor.may_write


@pytest.mark.parametrize(("email", "password"), [("thu@chophien.example", "sai rồi nhé"), ("ai@chophien.example", PASSWORD)])
async def test_wrong_words_are_refused_without_saying_which(session: AsyncSession, email: str, password: str) -> None:
    await _member(session)
    with pytest.raises(Invalid, match="E-mail, số điện thoại hoặc mật khẩu"):
        await accounts.sign_in(session, email, password)


async def test_the_table_never_holds_the_secret(session: AsyncSession) -> None:
    await _member(session)
    secret = await accounts.sign_in(session, "thu@chophien.example", PASSWORD)
    kept = await session.scalar(select(Session))
    assert kept is not None
    assert secret.encode() not in kept.token_hash


async def test_a_session_ends_when_asked_when_idle_and_when_over(session: AsyncSession) -> None:
    await _member(session)
    now = clock.now()
    secret = await accounts.sign_in(session, "thu@chophien.example", PASSWORD)
    with clock.freeze(now + IDLE - timedelta(minutes=1)):
        assert await accounts.actor_of(session, secret) is not None  # Being seen starts the idle time anew.
    with clock.freeze(now + IDLE + timedelta(minutes=30)):
        assert await accounts.actor_of(session, secret) is not None
    with clock.freeze(now + 2 * IDLE + timedelta(hours=1)):
        assert await accounts.actor_of(session, secret) is None
    with clock.freeze(now + LIFETIME + timedelta(minutes=1)):
        assert await accounts.actor_of(session, secret) is None
    await accounts.end_session(session, secret)
    assert await accounts.actor_of(session, secret) is None
    await accounts.end_session(session, secret)


async def test_an_address_is_taken_once_however_it_is_written(session: AsyncSession) -> None:
    await _member(session)
    with pytest.raises(Conflict):
        await accounts.add_person(session, name="Khác", email="THU@chophien.example", password=PASSWORD)
    with pytest.raises(Invalid):
        await accounts.add_person(session, name="Ngắn", email="ngan@chophien.example", password="ngắn")


async def test_signing_in_is_journalled(session: AsyncSession) -> None:
    person = await _member(session)
    secret = await accounts.sign_in(session, "thu@chophien.example", PASSWORD)
    await accounts.end_session(session, secret)
    assert [entry.fact for entry in await history(session, person.id)] == ["SignedOut", "SignedIn", "PersonAdded"]


async def test_joining_twice_changes_nothing(session: AsyncSession) -> None:
    person = await _member(session)
    actor = await accounts.actor_of(session, await accounts.sign_in(session, "thu@chophien.example", PASSWORD))
    assert actor is not None
    assert actor.organisation_id is not None
    await accounts.add_member(session, person.id, actor.organisation_id, "owner")
    facts = [entry.fact for entry in await history(session, actor.organisation_id)]
    assert facts.count("MemberAdded") == 1
    other = await accounts.add_person(session, name="Hai", email="hai@chophien.example", password=PASSWORD)
    await accounts.add_member(session, other.id, actor.organisation_id, "owner")
    await accounts.add_member(session, person.id, actor.organisation_id, "viewer")
    facts = [entry.fact for entry in await history(session, actor.organisation_id)]
    assert facts.count("MemberAdded") == 3


async def test_sessions_that_are_over_are_forgotten_at_night(session: AsyncSession) -> None:
    await _member(session)
    now = clock.now()
    await accounts.sign_in(session, "thu@chophien.example", PASSWORD)
    await session.flush()
    await forget_ended_sessions(session)
    assert await session.scalar(select(Session)) is not None
    with clock.freeze(now + LIFETIME + timedelta(minutes=1)):
        await forget_ended_sessions(session)
    assert await session.scalar(select(Session)) is None

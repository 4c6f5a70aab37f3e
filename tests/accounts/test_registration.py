"""People come by themselves, and an address belongs to whoever has shown that it is hers."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.accounts.identity.links import issue_link
from service.accounts.identity.models import LinkPurpose, SecondFactor
from service.accounts.identity.registration import CONFIRM_WITHIN
from service.accounts.models import Member, Person
from service.core import clock, mail
from service.core.db import Database, new_id
from service.core.errors import Conflict, Invalid, NotFound
from service.core.events import history

PASSWORD = "nghệ vàng trâu đen thác bạc"


def wanting(**said: Any) -> accounts.Registration:
    """A cooperative with only a phone."""
    values = {"kind": "supplier", "organisation": "HTX Bản Mới", "name": "Nông Thị Thử", "phone": "0912 345 678",
              "password": PASSWORD, "agree": "1"}  # fmt: skip
    return accounts.Registration(**{**values, **said})


async def _letters(session: AsyncSession, template: str) -> list[mail.Mail]:
    return [letter for letter in await mail.newest(session, limit=100) if letter.template == template]


def _token(letter: mail.Mail) -> str:
    assert letter.body is not None
    return letter.body.partition("/xac-nhan/")[2].split()[0]


@pytest.mark.parametrize("typed", ["0912345678", "0912 345 678", "+84 912.345.678", "84912345678"])
async def test_a_cooperative_with_only_a_phone_registers_and_signs_in(session: AsyncSession, typed: str) -> None:
    came = await accounts.register(session, wanting(), "vi")
    actor = await accounts.actor_of(session, await accounts.sign_in(session, typed, PASSWORD))
    assert actor is not None
    assert (actor.person_id, actor.role, actor.owns, actor.verified) == (came.person_id, "supplier", True, False)
    known = await accounts.confirmed(session, actor)
    assert (known.phone, known.phone_confirmed, known.email) == ("+84912345678", False, None)
    facts = {entry.fact for entry in await history(session, came.person_id)}
    assert {"PersonAdded", "PersonRegistered", "ConsentGiven"} <= facts
    assert await mail.newest(session) == []


@pytest.mark.parametrize("kind", ["supplier", "buyer", "organiser"])
async def test_nobody_is_verified_by_coming(session: AsyncSession, kind: str) -> None:
    came = await accounts.register(session, wanting(kind=kind), "vi")
    actor = await accounts.actor_of(session, await accounts.open_session_of(session, came.person_id, None))
    assert actor is not None
    assert (actor.role, actor.verified) == (kind, False)


@pytest.mark.parametrize("kind", ["office", "operator", "administrator", ""])
def test_nobody_registers_as_an_officer(kind: str) -> None:
    with pytest.raises(ValidationError):
        wanting(kind=kind)


@pytest.mark.parametrize(
    ("said", "field"),
    [({"agree": None}, "agree"), ({"password": "matkhau123"}, "password"), ({"password": "htx ban moi"}, "password"),
     ({"password": "0912345678"}, "password")],
)  # fmt: skip
async def test_what_is_missing_or_weak_is_said_beside_the_field(
    session: AsyncSession, said: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await accounts.register(session, wanting(**said), "vi")
    assert set(refused.value.errors) == {field}


def test_a_number_or_an_address_is_needed() -> None:
    with pytest.raises(ValidationError, match="phone number or an e-mail"):
        wanting(phone="", email="")


async def test_consent_is_kept_with_its_version_and_news_only_when_asked_for(session: AsyncSession) -> None:
    came = await accounts.register(session, wanting(), "vi")
    assert await accounts.agrees(session, came.person_id, accounts.Purpose.ACCOUNT)
    assert not await accounts.agrees(session, came.person_id, accounts.Purpose.NEWS)
    other = await accounts.register(session, wanting(phone="0912345679", news="1"), "vi")
    assert await accounts.agrees(session, other.person_id, accounts.Purpose.NEWS)


async def test_an_address_is_confirmed_by_its_link_once(session: AsyncSession) -> None:
    came = await accounts.register(session, wanting(email="Moi@VidU.vn"), "en")
    (letter,) = await _letters(session, "confirm_email")
    assert letter.to_address == "moi@vidu.vn"
    assert letter.subject.startswith("Confirm")  # She registered on an English page.
    token = _token(letter)
    assert await accounts.confirmation(session, token) == "moi@vidu.vn"
    assert await accounts.confirmation(session, token) == "moi@vidu.vn"  # Looking uses nothing up.
    assert await accounts.confirm_email(session, token) == came.person_id
    with pytest.raises(NotFound):
        await accounts.confirm_email(session, token)
    person = await session.get(Person, came.person_id)
    assert person is not None
    assert person.email_confirmed_at is not None


async def test_a_link_is_over_after_its_time(session: AsyncSession) -> None:
    await accounts.register(session, wanting(email="moi@vidu.vn"), "vi")
    (letter,) = await _letters(session, "confirm_email")
    with clock.freeze(clock.now() + CONFIRM_WITHIN + timedelta(minutes=1)), pytest.raises(NotFound):
        await accounts.confirm_email(session, _token(letter))


async def test_nothing_but_the_question_goes_to_an_address_that_is_not_confirmed(session: AsyncSession) -> None:
    came = await accounts.register(session, wanting(email="moi@vidu.vn"), "vi")
    people = await accounts.people_of(session, [came.organisation_id])
    assert people == {came.organisation_id: []}
    (letter,) = await _letters(session, "confirm_email")
    # Nothing that a stranger has typed stands in the letter that goes to somebody's mailbox.
    assert letter.body is not None
    assert "Nông Thị Thử" not in letter.body
    assert "HTX Bản Mới" not in letter.body
    await accounts.confirm_email(session, _token(letter))
    people = await accounts.people_of(session, [came.organisation_id])
    assert [told.email for told in people[came.organisation_id]] == ["moi@vidu.vn"]


async def test_registering_with_anothers_address_tells_only_its_owner(session: AsyncSession) -> None:
    first = await accounts.register(session, wanting(email="chung@vidu.vn", phone=None), "vi")
    (letter,) = await _letters(session, "confirm_email")
    await accounts.confirm_email(session, _token(letter))
    second = await accounts.register(session, wanting(email="chung@vidu.vn", phone=None, password=PASSWORD + " hai"), "vi")
    assert second.person_id != first.person_id  # The stranger is let in as herself, like anybody who comes.
    assert len(await _letters(session, "registered_already")) == 1
    assert len(await _letters(session, "confirm_email")) == 1  # No second link to the same mailbox.
    for password, person in ((PASSWORD, first), (PASSWORD + " hai", second)):
        actor = await accounts.actor_of(session, await accounts.sign_in(session, "chung@vidu.vn", password))
        assert actor is not None
        assert actor.person_id == person.person_id


async def test_a_squatter_keeps_no_address_from_its_owner(session: AsyncSession) -> None:
    await accounts.register(session, wanting(email="chung@vidu.vn", phone=None, password=PASSWORD + " kẻ lạ"), "vi")
    owner = await accounts.register(session, wanting(email="chung@vidu.vn", phone=None), "vi")
    squatters, owners = [_token(letter) for letter in reversed(await _letters(session, "confirm_email"))]
    await accounts.confirm_email(session, owners)
    with pytest.raises(Conflict, match="tài khoản khác"):
        await accounts.confirm_email(session, squatters)
    actor = await accounts.actor_of(session, await accounts.sign_in(session, "chung@vidu.vn", PASSWORD))
    assert actor is not None
    assert actor.person_id == owner.person_id


async def test_too_many_claims_to_one_number_are_refused(session: AsyncSession) -> None:
    for number in range(2):
        await accounts.register(session, wanting(password=f"{PASSWORD} {number}"), "vi")
    with pytest.raises(Invalid, match="chờ xác nhận"):
        await accounts.register(session, wanting(), "vi")


async def test_the_same_form_twice_makes_one_account(session: AsyncSession) -> None:
    key = new_id()
    first = await accounts.register(session, wanting(), "vi", key=key)
    assert await accounts.register(session, wanting(), "vi", key=key) == first
    with pytest.raises(Conflict):
        await accounts.register(session, wanting(password=PASSWORD + " khác"), "vi", key=key)


async def test_a_used_form_is_no_second_door(session: AsyncSession) -> None:
    """Whoever learns an organisation's id and a password must still pass the door, with its limits and its second step."""
    organisation = await accounts.found_organisation(session, "supplier", "HTX Cũ")
    person = await accounts.add_person(session, name="Lan", email="lan@vidu.vn", password=PASSWORD)
    await accounts.add_member(session, person.id, organisation.id, "owner")
    assert (await accounts.register(session, wanting(), "vi", key=organisation.id)).person_id == person.id
    with clock.freeze(clock.now() + timedelta(minutes=11)), pytest.raises(Conflict):
        await accounts.register(session, wanting(), "vi", key=organisation.id)
    session.add(SecondFactor(person_id=person.id, sealed=b"x", last_step=0, confirmed_at=clock.now()))
    await session.flush()
    with pytest.raises(Conflict):
        await accounts.register(session, wanting(), "vi", key=organisation.id)


async def test_two_presses_at_once_make_one_account(real_database: Database) -> None:
    key = new_id()

    async def press() -> UUID:
        async with real_database.transaction() as session:
            return (await accounts.register(session, wanting(phone="0987654321"), "vi", key=key)).person_id

    people = await asyncio.gather(*(press() for _ in range(4)))
    async with real_database.transaction() as session:
        count = await session.scalar(text("SELECT count(*) FROM accounts_person WHERE phone = '+84987654321'"))
        await session.execute(text("DELETE FROM accounts_person WHERE phone = '+84987654321'"))
        await session.execute(text("DELETE FROM accounts_organisation WHERE id = :id"), {"id": key})
    assert (len(set(people)), count) == (1, 1)


async def test_two_who_confirm_one_address_at_once_leave_one_owner(real_database: Database) -> None:
    tokens = []
    async with real_database.transaction() as session:
        for number in range(2):
            person = await accounts.add_person(
                session, name=f"Người {number}", email="tranh@vidu.vn", password=PASSWORD, confirmed=False
            )
            tokens.append(
                await issue_link(session, LinkPurpose.CONFIRM_EMAIL, person.id, CONFIRM_WITHIN, address="tranh@vidu.vn")
            )

    async def confirm(token: str) -> bool:
        try:
            async with real_database.transaction() as session:
                await accounts.confirm_email(session, token)
        except Conflict:
            return False
        return True

    done = await asyncio.gather(*(confirm(token) for token in tokens))
    async with real_database.transaction() as session:
        await session.execute(text("DELETE FROM accounts_person WHERE email = 'tranh@vidu.vn'"))
    assert sorted(done) == [False, True]


async def test_another_address_is_taken_only_when_its_link_is_opened(session: AsyncSession) -> None:
    person = await accounts.add_person(session, name="Lan", email="cu@vidu.vn", password=PASSWORD)
    organisation = await accounts.found_organisation(session, "supplier", "HTX Lan")
    await accounts.add_member(session, person.id, organisation.id, "owner")
    actor = await accounts.actor_of(session, await accounts.sign_in(session, "cu@vidu.vn", PASSWORD))
    assert actor is not None
    with pytest.raises(Invalid):
        await accounts.change_email(session, actor, "moi@vidu.vn", "sai mật khẩu rồi")
    await accounts.change_email(session, actor, "moi@vidu.vn", PASSWORD)
    assert (await accounts.confirmed(session, actor)).email == "cu@vidu.vn"
    (letter,) = await _letters(session, "confirm_email")
    assert letter.to_address == "moi@vidu.vn"
    await accounts.confirm_email(session, _token(letter))
    assert (await accounts.confirmed(session, actor)).email == "moi@vidu.vn"
    assert [told.to_address for told in await _letters(session, "email_changed")] == ["cu@vidu.vn"]


async def test_an_officer_confirms_a_number_and_nobody_else(session: AsyncSession) -> None:
    came = await accounts.register(session, wanting(), "vi")
    office = await accounts.found_organisation(session, "office", "Văn phòng")
    helper = await accounts.add_person(session, name="Cán bộ", email="cb@vidu.vn", password=PASSWORD)
    await accounts.add_member(session, helper.id, office.id, "owner")
    officer = await accounts.actor_of(session, await accounts.sign_in(session, "cb@vidu.vn", PASSWORD))
    herself = await accounts.actor_of(session, await accounts.sign_in(session, "0912345678", PASSWORD))
    assert officer is not None
    assert herself is not None
    with pytest.raises(NotFound):
        await accounts.confirm_phone(session, herself, came.person_id)
    for _ in range(2):
        await accounts.confirm_phone(session, officer, came.person_id)
    assert (await accounts.confirmed(session, herself)).phone_confirmed
    facts = [entry.fact for entry in await history(session, came.person_id)]
    assert facts.count("PhoneConfirmed") == 1
    other = await accounts.register(session, wanting(password=PASSWORD + " hai"), "vi")
    with pytest.raises(Conflict, match="tài khoản khác"):
        await accounts.confirm_phone(session, officer, other.person_id)
    assert await session.scalar(select(Member.role).where(Member.person_id == came.person_id)) == "owner"

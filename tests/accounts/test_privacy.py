"""What is held about a person: handed out, corrected, and erased so that figures stay and names go."""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.accounts import Actor, InvitationDraft, MemberRole, PersonCorrection, Purpose, Role, TokenDraft
from service.core import mail
from service.core.errors import Conflict, Invalid, NotAllowed
from service.core.events import act_as, plain

PASSWORD = "nghệ vàng và miến dong"
NAME, LATER, EMAIL, PHONE = "Hoàng Thị Xuân Zq", "Hoàng Thị Thu Zq", "zq-xuan@chophien.example", "+84987654327"


@dataclass(frozen=True)
class Someone:
    """A person with all that may be held about her, and how she acts."""

    actor: Actor
    secret: str
    token: str

    @property
    def id(self) -> UUID:
        """Her id."""
        assert self.actor.person_id is not None
        return self.actor.person_id

    @property
    def organisation_id(self) -> UUID:
        """Hers."""
        assert self.actor.organisation_id is not None
        return self.actor.organisation_id


async def _someone(session: AsyncSession) -> Someone:
    organisation = await accounts.found_organisation(session, "supplier", "HTX Thử")
    person = await accounts.add_person(session, name=NAME, email=EMAIL, phone=PHONE, password=PASSWORD)
    await accounts.add_member(session, person.id, organisation.id, "owner")
    secret = await accounts.sign_in(session, EMAIL, PASSWORD, "Điện thoại của Xuân")
    actor = await accounts.actor_of(session, secret)
    assert actor is not None
    await act_as(session, actor)
    await accounts.give_consent(session, actor, Purpose.ACCOUNT)
    await accounts.give_consent(session, actor, Purpose.NEWS)
    draft = TokenDraft(name="Kho", scopes=("catalogue:read",))
    token = await accounts.issue_token(session, actor, organisation.id, draft)
    await accounts.correct_person(session, actor, PersonCorrection(name=LATER, phone=PHONE))
    await mail.send(session, EMAIL, "password_changed")
    return Someone(actor, secret, token.secret)


async def _boss(session: AsyncSession, role: str = "owner") -> Actor:
    found = await session.scalar(text("SELECT id FROM accounts_organisation WHERE name = 'HTX Thử'"))
    assert found is not None
    person = await accounts.add_person(session, name="Chủ khác", email="khac@chophien.example", password=PASSWORD)
    await accounts.add_member(session, person.id, found, role)
    return Actor(person.id, "Chủ khác", found, "HTX Thử", Role.SUPPLIER, MemberRole(role))


async def _everything(session: AsyncSession) -> str:
    """Every text of every table, as the owner of the market's disk would read it."""
    await session.flush()
    tables = (await session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))).all()
    found = [await session.scalar(text(f'SELECT string_agg(x::text, chr(10)) FROM "{table}" x')) for table in tables]
    return "\n".join(part for part in found if part)


async def test_all_that_is_held_is_handed_out(session: AsyncSession) -> None:
    one = await _someone(session)
    held = await accounts.held(session, one.actor)
    written = json.dumps(plain(held), ensure_ascii=False)
    for words in (
        LATER,
        EMAIL,
        PHONE,
        "Điện thoại của Xuân",
        "HTX Thử",
        "Kho",
        Purpose.NEWS,
        "TokenIssued",
        "password_changed",
    ):
        assert words in written, words
    assert one.token not in written
    assert one.secret not in written
    assert "argon2" not in written
    assert held["done_in_all"] == len(held["done"]) > 4


async def test_nothing_of_another_is_handed_out(session: AsyncSession) -> None:
    one = await _someone(session)
    boss = await _boss(session)
    written = json.dumps(plain(await accounts.held(session, boss)), ensure_ascii=False)
    for words in (NAME, LATER, EMAIL, PHONE, "Kho", str(one.id)):
        assert words not in written, words


async def test_a_program_gets_nobodys_personal_data(session: AsyncSession) -> None:
    one = await _someone(session)
    program = await accounts.actor_of_token(session, one.token)
    assert program is not None
    for act in (
        accounts.held(session, program), accounts.erase_person(session, program, PASSWORD),
        accounts.correct_person(session, program, PersonCorrection(name="Khác")),
        accounts.give_consent(session, program, Purpose.NEWS), accounts.leave(session, program, one.organisation_id),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            await act


async def test_a_corrected_number_is_unconfirmed_and_the_only_way_in_stays(session: AsyncSession) -> None:
    one = await _someone(session)
    await accounts.correct_person(session, one.actor, PersonCorrection(name=LATER, phone="0912 000 111"))
    held = (await accounts.held(session, one.actor))["person"]
    assert (held["phone"], held["phone_confirmed_at"]) == ("+84912000111", None)
    await session.execute(text("UPDATE accounts_person SET email = NULL WHERE id = :id"), {"id": one.id})
    session.expire_all()
    with pytest.raises(Invalid, match="đăng nhập bằng số này"):
        await accounts.correct_person(session, one.actor, PersonCorrection(name=LATER))


async def test_erased_figures_stay_and_names_go(session: AsyncSession) -> None:
    one = await _someone(session)
    boss = await _boss(session)
    await accounts.invite(session, boss, one.organisation_id, InvitationDraft(phone=PHONE), "/loi-moi")
    statement = text("SELECT count(*) FROM core_journal WHERE person_id = :id")
    lines = await session.scalar(statement, {"id": one.id})
    assert NAME in await _everything(session)
    await accounts.erase_person(session, one.actor, PASSWORD)
    kept = await _everything(session)
    for words in (NAME, LATER, EMAIL, PHONE, "Điện thoại của Xuân"):
        assert words not in kept, words
    assert (await session.scalar(statement, {"id": one.id}) or 0) >= (lines or 0) + 2
    assert await session.scalar(text("SELECT name FROM accounts_person WHERE id = :id"), {"id": one.id}) == (
        f"Người dùng đã xóa {one.id.hex[-8:]}"
    )
    assert await accounts.actor_of(session, one.secret) is None
    assert await accounts.actor_of_token(session, one.token) is None
    with pytest.raises(Invalid):
        await accounts.sign_in(session, EMAIL, PASSWORD)
    again = await accounts.add_person(session, name="Người mới", email=EMAIL, password=PASSWORD)
    assert again.id != one.id  # The address is free for whoever has it now.


async def test_other_peoples_words_stay_as_they_are(session: AsyncSession) -> None:
    one = await _someone(session)
    boss = await _boss(session)
    await act_as(session, boss)
    await accounts.correct_person(session, boss, PersonCorrection(name=NAME))  # The same name, another person.
    before = await session.scalar(text("SELECT jsonb_agg(new) FROM core_change WHERE row_id = :id"), {"id": boss.person_id})
    await accounts.erase_person(session, one.actor, PASSWORD)
    after = await session.scalar(text("SELECT jsonb_agg(new) FROM core_change WHERE row_id = :id"), {"id": boss.person_id})
    assert before == after
    assert NAME in str(after)


async def test_a_wrong_password_erases_nothing(session: AsyncSession) -> None:
    one = await _someone(session)
    await _boss(session)
    before = await _everything(session)
    with pytest.raises(Invalid, match="Mật khẩu"):
        await accounts.erase_person(session, one.actor, "sai rồi nhé bạn ơi")
    assert await _everything(session) == before


async def test_the_last_owner_hands_over_before_she_is_erased(session: AsyncSession) -> None:
    one = await _someone(session)
    other = await _boss(session, "member")
    with pytest.raises(Conflict, match="bàn giao"):
        await accounts.erase_person(session, one.actor, PASSWORD)
    assert other.person_id is not None
    await accounts.hand_over(session, one.actor, one.organisation_id, other.person_id)
    await accounts.erase_person(session, one.actor, PASSWORD)
    assert LATER not in await _everything(session)


async def test_whoever_is_alone_in_her_organisation_can_be_erased(session: AsyncSession) -> None:
    one = await _someone(session)
    await accounts.erase_person(session, one.actor, PASSWORD)
    assert LATER not in await _everything(session)


REFUSED = (
    "UPDATE core_journal SET old = NULL",
    "DELETE FROM core_journal",
    "TRUNCATE core_journal",
    "UPDATE core_change SET new = NULL",
    "DELETE FROM core_change",
    "INSERT INTO core_change (table_name, old) VALUES ('x', '{}')",
    "ALTER FUNCTION accounts_forget(uuid) RESET ALL",
    "CREATE OR REPLACE FUNCTION accounts_forget(erased uuid) RETURNS void LANGUAGE sql AS 'SELECT'",
)


@pytest.mark.parametrize("statement", REFUSED)
async def test_the_application_still_changes_neither_journal_nor_log(session: AsyncSession, statement: str) -> None:
    one = await _someone(session)
    await accounts.erase_person(session, one.actor, PASSWORD)  # Having used the one way opens no other.
    with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
        async with session.begin_nested():
            await session.execute(text(statement))


async def test_of_the_living_nothing_is_forgotten(session: AsyncSession) -> None:
    one = await _someone(session)
    before = await session.scalar(text("SELECT jsonb_agg(new) FROM core_change WHERE row_id = :id"), {"id": one.id})
    with pytest.raises(DBAPIError, match="only of who has been erased"):
        async with session.begin_nested():
            await session.execute(text("SELECT accounts_forget(:id)"), {"id": one.id})
    after = await session.scalar(text("SELECT jsonb_agg(new) FROM core_change WHERE row_id = :id"), {"id": one.id})
    assert before == after


async def test_a_consent_names_its_version_and_can_be_taken_back(session: AsyncSession) -> None:
    one = await _someone(session)
    await accounts.give_consent(session, one.actor, Purpose.NEWS)  # Agreeing twice changes nothing.
    assert await accounts.agrees(session, one.id, Purpose.NEWS)
    await accounts.withdraw_consent(session, one.actor, Purpose.NEWS)
    await accounts.withdraw_consent(session, one.actor, Purpose.NEWS)
    assert not await accounts.agrees(session, one.id, Purpose.NEWS)
    await accounts.give_consent(session, one.actor, Purpose.NEWS)
    given = [line for line in (await accounts.held(session, one.actor))["consents"] if line["purpose"] == Purpose.NEWS]
    assert [bool(line["withdrawn_at"]) for line in given] == [False, True]
    assert {line["version"] for line in given} == {"2026-11-24"}
    with pytest.raises(Invalid, match="xóa dữ liệu"):
        await accounts.withdraw_consent(session, one.actor, Purpose.ACCOUNT)

"""Another password: by mail, by a code, or knowing the present one; each way once, and all sessions end."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.accounts import Actor
from service.accounts.identity.events import PasswordChanged
from service.accounts.identity.links import issue_link
from service.accounts.identity.models import LinkPurpose
from service.accounts.identity.resets import CODE_WITHIN, RESET_WITHIN
from service.accounts.models import Person
from service.accounts.tasks import forget_used_links, tell_of_the_new_password
from service.core import clock, mail
from service.core.db import Database
from service.core.errors import Invalid, NotAllowed, NotFound

OLD, NEW = "nghệ vàng trâu đen thác bạc", "miến dong gà đồi hồ Ba Bể"


async def _person(
    session: AsyncSession, kind: str = "supplier", email: str | None = "lan@vidu.vn", phone: str | None = None
) -> Person:
    organisation = await accounts.found_organisation(session, kind, f"Tổ chức {kind}")
    person = await accounts.add_person(session, name="Lan", email=email, phone=phone, password=OLD)
    await accounts.add_member(session, person.id, organisation.id, "owner")
    return person


async def _signed(session: AsyncSession, address: str, password: str = OLD) -> Actor:
    actor = await accounts.actor_of(session, await accounts.sign_in(session, address, password))
    assert actor is not None
    return actor


async def _mailed_token(session: AsyncSession, address: str = "lan@vidu.vn") -> str:
    await accounts.ask_reset(session, address)
    (letter,) = await mail.newest(session, limit=1)
    assert letter.template == "reset_password"
    return str(letter.body).partition("/dat-lai-mat-khau/")[2].split()[0]


@pytest_asyncio.fixture(loop_scope="session")
async def lan(session: AsyncSession) -> Person:
    return await _person(session)


async def test_a_mailed_link_sets_the_password_once_and_ends_every_session(session: AsyncSession, lan: Person) -> None:
    secret = await accounts.sign_in(session, "lan@vidu.vn", OLD)
    token = await _mailed_token(session, " LAN@vidu.vn ")
    assert await accounts.reset_opens(session, token)
    with pytest.raises(Invalid):
        await accounts.reset_password(session, token, "matkhau123")  # A weak one does not use the link up.
    assert await accounts.reset_password(session, token, NEW) == lan.id
    assert await accounts.actor_of(session, secret) is None
    assert await accounts.sign_in(session, "lan@vidu.vn", NEW)
    with pytest.raises(Invalid):
        await accounts.sign_in(session, "lan@vidu.vn", OLD)
    with pytest.raises(NotFound):
        await accounts.reset_password(session, token, NEW + " lần nữa")


async def test_a_newer_link_takes_the_place_of_the_older(session: AsyncSession, lan: Person) -> None:
    first, second = await _mailed_token(session), await _mailed_token(session)
    assert not await accounts.reset_opens(session, first)
    assert await accounts.reset_opens(session, second)


async def test_a_link_is_over_after_an_hour(session: AsyncSession, lan: Person) -> None:
    token = await _mailed_token(session)
    with clock.freeze(clock.now() + RESET_WITHIN + timedelta(minutes=1)), pytest.raises(NotFound):
        await accounts.reset_password(session, token, NEW)


async def test_a_link_for_one_purpose_opens_nothing_else(session: AsyncSession, lan: Person) -> None:
    token = await issue_link(session, LinkPurpose.CONFIRM_EMAIL, lan.id, RESET_WITHIN, address="lan@vidu.vn")
    assert not await accounts.reset_opens(session, token)


@pytest.mark.parametrize("typed", ["ai@vidu.vn", "0912000111", "không phải", "", "'; --"])
async def test_nothing_is_sent_where_nobody_is(session: AsyncSession, lan: Person, typed: str) -> None:
    await accounts.ask_reset(session, typed)
    assert await mail.newest(session) == []


async def test_a_mailbox_is_not_filled(session: AsyncSession, lan: Person) -> None:
    for _ in range(9):
        await accounts.ask_reset(session, "lan@vidu.vn")
    assert len(await mail.newest(session)) == 5


async def test_by_phone_the_link_goes_to_a_confirmed_address_only(session: AsyncSession) -> None:
    person = await _person(session, email="lan@vidu.vn", phone="+84912000222")
    await accounts.ask_reset(session, "0912 000 222")
    (letter,) = await mail.newest(session)
    assert letter.to_address == "lan@vidu.vn"
    person.email_confirmed_at = None
    await session.flush()
    await accounts.ask_reset(session, "0912 000 222")
    assert len(await mail.newest(session)) == 1


async def test_the_link_confirms_the_address_that_it_went_to(session: AsyncSession, lan: Person) -> None:
    lan.email_confirmed_at = None
    await session.flush()
    await accounts.reset_password(session, await _mailed_token(session), NEW)
    assert lan.email_confirmed_at is not None


async def test_two_uses_of_one_link_at_once_set_one_password(real_database: Database) -> None:
    async with real_database.transaction() as session:
        person = await accounts.add_person(session, name="Đua", email="dua@vidu.vn", password=OLD)
        token = await issue_link(session, LinkPurpose.RESET_PASSWORD, person.id, RESET_WITHIN, address="dua@vidu.vn")

    async def use(password: str) -> str | None:
        try:
            async with real_database.transaction() as session:
                await accounts.reset_password(session, token, password)
        except NotFound:
            return None
        return password

    done = await asyncio.gather(*(use(f"{NEW} {number}") for number in range(5)))
    async with real_database.transaction() as session:
        await session.execute(text("DELETE FROM accounts_person WHERE email = 'dua@vidu.vn'"))
        await session.execute(text("DELETE FROM procrastinate_jobs"))
    assert sum(password is not None for password in done) == 1


async def test_reading_first_and_writing_then_would_let_both_in(real_database: Database) -> None:
    """The negative control: the same race with a link that is looked at and then marked, as one would write it at first."""
    async with real_database.transaction() as session:
        person = await accounts.add_person(session, name="Đua", email="dua2@vidu.vn", password=OLD)
        await issue_link(session, LinkPurpose.RESET_PASSWORD, person.id, RESET_WITHIN, token="đua")
    together = asyncio.Barrier(4)

    async def use(person_id: UUID) -> bool:
        async with real_database.transaction() as session:
            asked = {"id": person_id}
            unused = text("SELECT count(*) FROM accounts_link WHERE person_id = :id AND used_at IS NULL")
            free = await session.scalar(unused, asked)
            await together.wait()
            await session.execute(text("UPDATE accounts_link SET used_at = now() WHERE person_id = :id"), asked)
            return bool(free)

    done = await asyncio.gather(*(use(person.id) for _ in range(4)))
    async with real_database.transaction() as session:
        await session.execute(text("DELETE FROM accounts_person WHERE email = 'dua2@vidu.vn'"))
    assert sum(done) > 1


async def test_an_officer_reads_out_a_code_to_somebody_with_only_a_phone(session: AsyncSession) -> None:
    person = await _person(session, email=None, phone="+84912000333")
    await _person(session, "office", "cb@vidu.vn")
    officer = await _signed(session, "cb@vidu.vn")
    code = await accounts.issue_reset_code(session, officer, person.id)
    with pytest.raises(Invalid, match="Mã chưa đúng"):
        await accounts.reset_with_code(session, "0912000333", "22222-22222", NEW)
    with pytest.raises(Invalid, match="Mã chưa đúng"):
        await accounts.reset_with_code(session, "cb@vidu.vn", code, NEW)
    assert await accounts.reset_with_code(session, "0912 000 333", f" {code.lower()} ", NEW) == person.id
    with pytest.raises(Invalid, match="Mã chưa đúng"):
        await accounts.reset_with_code(session, "0912000333", code, NEW + " hai")
    assert await accounts.sign_in(session, "0912000333", NEW)


async def test_a_code_is_over_after_two_hours(session: AsyncSession) -> None:
    person = await _person(session, email=None, phone="+84912000333")
    code = await accounts.issue_reset_code(session, accounts.SYSTEM, person.id)
    with clock.freeze(clock.now() + CODE_WITHIN + timedelta(minutes=1)), pytest.raises(Invalid):
        await accounts.reset_with_code(session, "0912000333", code, NEW)


@pytest.mark.parametrize(
    ("helper", "helped", "refusal"),
    [("supplier", "buyer", NotFound), ("buyer", "supplier", NotFound), ("organiser", "supplier", NotFound),
     ("office", "office", NotAllowed), ("office", "operator", NotAllowed), ("office", "supplier", None),
     ("operator", "office", None), ("operator", "supplier", None)],
)  # fmt: skip
async def test_only_officers_and_administrators_help_and_only_administrators_each_other(
    session: AsyncSession, helper: str, helped: str, refusal: type[Exception] | None
) -> None:
    await _person(session, helper, "giup@vidu.vn")
    person = await _person(session, helped, "duoc@vidu.vn", "+84912000444")
    actor = await _signed(session, "giup@vidu.vn")
    if refusal is None:
        assert await accounts.issue_reset_code(session, actor, person.id)
        return
    with pytest.raises(refusal):
        await accounts.issue_reset_code(session, actor, person.id)
    with pytest.raises(refusal):
        await accounts.confirm_phone(session, actor, person.id)


async def test_nobody_helps_herself_and_no_viewer_helps(session: AsyncSession) -> None:
    await _person(session, "operator", "quanly@vidu.vn")
    herself = await _signed(session, "quanly@vidu.vn")
    assert herself.person_id is not None
    with pytest.raises(NotAllowed):
        await accounts.issue_reset_code(session, herself, herself.person_id)


async def test_changing_the_password_asks_for_the_present_one_and_keeps_this_session(
    session: AsyncSession, lan: Person
) -> None:
    here = await accounts.sign_in(session, "lan@vidu.vn", OLD)
    there = await accounts.sign_in(session, "lan@vidu.vn", OLD)
    actor = await accounts.actor_of(session, here)
    assert actor is not None
    with pytest.raises(Invalid) as refused:
        await accounts.change_password(session, actor, "không phải mật khẩu", NEW, keep=here)
    assert set(refused.value.errors) == {"current"}
    with pytest.raises(Invalid):
        await accounts.change_password(session, actor, OLD, "lan@vidu.vn", keep=here)
    await accounts.change_password(session, actor, OLD, NEW, keep=here)
    assert await accounts.actor_of(session, here) is not None
    assert await accounts.actor_of(session, there) is None


async def test_the_owner_is_told_of_a_new_password(session: AsyncSession, lan: Person) -> None:
    await tell_of_the_new_password(session, PasswordChanged(lan.id, how="reset"))
    (letter,) = await mail.newest(session)
    assert (letter.to_address, letter.template) == ("lan@vidu.vn", "password_changed")
    lan.email_confirmed_at = None
    await session.flush()
    await tell_of_the_new_password(session, PasswordChanged(lan.id, how="reset"))
    assert len(await mail.newest(session)) == 1


async def test_used_links_are_forgotten_at_night(session: AsyncSession, lan: Person) -> None:
    token = await _mailed_token(session)
    await forget_used_links(session)
    assert await accounts.reset_opens(session, token)
    with clock.freeze(clock.now() + timedelta(days=1)):
        await forget_used_links(session)
    assert await session.scalar(text("SELECT count(*) FROM accounts_link")) == 0


async def test_a_password_that_everybody_knows_opens_nothing_in_production(session: AsyncSession) -> None:
    organisation = await accounts.found_organisation(session, "supplier", "HTX Cũ")
    person = await accounts.add_person(session, name="Cũ", email="cu@vidu.vn", password=accounts.TRIAL_PASSWORD)
    await accounts.add_member(session, person.id, organisation.id, "owner")
    assert await accounts.sign_in(session, "cu@vidu.vn", accounts.TRIAL_PASSWORD)
    with pytest.raises(Invalid, match="ai cũng biết"):
        await accounts.sign_in(session, "cu@vidu.vn", accounts.TRIAL_PASSWORD, production=True)

"""The second step: each code counts once, whoever sends it and however often."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pyotp
import pytest
from pydantic import SecretStr
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.accounts import Actor, HalfWay
from service.accounts.identity.events import RecoveryCodeUsed
from service.accounts.identity.models import SecondFactor
from service.accounts.identity.signing_in import SecondStepNeeded
from service.accounts.tasks import tell_of_the_recovery_code
from service.core import clock, mail
from service.core.db import Database
from service.core.errors import Conflict, Invalid
from service.core.events import history

SECRET = SecretStr("bí mật của chợ, dài hơn ba mươi hai ký tự")
PASSWORD = "nghệ vàng trâu đen thác bạc"
NOON = datetime(2026, 11, 24, 12, 0, 5, tzinfo=clock.ZONE)
STEP = timedelta(seconds=30)


async def _enrolled(
    session: AsyncSession, email: str = "cb@vidu.vn", kind: str = "office"
) -> tuple[Actor, pyotp.TOTP, list[str]]:
    """Somebody with an authenticator, which was turned on at half past eleven."""
    organisation = await accounts.found_organisation(session, kind, "Văn phòng")
    person = await accounts.add_person(session, name="Cán bộ", email=email, password=PASSWORD)
    await accounts.add_member(session, person.id, organisation.id, "owner")
    with clock.freeze(NOON - 60 * STEP):
        secret = await accounts.sign_in(session, email, PASSWORD)
        actor = await accounts.actor_of(session, secret)
        assert actor is not None
        enrolment = await accounts.begin_second_factor(session, SECRET, actor)
        totp = pyotp.TOTP(enrolment.typed)
        code = totp.at(int(clock.now().timestamp()))
        codes = await accounts.confirm_second_factor(session, SECRET, actor, code, kept=secret)
    return actor, totp, codes


async def _half_way(session: AsyncSession, email: str = "cb@vidu.vn") -> HalfWay:
    with pytest.raises(SecondStepNeeded) as needed:
        await accounts.sign_in(session, email, PASSWORD)
    return needed.value.step


def _now(totp: pyotp.TOTP) -> str:
    return totp.at(int(clock.now().timestamp()))


async def test_the_password_alone_opens_nothing_and_the_code_does(session: AsyncSession) -> None:
    actor, totp, _codes = await _enrolled(session)
    with clock.freeze(NOON):
        step = await _half_way(session)
        with pytest.raises(Invalid, match="Mã chưa đúng"):
            await accounts.sign_in_further(session, SECRET, step, "000000")
        secret = await accounts.sign_in_further(session, SECRET, step, _now(totp))
        signed = await accounts.actor_of(session, secret)
    assert signed is not None
    assert (signed.person_id, signed.second_factor) == (actor.person_id, True)


async def test_a_code_counts_once_and_an_older_one_not_at_all(session: AsyncSession) -> None:
    _actor, totp, _codes = await _enrolled(session)
    with clock.freeze(NOON):
        step, code = await _half_way(session), _now(totp)
        await accounts.sign_in_further(session, SECRET, step, code)
        with pytest.raises(Invalid):
            await accounts.sign_in_further(session, SECRET, step, code)
        with pytest.raises(Invalid):
            await accounts.sign_in_further(session, SECRET, step, totp.at(int((NOON - STEP).timestamp())))
    with clock.freeze(NOON + STEP):
        assert await accounts.sign_in_further(session, SECRET, step, _now(totp))


@pytest.mark.parametrize(("late", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
async def test_a_clock_may_be_half_a_minute_off(session: AsyncSession, late: int, taken: bool) -> None:
    _actor, totp, _codes = await _enrolled(session)
    with clock.freeze(NOON):
        step, code = await _half_way(session), totp.at(int((NOON + late * STEP).timestamp()))
        if taken:
            assert await accounts.sign_in_further(session, SECRET, step, f" {code[:3]} {code[3:]} ")
        else:
            with pytest.raises(Invalid):
                await accounts.sign_in_further(session, SECRET, step, code)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "٠٠٠٠٠٠", "' OR 1=1", "0" * 500])
async def test_whatever_else_is_typed_is_refused_in_words(session: AsyncSession, code: str) -> None:
    await _enrolled(session)
    with clock.freeze(NOON), pytest.raises(Invalid, match="Mã chưa đúng"):
        await accounts.sign_in_further(session, SECRET, await _half_way(session), code)


async def test_a_recovery_code_opens_once_and_its_owner_is_told(session: AsyncSession) -> None:
    actor, _totp, codes = await _enrolled(session)
    assert len(set(codes)) == 10
    step = await _half_way(session)
    assert await accounts.sign_in_further(session, SECRET, step, codes[0].upper().replace("-", " "))
    with pytest.raises(Invalid):
        await accounts.sign_in_further(session, SECRET, step, codes[0])
    assert actor.person_id is not None
    entry = next(entry for entry in await history(session, actor.person_id) if entry.fact == "RecoveryCodeUsed")
    assert entry.data == {"left": 9}
    await tell_of_the_recovery_code(session, RecoveryCodeUsed(actor.person_id, left=9))
    (letter,) = await mail.newest(session)
    assert "9 mã" in str(letter.body)


async def test_neither_codes_nor_the_secret_stand_in_the_tables(session: AsyncSession) -> None:
    _actor, totp, codes = await _enrolled(session)
    sealed = await session.scalar(select(SecondFactor.sealed))
    assert sealed is not None
    assert totp.secret.encode() not in sealed
    hashes = await session.scalars(text("SELECT encode(code_hash, 'escape') FROM accounts_recovery_code"))
    assert all(code.replace("-", "") not in kept for kept in hashes for code in codes)


async def test_new_recovery_codes_replace_the_old(session: AsyncSession) -> None:
    actor, totp, old = await _enrolled(session)
    with clock.freeze(NOON):
        with pytest.raises(Invalid):
            await accounts.renew_recovery_codes(session, SECRET, actor, "000000")
        new = await accounts.renew_recovery_codes(session, SECRET, actor, _now(totp))
    step = await _half_way(session)
    with pytest.raises(Invalid):
        await accounts.sign_in_further(session, SECRET, step, old[0])
    assert await accounts.sign_in_further(session, SECRET, step, new[0])


async def test_the_key_is_the_same_until_it_is_confirmed_and_nothing_is_asked_before(session: AsyncSession) -> None:
    organisation = await accounts.found_organisation(session, "supplier", "HTX")
    person = await accounts.add_person(session, name="Lan", email="lan@vidu.vn", password=PASSWORD)
    await accounts.add_member(session, person.id, organisation.id, "owner")
    actor = await accounts.actor_of(session, await accounts.sign_in(session, "lan@vidu.vn", PASSWORD))
    assert actor is not None
    first = await accounts.begin_second_factor(session, SECRET, actor)
    assert await accounts.begin_second_factor(session, SECRET, actor) == first
    assert "issuer=Ch" in first.address
    assert await accounts.sign_in(session, "lan@vidu.vn", PASSWORD)


async def test_who_has_one_takes_no_second(session: AsyncSession) -> None:
    actor, totp, _codes = await _enrolled(session)
    with pytest.raises(Conflict):
        await accounts.begin_second_factor(session, SECRET, actor)
    with clock.freeze(NOON), pytest.raises(Conflict):
        await accounts.confirm_second_factor(session, SECRET, actor, _now(totp), kept="")


async def test_removing_it_asks_for_the_password(session: AsyncSession) -> None:
    actor, _totp, _codes = await _enrolled(session)
    with pytest.raises(Invalid):
        await accounts.remove_second_factor(session, actor, "không phải mật khẩu")
    for _ in range(2):
        await accounts.remove_second_factor(session, actor, PASSWORD)
    assert await accounts.sign_in(session, "cb@vidu.vn", PASSWORD)
    assert actor.person_id is not None
    facts = [entry.fact for entry in await history(session, actor.person_id)]
    assert facts.count("SecondFactorRemoved") == 1


async def test_a_new_password_ends_a_sign_in_that_is_half_way(session: AsyncSession) -> None:
    actor, totp, _codes = await _enrolled(session)
    step = await _half_way(session)
    await accounts.change_password(session, actor, PASSWORD, "miến dong gà đồi hồ Ba Bể", keep=None)
    with clock.freeze(NOON), pytest.raises(Invalid, match="vừa được đổi"):
        await accounts.sign_in_further(session, SECRET, step, _now(totp))


async def test_another_secret_of_the_market_opens_no_seal_and_breaks_nothing(session: AsyncSession) -> None:
    _actor, totp, codes = await _enrolled(session)
    other = SecretStr("một bí mật khác của chợ, cũng đủ dài nhé")
    with clock.freeze(NOON):
        step = await _half_way(session)
        with pytest.raises(Invalid):
            await accounts.sign_in_further(session, other, step, _now(totp))
        assert await accounts.sign_in_further(session, other, step, codes[1])


@pytest.mark.parametrize("what", ["code", "recovery"])
async def test_one_code_sent_twice_at_once_opens_one_session(real_database: Database, what: str) -> None:
    async with real_database.transaction() as session:
        _actor, totp, codes = await _enrolled(session, "dua-hai-buoc@vidu.vn")
        step = await _half_way(session, "dua-hai-buoc@vidu.vn")

    async def come() -> bool:
        with clock.freeze(NOON):
            code = _now(totp) if what == "code" else codes[0]
            try:
                async with real_database.transaction() as session:
                    await accounts.sign_in_further(session, SECRET, step, code)
            except Invalid:
                return False
            return True

    done = await asyncio.gather(*(come() for _ in range(5)))
    async with real_database.transaction() as session:
        await session.execute(text("DELETE FROM accounts_person WHERE email = 'dua-hai-buoc@vidu.vn'"))
        await session.execute(text("DELETE FROM procrastinate_jobs"))
    assert sum(done) == 1


async def test_keeping_signed_in_is_not_for_officers(session: AsyncSession) -> None:
    for kind, email, kept in (
        ("office", "cb@vidu.vn", False),
        ("operator", "ql@vidu.vn", False),
        ("supplier", "htx@vidu.vn", True),
    ):
        organisation = await accounts.found_organisation(session, kind, f"Tổ chức {kind}")
        person = await accounts.add_person(session, name="Thử", email=email, password=PASSWORD)
        await accounts.add_member(session, person.id, organisation.id, "owner")
        with clock.freeze(NOON):
            secret = await accounts.sign_in(session, email, PASSWORD, keep=True)
        with clock.freeze(NOON + timedelta(days=13)):
            assert (await accounts.actor_of(session, secret) is not None) == kept
        with clock.freeze(NOON + timedelta(days=31)):
            assert await accounts.actor_of(session, secret) is None


async def test_a_kept_session_shortens_when_its_owner_becomes_an_officer(session: AsyncSession) -> None:
    organisation = await accounts.found_organisation(session, "supplier", "HTX")
    office = await accounts.found_organisation(session, "office", "Văn phòng")
    person = await accounts.add_person(session, name="Thử", email="htx@vidu.vn", password=PASSWORD)
    await accounts.add_member(session, person.id, organisation.id, "owner")
    with clock.freeze(NOON):
        secret = await accounts.sign_in(session, "htx@vidu.vn", PASSWORD, keep=True)
    await accounts.add_member(session, person.id, office.id, "member")
    with clock.freeze(NOON + timedelta(hours=2)):
        assert await accounts.actor_of(session, secret) is not None
    with clock.freeze(NOON + timedelta(hours=6)):
        assert await accounts.actor_of(session, secret) is None


async def test_sessions_are_listed_and_ended_by_their_owner_only(session: AsyncSession) -> None:
    agent = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36"
    organisation = await accounts.found_organisation(session, "supplier", "HTX")
    secrets, actors = [], []
    for email in ("lan@vidu.vn", "lan@vidu.vn", "lan@vidu.vn", "hoa@vidu.vn"):
        if email == "hoa@vidu.vn" or not secrets:
            person = await accounts.add_person(session, name="Thử", email=email, password=PASSWORD)
            await accounts.add_member(session, person.id, organisation.id, "owner")
        secrets.append(await accounts.sign_in(session, email, PASSWORD, agent))
        actor = await accounts.actor_of(session, secrets[-1])
        assert actor is not None
        actors.append(actor)
    lines = await accounts.sessions_of(session, actors[0], secrets[0])
    assert [line.current for line in lines] == [True, False, False]
    assert lines[0].device == "Chrome trên Android"
    await accounts.end_session_of(session, actors[3], lines[1].id)  # Another's: nothing happens.
    assert len(await accounts.sessions_of(session, actors[0], secrets[0])) == 3
    await accounts.end_session_of(session, actors[0], lines[1].id)
    assert len(await accounts.sessions_of(session, actors[0], secrets[0])) == 2
    assert await accounts.end_other_sessions(session, actors[0], secrets[0]) == 1
    assert await accounts.actor_of(session, secrets[0]) is not None
    assert await accounts.actor_of(session, secrets[3]) is not None

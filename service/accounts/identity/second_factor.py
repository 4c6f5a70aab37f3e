"""The second factor: six digits from an authenticator (TOTP), or one of ten recovery codes.

The secret is sealed for its person; a code counts once, also when it is sent twice at the same moment; a recovery code is kept
as a hash and used up.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.actors import Actor, Role
from service.accounts.identity.events import RecoveryCodesRenewed, RecoveryCodeUsed, SecondFactorRemoved, SecondFactorSet
from service.accounts.identity.models import RecoveryCode, SecondFactor
from service.accounts.identity.passwords import password_fits
from service.accounts.identity.people import locked_person
from service.accounts.models import Person, Session
from service.accounts.organisations.tokens import hashed
from service.core import clock
from service.core.encryption import open_sealed, seal
from service.core.errors import Conflict, Invalid
from service.core.events import announce
from service.core.i18n import _

STEP_SECONDS = 30
DIGITS = 6
DRIFT = 1  # Steps before and after the present one: a phone's clock may be half a minute off.
CODES = 10
LETTERS = "23456789abcdefghjkmnpqrstvwxyz"
ISSUER = "Chợ Phiên"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator needs to know, as text to type and as an address for its camera."""

    typed: str
    address: str


async def begin_second_factor(session: AsyncSession, secret: SecretStr, actor: Actor) -> Enrolment:
    """A secret for the actor's authenticator, the same until it is confirmed; until then no code is asked of her.

    Raises Conflict where she has an authenticator already.
    """
    import pyotp  # noqa: PLC0415 - only pages about the second factor need it.

    person = await locked_person(session, actor.person_id)
    kept = await session.get(SecondFactor, person.id)
    if kept is not None and kept.confirmed_at is not None:
        raise Conflict(_("Bạn đã có ứng dụng xác thực. Muốn đổi máy, hãy gỡ cái cũ trước."))
    if kept is None:
        kept = SecondFactor(person_id=person.id, sealed=seal(secret, _purpose(person.id), pyotp.random_base32()), last_step=0)
        session.add(kept)
        await session.flush()
    typed = open_sealed(secret, _purpose(person.id), kept.sealed)
    address = pyotp.TOTP(typed).provisioning_uri(name=person.email or person.phone or person.name, issuer_name=ISSUER)
    return Enrolment(typed, address)


async def confirm_second_factor(session: AsyncSession, secret: SecretStr, actor: Actor, code: str, *, kept: str) -> list[str]:
    """Turn the authenticator on with its first right code; returns the recovery codes, which are never shown again.

    The session with the secret `kept` counts as having passed the second step. Raises Invalid for a wrong code.
    """
    person = await locked_person(session, actor.person_id)
    factor = await session.get(SecondFactor, person.id)
    if factor is not None and factor.confirmed_at is not None:
        raise Conflict(_("Ứng dụng xác thực đã được bật ở một cửa sổ khác. Hãy xem lại trang bảo mật."))
    if factor is None or not await _uses_step(session, secret, person.id, code):
        raise Invalid(_wrong(), {"code": _wrong()})
    now = clock.now()
    await session.execute(update(SecondFactor).where(SecondFactor.person_id == person.id).values(confirmed_at=now))
    await session.execute(
        update(Session).where(Session.token_hash == hashed(kept), Session.person_id == person.id).values(second_factor_at=now)
    )
    codes = await _new_codes(session, person.id)
    await announce(session, SecondFactorSet(person.id), actor=actor)
    return codes


async def renew_recovery_codes(session: AsyncSession, secret: SecretStr, actor: Actor, code: str) -> list[str]:
    """Ten new recovery codes for who shows a code of her authenticator; the old ones open nothing. Raises Invalid."""
    person = await locked_person(session, actor.person_id)
    if not await has_second_factor(session, person.id) or not await _uses_step(session, secret, person.id, code):
        raise Invalid(_wrong(), {"code": _wrong()})
    codes = await _new_codes(session, person.id)
    await announce(session, RecoveryCodesRenewed(person.id), actor=actor)
    return codes


async def remove_second_factor(session: AsyncSession, actor: Actor, password: str) -> None:
    """Take the authenticator and the recovery codes away, knowing the password; doing it again changes nothing."""
    person = await locked_person(session, actor.person_id)
    if not await password_fits(person, password):
        message = _("Mật khẩu hiện tại chưa đúng.")
        raise Invalid(message, {"password": message})
    await session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    removed = await session.scalar(
        delete(SecondFactor).where(SecondFactor.person_id == person.id).returning(SecondFactor.confirmed_at)
    )
    await session.execute(update(Session).where(Session.person_id == person.id).values(second_factor_at=None))
    if removed is not None:
        await announce(session, SecondFactorRemoved(person.id), actor=actor)


async def has_second_factor(session: AsyncSession, person_id: UUID) -> bool:
    """Whether the person is asked for a second step when she signs in."""
    statement = select(SecondFactor.person_id).where(
        SecondFactor.person_id == person_id, SecondFactor.confirmed_at.is_not(None)
    )
    return await session.scalar(statement) is not None


async def recovery_codes_left(session: AsyncSession, person_id: UUID) -> int:
    """How many recovery codes the person has not used yet."""
    statement = select(func.count()).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    return await session.scalar(statement) or 0


async def second_step(session: AsyncSession, secret: SecretStr, person: Person, typed: str) -> None:
    """Use up a code of the authenticator or a recovery code. Raises Invalid for any other, and for one used before."""
    code = "".join(sign for sign in typed.lower() if sign.isalnum())
    if len(code) == DIGITS and code.isdecimal():
        if await _uses_step(session, secret, person.id, code):
            return
    elif await _uses_recovery(session, person, code):
        return
    raise Invalid(_wrong(), {"code": _wrong()})


async def _uses_step(session: AsyncSession, secret: SecretStr, person_id: UUID, typed: str) -> bool:
    import pyotp  # noqa: PLC0415 - see begin_second_factor().

    code = "".join(sign for sign in typed if sign.isdecimal())
    sealed = await session.scalar(select(SecondFactor.sealed).where(SecondFactor.person_id == person_id))
    if sealed is None or not code.isascii():
        return False
    try:
        totp = pyotp.TOTP(open_sealed(secret, _purpose(person_id), sealed))
    except ValueError:  # The market's secret has changed: then only a recovery code, or an administrator, helps.
        return False
    present = int(clock.now().timestamp()) // STEP_SECONDS
    for step in range(present - DRIFT, present + DRIFT + 1):
        if secrets.compare_digest(totp.at(step * STEP_SECONDS), code):
            # Of two that come at once the second waits for the row and finds that this step was used.
            used = await session.scalar(
                update(SecondFactor)
                .where(SecondFactor.person_id == person_id, SecondFactor.last_step < step)
                .values(last_step=step)
                .returning(SecondFactor.person_id)
            )
            return used is not None
    return False


async def _uses_recovery(session: AsyncSession, person: Person, code: str) -> bool:
    used = await session.scalar(
        update(RecoveryCode)
        .where(RecoveryCode.person_id == person.id, RecoveryCode.code_hash == _hash(code), RecoveryCode.used_at.is_(None))
        .values(used_at=clock.now())
        .returning(RecoveryCode.person_id)
    )
    if used is None:
        return False
    left = await recovery_codes_left(session, person.id)
    actor = Actor(person.id, person.name, None, "", Role.NOBODY)
    await announce(session, RecoveryCodeUsed(person.id, left=left), actor=actor)
    return True


async def _new_codes(session: AsyncSession, person_id: UUID) -> list[str]:
    codes = ["".join(secrets.choice(LETTERS) for _each in range(10)) for _each in range(CODES)]
    await session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    await session.execute(insert(RecoveryCode), [{"person_id": person_id, "code_hash": _hash(code)} for code in codes])
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _hash(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()


def _purpose(person_id: UUID) -> str:
    return f"totp:{person_id}"


def _wrong() -> str:
    return _("Mã chưa đúng hoặc đã dùng. Hãy chờ mã mới hiện trên ứng dụng rồi nhập lại.")

"""Another password: by a link to one's mailbox, by a code that an officer reads out, or knowing the present one.

Whatever way, every session of the person ends (but the one in which she changes it herself), and she is told by mail.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.actors import Actor, Role
from service.accounts.identity import rules as identity_rules
from service.accounts.identity.events import PasswordChanged, PhoneConfirmed, ResetAsked, ResetCodeIssued
from service.accounts.identity.links import drop_links, find_link, issue_link, use_link
from service.accounts.identity.models import LinkPurpose
from service.accounts.identity.passwords import check_strength, hashed_password, password_fits
from service.accounts.identity.people import claimants, locked_person, owner_of
from service.accounts.identity.registration import own_address
from service.accounts.identity.sessions import end_sessions_of
from service.accounts.models import Member, Organisation, Person
from service.core import clock, limits, mail
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import act_as, announce
from service.core.i18n import _

RESET_WITHIN = timedelta(hours=1)
CODE_WITHIN = timedelta(hours=2)
LETTERS_A_DAY = 5
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # None that is mistaken for another when it is read out.
LENGTH = 10  # 49 bits, and only ten may be tried in five minutes.


async def ask_reset(session: AsyncSession, typed: str) -> None:
    """Mail a link to whoever owns that address; nothing happens, and nothing is told, where nobody does."""
    people = await claimants(session, typed)
    if not people:
        return
    person = people[0]
    if person.email is None or ("@" not in typed and person.email_confirmed_at is None):
        return
    if not await limits.allow(session, "reset_letter", person.email, LETTERS_A_DAY, timedelta(days=1)):
        return
    token = await issue_link(session, LinkPurpose.RESET_PASSWORD, person.id, RESET_WITHIN, address=person.email)
    await announce(session, ResetAsked(person.id), actor=_nobody(person))
    await mail.send(session, person.email, "reset_password", person.language, token=token)


async def reset_opens(session: AsyncSession, token: str) -> bool:
    """Whether this link still lets its holder set a password."""
    return await find_link(session, LinkPurpose.RESET_PASSWORD, token) is not None


async def reset_password(session: AsyncSession, token: str, password: str) -> UUID:
    """Set another password with a mailed link; who read the mail has shown that the address is hers.

    Raises Invalid for a weak password (the link can be used again) and NotFound for a link that opens nothing.
    """
    link = await find_link(session, LinkPurpose.RESET_PASSWORD, token)
    if link is None:
        raise NotFound(_over())
    person = await locked_person(session, link.person_id)
    await check_strength(password, person.name, person.email, person.phone)
    if await use_link(session, LinkPurpose.RESET_PASSWORD, token) is None:
        raise NotFound(_over())
    await _set_password(session, person, password, "reset")
    if link.address is not None and link.address == person.email:
        await own_address(session, person, link.address)
    return person.id


async def issue_reset_code(session: AsyncSession, actor: Actor, person_id: UUID) -> str:
    """A code to be read out to somebody without a mailbox, who sets a new password with it within two hours.

    It does not take her second factor away. Raises NotFound and NotAllowed.
    """
    person = await _helped(session, actor, person_id)
    code = "".join(secrets.choice(LETTERS) for _each in range(LENGTH))
    await issue_link(
        session, LinkPurpose.RESET_CODE, person.id, CODE_WITHIN, token=_of(person.id, code), issued_by=actor.person_id
    )
    await announce(session, ResetCodeIssued(person.id), actor=actor)
    return f"{code[:5]}-{code[5:]}"


async def reset_with_code(session: AsyncSession, typed: str, code: str, password: str) -> UUID:
    """Set another password with a code that was read out, for whoever is meant by that address or number.

    Raises Invalid without telling whether the address or the code was wrong.
    """
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    for claimant in await claimants(session, typed):
        if await find_link(session, LinkPurpose.RESET_CODE, _of(claimant.id, plain)) is None:
            continue
        person = await locked_person(session, claimant.id)
        await check_strength(password, person.name, person.email, person.phone)
        if await use_link(session, LinkPurpose.RESET_CODE, _of(person.id, plain)) is not None:
            await _set_password(session, person, password, "code")
            return person.id
    message = _("Mã chưa đúng, đã dùng hoặc đã hết hạn. Hãy kiểm tra lại, hoặc nhờ cán bộ cấp mã khác.")
    raise Invalid(message, {"code": message})


async def change_password(session: AsyncSession, actor: Actor, draft_current: str, password: str, *, keep: str | None) -> None:
    """Set another password knowing the present one; `keep` is the secret of the session that goes on."""
    person = await locked_person(session, actor.person_id)
    if not await password_fits(person, draft_current):
        message = _("Mật khẩu hiện tại chưa đúng.")
        raise Invalid(message, {"current": message})
    await check_strength(password, person.name, person.email, person.phone)
    await _set_password(session, person, password, "changed", keep=keep)


async def confirm_phone(session: AsyncSession, actor: Actor, person_id: UUID) -> None:
    """Write down that the person's number is hers, because an officer has spoken with her; doing it again changes nothing."""
    person = await _helped(session, actor, person_id)
    if person.phone is None:
        raise Conflict(_("Người này chưa cho số điện thoại nào."))
    if person.phone_confirmed_at is not None:
        return
    owner = await owner_of(session, phone=person.phone)
    if owner is not None:
        raise Conflict(_("Số này đã được xác nhận cho một tài khoản khác. Hãy hỏi lại số điện thoại."))
    person.phone_confirmed_at = clock.now()
    await session.flush()
    await announce(session, PhoneConfirmed(person.id), actor=actor)


async def _helped(session: AsyncSession, actor: Actor, person_id: UUID) -> Person:
    kinds = await session.scalars(
        select(Organisation.kind).join(Member, Member.organisation_id == Organisation.id).where(Member.person_id == person_id)
    )
    if actor.role not in (Role.OFFICER, Role.ADMINISTRATOR, Role.SYSTEM):
        raise NotFound(_("Không tìm thấy người này."))
    if not identity_rules.may_help(actor, person_id, list(kinds)):
        raise NotAllowed(_("Việc này dành cho người điều hành chợ: cán bộ không làm cho chính mình và cho cán bộ khác."))
    return await locked_person(session, person_id)


async def _set_password(session: AsyncSession, person: Person, password: str, how: str, *, keep: str | None = None) -> None:
    actor = _nobody(person)
    await act_as(session, actor)
    person.password_hash = await hashed_password(password)
    await session.flush()
    await drop_links(session, person.id, LinkPurpose.RESET_PASSWORD, LinkPurpose.RESET_CODE)
    await end_sessions_of(session, person.id, keep=keep)
    await announce(session, PasswordChanged(person.id, how=how), actor=actor)


def _nobody(person: Person) -> Actor:
    return Actor(person.id, person.name, None, "", Role.NOBODY)


def _of(person_id: UUID, code: str) -> str:
    return f"{person_id}:{code}"


def _over() -> str:
    return _("Liên kết này đã dùng rồi hoặc đã hết hạn. Hãy yêu cầu một liên kết mới.")

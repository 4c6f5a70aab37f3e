"""Coming to the market by oneself: a person with her organisation, and the confirmation of her addresses.

Whoever registers is let in at once and told the same, whether or not somebody else has that address already: only its owner
hears of it, by mail. Nothing goes to an address that has not been confirmed but the letter that asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.actors import ROLES, Actor, Role
from service.accounts.events import OrganisationFounded
from service.accounts.identity.events import EmailConfirmed, PersonRegistered
from service.accounts.identity.inputs import Registration
from service.accounts.identity.links import drop_links, find_link, issue_link, use_link
from service.accounts.identity.models import LinkPurpose
from service.accounts.identity.passwords import check_strength, password_fits
from service.accounts.identity.people import MOST_CLAIMANTS, add_person, locked_person, owner_of
from service.accounts.identity.second_factor import has_second_factor
from service.accounts.models import Member, MemberRole, Organisation, OrganisationKind, Person
from service.accounts.organisations.members import add_member
from service.accounts.privacy.consents import Purpose, give_consent
from service.core import clock, limits, mail
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotFound
from service.core.events import act_as, announce
from service.core.i18n import _

CONFIRM_WITHIN = timedelta(hours=24)
PRESSED_AGAIN_WITHIN = timedelta(minutes=10)
LETTERS_A_DAY = 5  # To one person: nobody fills a stranger's mailbox through us.


@dataclass(frozen=True, slots=True)
class Registered:
    """Who has come, and for which organisation."""

    person_id: UUID
    organisation_id: UUID


async def register(session: AsyncSession, draft: Registration, language: str, *, key: UUID | None = None) -> Registered:
    """Enter the person, her organisation and her consent; the same key again, with the same password, changes nothing.

    Raises Invalid for a password that is easily guessed, a missing consent, or an address that too many claim already.
    """
    organisation_id = key or new_id()
    # Two presses at once wait for each other here, and the second finds what the first has made.
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 7220718))"), {"key": str(organisation_id)})
    again = await _registered_before(session, organisation_id, draft.password)
    if again is not None:
        return again
    if not draft.agree:
        message = _("Cần bạn đồng ý thì chợ mới lưu được tài khoản.")
        raise Invalid(message, {"agree": message})
    await check_strength(draft.password, draft.name, draft.organisation, draft.email, draft.phone)
    await refuse_a_crowd(session, draft.email, draft.phone)
    person = await add_person(
        session, name=draft.name, email=draft.email, phone=draft.phone, password=draft.password, language=language,
        confirmed=False,
    )  # fmt: skip
    kind = OrganisationKind(draft.kind)
    actor = Actor(person.id, person.name, organisation_id, draft.organisation, ROLES[kind], MemberRole.OWNER)
    await act_as(session, actor)
    session.add(Organisation(id=organisation_id, kind=kind, name=draft.organisation))
    await session.flush()
    await announce(session, OrganisationFounded(organisation_id, kind=kind), actor=actor, new={"name": draft.organisation})
    await add_member(session, person.id, organisation_id, MemberRole.OWNER, actor=actor)
    await give_consent(session, actor, Purpose.ACCOUNT)
    if draft.news:
        await give_consent(session, actor, Purpose.NEWS)
    await announce(session, PersonRegistered(person.id, organisation_id=organisation_id), actor=actor)
    await send_confirmation(session, person)
    return Registered(person.id, organisation_id)


async def _registered_before(session: AsyncSession, organisation_id: UUID, password: str) -> Registered | None:
    organisation = await session.get(Organisation, organisation_id)
    if organisation is None:
        return None
    # The key is an id that others may learn, so it opens nothing but the registration of a moment ago: no account with a
    # second factor, and none whose password somebody would like to try here instead of at the door.
    statement = select(Person).join(Member, Member.person_id == Person.id).where(Member.organisation_id == organisation_id)
    people = list(await session.scalars(statement.limit(2)))
    since = clock.now() - PRESSED_AGAIN_WITHIN
    for person in people if len(people) == 1 else ():
        fresh = min(organisation.created_at, person.created_at) > since
        if fresh and not await has_second_factor(session, person.id) and await password_fits(person, password):
            return Registered(person.id, organisation_id)
    raise Conflict(_("Biểu mẫu này đã được dùng. Hãy mở lại trang đăng ký, hoặc đăng nhập nếu bạn đã đăng ký."))


async def refuse_a_crowd(session: AsyncSession, email: str | None, phone: str | None) -> None:
    """Raises Invalid for an address that too many claim already and nobody has confirmed."""
    # Only so many passwords are compared when somebody signs in; this tells nothing of whoever owns the address.
    for name, value, column, confirmed in (
        ("email", email, Person.email, Person.email_confirmed_at),
        ("phone", phone, Person.phone, Person.phone_confirmed_at),
    ):
        if value is None:
            continue
        claimed = await session.scalar(select(func.count()).where(column == value, confirmed.is_(None))) or 0
        if claimed >= MOST_CLAIMANTS - 1:
            message = _("Địa chỉ này đang chờ xác nhận ở vài tài khoản khác. Hãy dùng địa chỉ khác hoặc nhờ cán bộ giúp.")
            raise Invalid(message, {name: message})


async def send_confirmation(session: AsyncSession, person: Person, address: str | None = None) -> bool:
    """Mail the link that confirms the person's address (or the new one she wants); False when enough were sent today.

    To an address that is somebody else's already, its owner is told instead; the answer is the same.
    """
    address = address or person.email
    if address is None or (address == person.email and person.email_confirmed_at is not None):
        return True
    if not await limits.allow(session, "confirm_email", address, LETTERS_A_DAY, timedelta(days=1)):
        return False
    owner = await owner_of(session, email=address)
    if owner is not None:
        if owner.id != person.id:
            await mail.send(session, address, "registered_already", owner.language)
        return True
    token = await issue_link(session, LinkPurpose.CONFIRM_EMAIL, person.id, CONFIRM_WITHIN, address=address)
    await mail.send(
        session, address, "confirm_email", person.language, token=token, hours=int(CONFIRM_WITHIN.total_seconds() // 3600)
    )
    return True


async def confirmation(session: AsyncSession, token: str) -> str:
    """The address that the link confirms, without confirming it. Raises NotFound for a link that opens nothing."""
    link = await find_link(session, LinkPurpose.CONFIRM_EMAIL, token)
    if link is None or link.address is None:
        raise NotFound(_over())
    return link.address


async def confirm_email(session: AsyncSession, token: str) -> UUID:
    """Let the address be the person's who has opened the link that was mailed there. Raises NotFound and Conflict."""
    link = await use_link(session, LinkPurpose.CONFIRM_EMAIL, token)
    if link is None or link.address is None:
        raise NotFound(_over())
    person = await locked_person(session, link.person_id)
    await own_address(session, person, link.address)
    return person.id


async def own_address(session: AsyncSession, person: Person, address: str) -> None:
    """Write down that the person reads this address; its former one is told when she has another now. Raises Conflict."""
    # Two people who confirm the same address at once meet here; the second finds that it is the first's.
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:address, 7220719))"), {"address": address})
    owner = await owner_of(session, email=address)
    if owner is not None and owner.id != person.id:
        raise Conflict(_("Địa chỉ này đã thuộc về một tài khoản khác của chợ. Hãy đăng nhập bằng tài khoản đó."))
    if owner is not None:
        return
    old, was_confirmed = person.email, person.email_confirmed_at is not None
    person.email, person.email_confirmed_at = address, clock.now()
    await session.flush()
    actor = Actor(person.id, person.name, None, "", Role.NOBODY)
    changed = old != address
    await announce(
        session, EmailConfirmed(person.id), actor=actor, old={"email": old} if changed else None,
        new={"email": address} if changed else None,
    )  # fmt: skip
    if changed and was_confirmed and old is not None:
        await drop_links(session, person.id, LinkPurpose.RESET_PASSWORD)
        await mail.send(session, old, "email_changed", person.language)


async def change_email(session: AsyncSession, actor: Actor, address: str, password: str) -> bool:
    """Mail a link to the new address; the old one stays until the link is opened. False when enough were sent today."""
    person = await locked_person(session, actor.person_id)
    if not await password_fits(person, password):
        message = _("Mật khẩu hiện tại chưa đúng.")
        raise Invalid(message, {"password": message})
    if address == person.email and person.email_confirmed_at is not None:
        message = _("Đây đang là địa chỉ của bạn.")
        raise Invalid(message, {"email": message})
    return await send_confirmation(session, person, address)


async def confirm_again(session: AsyncSession, actor: Actor) -> bool:
    """Mail the link once more to the actor's own address; False when enough were sent today."""
    return await send_confirmation(session, await locked_person(session, actor.person_id))


def _over() -> str:
    return _("Liên kết này đã dùng rồi hoặc đã hết hạn. Hãy đăng nhập và gửi lại thư xác nhận.")

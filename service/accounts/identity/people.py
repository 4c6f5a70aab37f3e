"""People who can sign in, by e-mail or phone, and whose an address is.

Several people may claim an address; it belongs to the one who has shown that it is hers. So registering never tells whether
somebody is here already, and nobody can keep another's address from her.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.actors import SYSTEM, Actor
from service.accounts.events import PersonAdded
from service.accounts.identity.events import LanguageChosen
from service.accounts.identity.passwords import TRIAL_PASSWORD, check_length, hashed_password, password_fits
from service.accounts.models import Person
from service.core import clock, formats
from service.core.errors import Conflict, Invalid, NotFound
from service.core.events import announce
from service.core.i18n import LANGUAGES, _

DEMO_DOMAIN = "@chophien.example"
MOST_DEMO = 50
MOST_CLAIMANTS = 3  # Whose passwords are compared for one address; trying is what costs.


async def add_person(
    session: AsyncSession, *, name: str, email: str | None = None, password: str, phone: str | None = None,
    language: str = "vi", confirmed: bool = True, actor: Actor = SYSTEM,
) -> Person:  # fmt: skip
    """Enter a person. Raises Invalid for a short password and Conflict for an address that is another's already.

    `confirmed` says that the one who enters her vouches for her addresses; somebody who registers herself shows them later.
    """
    check_length(password)
    address = plain_email(email) if email else None
    if confirmed and address and await owner_of(session, email=address) is not None:
        raise Conflict(_("Địa chỉ e-mail này đã có người dùng."))
    if confirmed and phone and await owner_of(session, phone=phone) is not None:
        raise Conflict(_("Số điện thoại này đã có người dùng."))
    now = clock.now() if confirmed else None
    person = Person(
        name=name, email=address, phone=phone, password_hash=await hashed_password(password), language=language,
        email_confirmed_at=now if address else None, phone_confirmed_at=now if phone else None,
    )  # fmt: skip
    session.add(person)
    await session.flush()
    await announce(session, PersonAdded(person.id), actor=actor)
    return person


def plain_email(email: str) -> str:
    """The address as it is stored and looked up."""
    return email.strip().lower()


def plain_phone(typed: str) -> str | None:
    """The number as it is stored and looked up; None for what is no number."""
    try:
        return formats.parse_phone(typed[:40])
    except ValueError:
        return None


def plain_identifier(typed: str) -> str:
    """What somebody typed to say who she is, however it was written: the same for all ways of writing one address or number."""
    return plain_email(typed) if "@" in typed else plain_phone(typed) or typed.strip().lower()[:100]


async def owner_of(session: AsyncSession, *, email: str | None = None, phone: str | None = None) -> Person | None:
    """The one person who has shown that the address is hers."""
    if email is not None:
        return await session.scalar(select(Person).where(Person.email == email, Person.email_confirmed_at.is_not(None)))
    return await session.scalar(select(Person).where(Person.phone == phone, Person.phone_confirmed_at.is_not(None)))


async def claimants(session: AsyncSession, typed: str) -> list[Person]:
    """Who may be meant by an e-mail address or a number as typed: its owner first, then those who claim it, oldest first."""
    if "@" in typed:
        address, column, confirmed = plain_identifier(typed), Person.email, Person.email_confirmed_at
    else:
        number = plain_phone(typed)
        if number is None:
            return []
        address, column, confirmed = number, Person.phone, Person.phone_confirmed_at
    found = await session.scalars(
        select(Person).where(column == address).order_by(confirmed.is_(None), Person.id).limit(MOST_CLAIMANTS)
    )
    return list(found)


async def recognised(session: AsyncSession, typed: str, password: str) -> Person | None:
    """Who it is that signs in with this address and this password.

    A refusal costs as many comparisons whoever claims the address, so that its time tells nothing; the newest claimant is
    tried first, so that her own sign-in does not either.
    """
    people = await claimants(session, typed)
    for person in reversed(people):
        if await password_fits(person, password):
            if person.locked_at is not None:  # Told only to whoever knows the password.
                message = _("Tài khoản này đang bị khóa. Hãy liên hệ ban điều hành chợ để được mở lại.")
                raise Invalid(message, {"email": message})
            return person
    for _each in range(MOST_CLAIMANTS - len(people)):
        await password_fits(None, password)
    return None


async def choose_language(session: AsyncSession, actor: Actor, language: str) -> None:
    """Let the actor's mails speak that language; an unknown one, or the same, changes nothing."""
    person = await locked_person(session, actor.person_id)
    if language in LANGUAGES and person.language != language:
        old, person.language = person.language, language
        await session.flush()
        await announce(session, LanguageChosen(person.id), actor=actor, old={"language": old}, new={"language": language})


async def known_passwords(session: AsyncSession) -> list[str]:
    """The addresses of accounts that the demo has made and that still open with the password it tells everybody."""
    demo = await session.scalars(
        select(Person).where(Person.email.endswith(DEMO_DOMAIN)).order_by(Person.email).limit(MOST_DEMO)
    )
    return [person.email or "" for person in demo if await password_fits(person, TRIAL_PASSWORD)]


async def locked_person(session: AsyncSession, person_id: UUID | None) -> Person:
    """The person, held until the end of the transaction. Raises NotFound."""
    person = await session.get(Person, person_id, with_for_update=True, populate_existing=True) if person_id else None
    if person is None:
        raise NotFound(_("Không tìm thấy người này."))
    return person

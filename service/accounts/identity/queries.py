"""Reads about how a person shows who she is: for the page of her account's security and for the menu."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.actors import Actor
from service.accounts.identity.devices import device_words
from service.accounts.identity.second_factor import has_second_factor, recovery_codes_left
from service.accounts.identity.sessions import SessionLine, sessions_of
from service.accounts.models import Person
from service.core.errors import NotFound
from service.core.events import JournalEntry
from service.core.i18n import _

SIGN_INS_SHOWN = 10
SHOWN = ("SignedIn", "SignInFailed")


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A person's addresses and whether they are shown to be hers."""

    name: str
    email: str | None
    email_confirmed: bool
    phone: str | None
    phone_confirmed: bool
    language: str


@dataclass(frozen=True, slots=True)
class SignInLine:
    """One time when somebody came in as this person, or knew her password and did not."""

    at: datetime
    device: str
    refused: bool


@dataclass(frozen=True, slots=True)
class Security:
    """What a person sees of her account's security."""

    addresses: Confirmed
    second_factor: bool
    recovery_codes_left: int
    sessions: list[SessionLine]
    sign_ins: list[SignInLine]


async def confirmed(session: AsyncSession, actor: Actor) -> Confirmed:
    """The actor's addresses. Raises NotFound for whoever is no person."""
    person = await session.get(Person, actor.person_id) if actor.person_id else None
    if person is None:
        raise NotFound(_("Không tìm thấy người này."))
    return Confirmed(
        person.name, person.email, person.email_confirmed_at is not None, person.phone, person.phone_confirmed_at is not None,
        person.language,
    )  # fmt: skip


async def security_of(session: AsyncSession, actor: Actor, secret: str) -> Security:
    """Everything of that page, for the actor herself in the session with this secret."""
    addresses = await confirmed(session, actor)
    assert actor.person_id is not None  # noqa: S101 - `confirmed` has found the person.
    found = await session.scalars(
        select(JournalEntry)
        .where(JournalEntry.subject == actor.person_id, JournalEntry.fact.in_(SHOWN))
        .order_by(JournalEntry.id.desc())
        .limit(SIGN_INS_SHOWN)
    )
    lines = [SignInLine(entry.at, device_words(entry.data.get("device")), entry.fact == "SignInFailed") for entry in found]
    two = await has_second_factor(session, actor.person_id)
    left = await recovery_codes_left(session, actor.person_id) if two else 0
    return Security(addresses, two, left, await sessions_of(session, actor, secret), lines)

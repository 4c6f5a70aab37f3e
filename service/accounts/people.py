"""People who can sign in, and their passwords (argon2id with the second OWASP profile: 19 MiB, two passes)."""

from __future__ import annotations

import asyncio
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.actors import SYSTEM, Actor
from service.accounts.events import PersonAdded
from service.accounts.models import Person
from service.core import clock
from service.core.errors import Conflict, Invalid
from service.core.events import announce
from service.core.i18n import _

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200  # Hashing is paid by the server; nobody types more than this.

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def _nobodys_hash() -> str:
    # Compared with when the address is unknown, so that the answer takes as long as for a known one.
    return _hasher.hash("nobody's password")


async def add_person(
    session: AsyncSession, *, name: str, email: str, password: str, phone: str | None = None, actor: Actor = SYSTEM
) -> Person:
    """Enter a person. Raises Invalid for a short password and Conflict for an address that is taken."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        message = _("Mật khẩu cần từ %(least)s đến %(most)s ký tự.", least=SHORTEST_PASSWORD, most=LONGEST_PASSWORD)
        raise Invalid(message, {"password": message})
    address = plain_email(email)
    if await session.scalar(select(Person.id).where(Person.email == address, Person.email_confirmed_at.is_not(None))):
        raise Conflict(_("Địa chỉ e-mail này đã có người dùng."))
    person = Person(
        name=name, email=address, phone=phone, password_hash=await asyncio.to_thread(_hasher.hash, password),
        email_confirmed_at=clock.now(),
    )  # fmt: skip
    session.add(person)
    await session.flush()
    await announce(session, PersonAdded(person.id), actor=actor)
    return person


def plain_email(email: str) -> str:
    """The address as it is stored and looked up."""
    return email.strip().lower()


async def password_fits(person: Person | None, password: str) -> bool:
    """Whether the password is this person's; as slow for nobody as for somebody. Renews an outdated hash in place."""
    stored = person.password_hash if person else await asyncio.to_thread(_nobodys_hash)
    try:
        await asyncio.to_thread(_hasher.verify, stored, password[:LONGEST_PASSWORD])
    except (Argon2Error, InvalidHashError):
        return False
    if person is not None and _hasher.check_needs_rehash(stored):
        person.password_hash = await asyncio.to_thread(_hasher.hash, password)
    return person is not None

"""A fair whose call is open, an organiser, and suppliers who may apply: made through the faces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, fairs
from service.accounts import SYSTEM, Actor, Role
from service.core import clock
from service.core.db import new_id
from service.fairs.applications import ApplicationDraft, ApplicationState, TypedIn
from tests import market

applications = fairs.applications
KEYS = UUID("6d7f6f3a-0f43-4f0e-9d1c-0d6a2f1b4c11")
TODAY = market.TODAY
FIRST, LAST = date(2027, 1, 10), date(2027, 1, 14)


@dataclass(frozen=True, slots=True)
class Held:
    """A fair and the one who holds it."""

    fair: fairs.Fair
    organiser: Actor

    @property
    def slug(self) -> str:
        return self.fair.slug


async def held(session: AsyncSession, name: str | None = None, **said: Any) -> Held:
    """A fair of five days whose call is open until the end of the year."""
    name = name or f"Hội chợ {new_id().hex[-8:]}"
    organisation = await accounts.found_organisation(session, accounts.OrganisationKind.ORGANISER, f"Ban tổ chức {name}")
    await accounts.verify_organisation(session, organisation.id, TODAY, actor=SYSTEM)
    draft = fairs.FairDraft(
        **{"name": name, "kind": "fair", "starts_on": FIRST, "ends_on": LAST, "call_opens_on": date(2026, 11, 1),
           "call_closes_on": date(2026, 12, 31), **said}
    )  # fmt: skip
    with clock.freeze(TODAY):
        fair = await fairs.announce_fair(session, SYSTEM, draft, organisation_id=organisation.id)
    return Held(fair, market.acting(Role.ORGANISER, organisation.id))


async def supplier(session: AsyncSession, code: str | None = None) -> tuple[Actor, str]:
    """A published cooperative with one product that may be brought: who acts for it, and the product's address."""
    code = code or f"H{new_id().hex[-10:].upper()}"
    organisation = await market.supplier(session, code)
    return market.acting(Role.SUPPLIER, organisation), await market.product(session, code)


async def with_address(session: AsyncSession, who: Actor) -> str:
    """Somebody of that organisation who is told by mail; her address."""
    address = f"{new_id().hex[-10:]}@chophien.example"
    person = await accounts.add_person(session, name="Người nhận thư", email=address, password="mật khẩu để thử")
    await session.execute(text("UPDATE accounts_person SET email_confirmed_at = now() WHERE id = :id"), {"id": person.id})
    assert who.organisation_id is not None
    await accounts.add_member(session, person.id, who.organisation_id, "owner")
    return address


async def applied(session: AsyncSession, held_: Held, who: Actor, product: str, **said: Any) -> fairs.applications.Application:
    """An application that was handed in."""
    draft = ApplicationDraft(**{"exhibitor": f"Gian {product}"[:100], "products": (product,), **said})
    with clock.freeze(TODAY):
        return await applications.keep(session, who, held_.slug, draft, key=new_id(), submit=True)


def typed(number: int, **said: Any) -> TypedIn:
    """A row that the organiser types in, accepted."""
    return TypedIn(
        **{"key": uuid5(KEYS, str(number)), "exhibitor": f"HTX {number}", "state": ApplicationState.ACCEPTED, **said}
    )


async def reload(session: AsyncSession, found: fairs.applications.Application) -> fairs.applications.Application:
    """What the database holds now."""
    await session.refresh(found)
    return found


async def mails(session: AsyncSession, template: str, *to: str) -> list[tuple[str, str]]:
    """To whom and with which subject mails of one kind were written, in their order."""
    statement = text("SELECT to_address, subject FROM core_mail WHERE template = :t AND to_address = ANY(:to) ORDER BY id")
    found = await session.execute(statement, {"t": template, "to": list(to)})
    return [(row.to_address, row.subject) for row in found]

"""People who have just come by themselves: one with only a phone, one whose e-mail nobody has confirmed. Both invented."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.accounts import MemberRole, OrganisationKind
from service.demo.people import DEMO_PASSWORD, SignIn

PHONE = "+84912345678"  # The number that the library of phone numbers gives as its example; it rings nowhere of ours.


def newcomers() -> list[SignIn]:
    """The newcomers; the first signs in with a phone number."""
    supplier, owner = OrganisationKind.SUPPLIER, MemberRole.OWNER
    return [
        SignIn("0912 345 678", "Nông Thị Bản", supplier, "HTX rau Bản Mới (minh họa)", owner),
        SignIn("moi@chophien.example", "Hoàng Văn Suối", supplier, "Tổ hợp tác Suối Vàng (minh họa)", owner),
    ]


async def add_newcomers(session: AsyncSession) -> None:
    """Enter them as registration does, with organisations that have no profile yet."""
    for one in newcomers():
        by_phone = "@" not in one.email
        person = await accounts.add_person(
            session, name=one.name, email=None if by_phone else one.email, phone=PHONE if by_phone else None,
            password=DEMO_PASSWORD, confirmed=False,
        )  # fmt: skip
        organisation = await accounts.found_organisation(session, one.kind, one.of)
        await accounts.add_member(session, person.id, organisation.id, one.member_role)

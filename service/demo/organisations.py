"""Who works with whom on the demo market: one person in two organisations, an open invitation, a grant to the office, tokens.

Everything here is invented. The dates follow the day on which the demo is put on the market.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.accounts import Actor, MemberRole, Role
from service.core.db import new_id

INVITED = "ke-toan-moi@chophien.example"


async def add_organisations(session: AsyncSession, office_id: UUID, today: date) -> None:
    """The cooperative's manager looks into the union too; the union lets the office act for it; a token was revoked."""
    manager, manager_id, coop_id = await _owner(session, "htx@chophien.example", "NALENG")
    union, _union_owner, union_id = await _owner(session, "lienhiep@chophien.example", "SONGNANG")
    await accounts.add_member(session, manager_id, union_id, MemberRole.VIEWER, actor=union)
    draft = accounts.InvitationDraft(email=INVITED, role=MemberRole.MEMBER)
    await accounts.invite(session, manager, coop_id, draft, "/loi-moi", key=new_id())
    grant = accounts.GrantDraft(office_id=office_id, valid_to=today + timedelta(days=180))
    await accounts.let_act(session, union, union_id, grant)
    for name, scopes in (("Máy tính tiền (minh họa)", ("catalogue:read", "lots:read")),
                         ("Phần mềm kho cũ (minh họa)", ("catalogue:write", "lots:write"))):  # fmt: skip
        token = accounts.TokenDraft(name=name, scopes=scopes)
        issued = await accounts.issue_token(session, manager, coop_id, token)
    await accounts.revoke_token(session, manager, coop_id, issued.id)


async def _owner(session: AsyncSession, email: str, supplier_code: str) -> tuple[Actor, UUID, UUID]:
    statement = text(
        "SELECT p.id, p.name, o.id AS organisation_id, o.name AS organisation_name FROM accounts_person p"
        " JOIN accounts_member m ON m.person_id = p.id JOIN accounts_organisation o ON o.id = m.organisation_id"
        " JOIN catalogue_supplier s ON s.organisation_id = o.id WHERE p.email = :email AND s.code = :code"
    )
    row = (await session.execute(statement, {"email": email, "code": supplier_code})).one()
    actor = Actor(row.id, row.name, row.organisation_id, row.organisation_name, Role.SUPPLIER, MemberRole.OWNER)
    return actor, row.id, row.organisation_id

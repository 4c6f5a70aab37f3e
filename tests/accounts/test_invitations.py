"""Invitations: a link by mail or a code to be read out, good for one person and two weeks."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.accounts import Actor, InvitationDraft, MemberRole, Role
from service.accounts.organisations.members import people_in
from service.accounts.organisations.models import Invitation
from service.accounts.tasks import forget_old_invitations
from service.core import clock, mail
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import history

PASSWORD = "nghệ vàng và miến dong"


async def _owner(session: AsyncSession, role: MemberRole = MemberRole.OWNER) -> Actor:
    organisation = await accounts.found_organisation(session, "supplier", "HTX Thử")
    person = await accounts.add_person(session, name="An", email=f"{organisation.id}@chophien.example", password=PASSWORD)
    await accounts.add_member(session, person.id, organisation.id, role)
    ours = frozenset({organisation.id})
    return Actor(person.id, "An", organisation.id, "HTX Thử", Role.SUPPLIER, role, memberships=ours)


async def _guest(session: AsyncSession, name: str = "Bình") -> Actor:
    person = await accounts.add_person(session, name=name, email=f"{new_id()}@chophien.example", password=PASSWORD)
    return Actor(person.id, name, None, "", Role.NOBODY)


def _org(actor: Actor) -> UUID:
    assert actor.organisation_id is not None
    return actor.organisation_id


async def _invite(session: AsyncSession, owner: Actor, **said: object) -> accounts.Invited:
    draft = InvitationDraft.model_validate(said)
    return await accounts.invite(session, owner, _org(owner), draft, "/loi-moi")


async def test_an_invited_person_sees_what_she_agrees_to_and_comes(session: AsyncSession) -> None:
    owner, guest = await _owner(session), await _guest(session)
    invited = await _invite(session, owner, phone="0912 345 678", role="viewer")
    offered = await accounts.offered(session, invited.code.lower().replace("-", " "))
    assert (offered.organisation_name, offered.role, offered.invited_by) == ("HTX Thử", MemberRole.VIEWER, "An")
    assert await accounts.accept_invitation(session, guest, invited.code) == owner.organisation_id
    assert await accounts.accept_invitation(session, guest, invited.code) == owner.organisation_id  # A second press.
    people = await people_in(session, _org(owner))
    assert people[guest.person_id].role is MemberRole.VIEWER  # type: ignore[index]
    facts = [entry.fact for entry in await history(session, _org(owner))]
    assert facts[:3] == ["InvitationAccepted", "MemberAdded", "InvitationSent"]


async def test_the_table_never_holds_the_code_nor_the_journal_the_address(session: AsyncSession) -> None:
    owner = await _owner(session)
    invited = await _invite(session, owner, email="Binh@Chophien.Example")
    kept = (await session.execute(text("SELECT accounts_invitation::text FROM accounts_invitation"))).scalar_one()
    assert invited.code not in kept
    assert invited.code.replace("-", "") not in kept
    told = (await session.execute(text("SELECT string_agg(core_journal::text, ' ') FROM core_journal"))).scalar_one()
    assert "binh@" not in told.lower()


async def test_a_mailed_invitation_carries_the_link_and_the_code(session: AsyncSession) -> None:
    owner = await _owner(session)
    invited = await _invite(session, owner, email="Binh@Chophien.Example", role="member")
    sent = (await mail.newest(session))[0]
    assert sent.to_address == "binh@chophien.example"
    assert "HTX Thử" in sent.subject
    assert f"/loi-moi/{invited.code.replace('-', '')}" in (sent.body or "")
    assert "thành viên" in (sent.body or "")


async def test_a_taken_withdrawn_or_late_invitation_opens_nothing(session: AsyncSession) -> None:
    owner, guest, late = await _owner(session), await _guest(session), await _guest(session, "Chi")
    taken, withdrawn, old = [await _invite(session, owner) for _each in range(3)]
    await accounts.accept_invitation(session, guest, taken.code)
    await accounts.withdraw_invitation(session, owner, _org(owner), withdrawn.id)
    await accounts.withdraw_invitation(session, owner, _org(owner), withdrawn.id)
    with clock.freeze(clock.now() + timedelta(days=15)), pytest.raises(NotFound):
        await accounts.accept_invitation(session, late, old.code)
    for code in (taken.code, withdrawn.code, "AAAA-BBBB-CCCC", "", "'; DROP", "\u0000"):
        with pytest.raises(NotFound, match="không còn dùng được"):
            await accounts.accept_invitation(session, late, code)
        with pytest.raises(NotFound, match="không còn dùng được"):
            await accounts.offered(session, code)
    assert late.person_id not in await people_in(session, _org(owner))


async def test_an_invitation_never_takes_a_role_away(session: AsyncSession) -> None:
    owner = await _owner(session)
    lesser = await _invite(session, owner, role="viewer")
    await accounts.accept_invitation(session, owner, lesser.code)
    people = await people_in(session, _org(owner))
    assert people[owner.person_id].role is MemberRole.OWNER  # type: ignore[index]


@pytest.mark.parametrize("role", ["member", "viewer"])
async def test_only_owners_invite(session: AsyncSession, role: str) -> None:
    actor = await _owner(session, MemberRole(role))
    with pytest.raises(NotAllowed):
        await _invite(session, actor)
    stranger = await _owner(session)
    with pytest.raises(NotFound):
        await accounts.invite(session, stranger, _org(actor), InvitationDraft(), "/loi-moi")
    invited = await _invite(session, stranger)
    with pytest.raises(NotFound):
        await accounts.withdraw_invitation(session, await _owner(session), _org(stranger), invited.id)


async def test_a_second_press_sends_no_second_mail(session: AsyncSession) -> None:
    owner, key = await _owner(session), new_id()
    draft = InvitationDraft(email="binh@chophien.example")
    await accounts.invite(session, owner, _org(owner), draft, "/loi-moi", key=key)
    with pytest.raises(Conflict):
        await accounts.invite(session, owner, _org(owner), draft, "/loi-moi", key=key)
    assert len(await mail.newest(session)) == 1


async def test_a_member_is_not_invited_again_and_nobody_mails_a_whole_town(session: AsyncSession) -> None:
    owner = await _owner(session)
    with pytest.raises(Invalid, match="đã ở trong"):
        await _invite(session, owner, email=f"{owner.organisation_id}@chophien.example")
    for _each in range(40):
        await _invite(session, owner)
    with pytest.raises(Conflict, match="quá nhiều"):
        await _invite(session, owner)


async def test_the_address_of_somebody_who_never_came_is_forgotten(session: AsyncSession) -> None:
    owner = await _owner(session)
    await _invite(session, owner, email="binh@chophien.example")
    await forget_old_invitations(session)
    assert await session.scalar(select(Invitation.email)) == "binh@chophien.example"
    with clock.freeze(clock.now() + timedelta(days=15)):
        await forget_old_invitations(session)
    assert await session.scalar(select(Invitation.id)) is None


@pytest.mark.parametrize(
    "typed", ["không phải thư", "a@b", "@b.vn", "a b@c.vn", "a@b..vn", "a@b.vn, c@d.vn", "a@b.vn\nBcc: x@y.vn"]
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="e-mail"):
        InvitationDraft(email=typed)

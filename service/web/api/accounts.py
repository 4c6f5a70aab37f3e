"""The organisation and its people, and one's own data, for programs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from service import accounts
from service.accounts import Actor, MemberRole
from service.core.errors import NotAllowed, NotFound
from service.core.events import plain
from service.core.i18n import _
from service.web import guarding
from service.web.api import problems
from service.web.api.shapes import Out, Parameters
from service.web.deps import Acting, Session, Signed

router = APIRouter(tags=["organisation"])
SCOPE = "accounts"
WRITES = problems.described(409)
INVITATION = "/loi-moi"


class ChoiceOut(Out):
    """An organisation that the reader may act for."""

    id: UUID
    name: str
    office: str | None = Field(description="The office through which she would act on its behalf; null for her own.")


class OrganisationOut(Out):
    """The organisation that the reader acts for, and the others."""

    id: UUID | None
    name: str
    member_role: str | None = Field(description="owner, member or viewer.")
    on_behalf_of: UUID | None = Field(description="The office that acts for it, where the reader is not its own.")
    choices: list[ChoiceOut]


class MemberOut(Out):
    """One of its people."""

    person_id: UUID
    name: str
    email: str | None
    phone: str | None
    role: str


class MembersOut(Out):
    """A page of its people by name."""

    items: list[MemberOut]
    total: int
    next: str | None


class Paging(Parameters):
    """Where the page begins."""

    cursor: str | None = Field(None, max_length=400, description="The `next` of the page before.")


class RoleIn(Parameters):
    """Another role."""

    role: MemberRole


class InvitationIn(accounts.InvitationDraft):
    """Whom to invite, and as what: by e-mail a link is sent; the code is in the answer in any case."""

    key: UUID | None = Field(None, description="A UUID of yours: the same again invites nobody else.")


class InvitedOut(Out):
    """An invitation as it was just made."""

    id: UUID
    code: str = Field(description="Shown once.")


class InvitationOut(Out):
    """An open invitation."""

    id: UUID
    role: str
    email: str | None
    phone: str | None
    invited_by: str | None
    expires_at: datetime


class InvitationsOut(Out):
    """The open invitations, newest first."""

    items: list[InvitationOut]


class GrantOut(Out):
    """An office that may act for the organisation."""

    office_id: UUID
    name: str
    valid_to: date
    granted_by: str | None


class GrantsOut(Out):
    """The offices that may act for it today."""

    items: list[GrantOut]


class GrantIn(Parameters):
    """Until when an office may act."""

    valid_to: date


class ErasureIn(Parameters):
    """The password, to be sure that it is she."""

    password: str = Field(max_length=200)


class DataOut(BaseModel):
    """Everything that is held about a person, by plain names."""

    person: dict[str, Any]
    organisations: list[dict[str, Any]]
    sessions: list[dict[str, Any]]
    consents: list[dict[str, Any]]
    tokens: list[dict[str, Any]]
    mails: list[dict[str, Any]]
    done: list[dict[str, Any]] = Field(description="The newest 5,000 lines of the journal that are hers.")
    done_in_all: int


@router.get("/organisation", summary="The organisation I act for")
async def organisation(me: Signed) -> OrganisationOut:
    """Which organisation the session or token acts for, and which others the person may choose."""
    return OrganisationOut(
        id=me.organisation_id, name=me.organisation_name, member_role=me.member_role.value if me.member_role else None,
        on_behalf_of=me.on_behalf_of, choices=[ChoiceOut.model_validate(each) for each in me.choices],
    )  # fmt: skip


@router.get("/organisation/members", summary="Its people")
async def members(session: Session, me: Signed, paging: Annotated[Paging, Query()]) -> MembersOut:
    """By name, fifty on a page; only for its own people."""
    found = await accounts.members_of(session, me, _own(me), paging.cursor)
    return MembersOut(items=[MemberOut.model_validate(line) for line in found.lines], total=found.total, next=found.next)


@router.put("/organisation/members/{person_id}", status_code=204, summary="Give a member another role", responses=WRITES)
async def change_role(person_id: UUID, given: RoleIn, session: Session, me: Acting) -> Response:
    """For owners; the last owner stays one."""
    await accounts.change_role(session, me, _own(me), person_id, given.role)
    return Response(status_code=204)


@router.delete("/organisation/members/{person_id}", status_code=204, summary="Remove a member", responses=WRITES)
async def remove(person_id: UUID, session: Session, me: Acting) -> Response:
    """For owners; who has gone already is no error, and the last owner stays."""
    await accounts.remove_member(session, me, _own(me), person_id)
    return Response(status_code=204)


@router.post("/organisation/owner/{person_id}", status_code=204, summary="Hand the ownership over", responses=WRITES)
async def hand_over(person_id: UUID, session: Session, me: Acting) -> Response:
    """Make another member the owner in one's own place."""
    await accounts.hand_over(session, me, _own(me), person_id)
    return Response(status_code=204)


@router.get("/organisation/invitations", summary="Open invitations")
async def invitations(session: Session, me: Signed) -> InvitationsOut:
    """For owners; nothing for anybody else."""
    found = await accounts.open_invitations(session, me, _own(me))
    return InvitationsOut(items=[InvitationOut.model_validate(line) for line in found])


@router.post("/organisation/invitations", status_code=201, summary="Invite somebody", responses=WRITES)
async def invite(given: InvitationIn, session: Session, me: Acting) -> InvitedOut:
    """For owners. The code is in the answer, this once."""
    invited = await accounts.invite(session, me, _own(me), given, INVITATION, key=given.key)
    return InvitedOut(id=invited.id, code=invited.code)


@router.delete("/organisation/invitations/{invitation_id}", status_code=204, summary="Withdraw an invitation")
async def withdraw(invitation_id: UUID, session: Session, me: Acting) -> Response:
    """For owners; one that is over already is no error."""
    await accounts.withdraw_invitation(session, me, _own(me), invitation_id)
    return Response(status_code=204)


@router.get("/organisation/grants", summary="Offices that act for it")
async def grants(session: Session, me: Signed) -> GrantsOut:
    """Those that may today; only for its own people."""
    found = await accounts.grants_of(session, me, _own(me))
    return GrantsOut(items=[GrantOut.model_validate(line) for line in found])


@router.put("/organisation/grants/{office_id}", status_code=204, summary="Let an office act for it until a day")
async def let_act(office_id: UUID, given: GrantIn, session: Session, me: Acting) -> Response:
    """For owners of a supplier or distributor; a year at most."""
    await accounts.let_act(session, me, _own(me), accounts.GrantDraft(office_id=office_id, valid_to=given.valid_to))
    return Response(status_code=204)


@router.delete("/organisation/grants/{office_id}", status_code=204, summary="Let it act no longer")
async def stop_acting(office_id: UUID, session: Session, me: Acting) -> Response:
    """For owners; an office that does not act any more is no error."""
    await accounts.stop_acting(session, me, _own(me), office_id)
    return Response(status_code=204)


@router.get("/me/data", summary="Everything that is held about me")
async def my_data(session: Session, me: Signed) -> DataOut:
    """For a person in her own session; a token opens nobody's personal data."""
    return DataOut.model_validate(plain(await accounts.held(session, me)))


@router.put("/me/data", status_code=204, summary="Correct my name and number")
async def correct(given: accounts.PersonCorrection, session: Session, me: Acting) -> Response:
    """The e-mail address is changed on the page Security, because the new one has to be confirmed."""
    await accounts.correct_person(session, me, given)
    return Response(status_code=204)


@router.post("/me/data/erasure", status_code=204, summary="Erase me", responses=problems.described(409, 429))
async def erase(request: Request, given: ErasureIn, session: Session, me: Acting) -> Response:
    """Names go, figures stay, and nothing brings them back. The last owner of an organisation hands over first."""
    await guarding.take(request, "erase", str(me.person_id))
    await accounts.erase_person(session, me, given.password)
    return Response(status_code=204)


@router.put("/me/consents/{purpose}", status_code=204, summary="Agree to the present text")
async def agree(purpose: str, session: Session, me: Acting) -> Response:
    """`news` or `account`; agreeing twice changes nothing."""
    await accounts.give_consent(session, me, _purpose(purpose))
    return Response(status_code=204)


@router.delete("/me/consents/{purpose}", status_code=204, summary="Take an agreement back")
async def take_back(purpose: str, session: Session, me: Acting) -> Response:
    """What an account cannot be without is taken back by erasing it."""
    await accounts.withdraw_consent(session, me, _purpose(purpose))
    return Response(status_code=204)


def _own(me: Actor) -> UUID:
    if me.organisation_id is None:
        raise NotAllowed(_("Bạn chưa thuộc tổ chức nào. Hãy lập một tổ chức hoặc nhận một lời mời."))
    return me.organisation_id


def _purpose(said: str) -> accounts.Purpose:
    try:
        return accounts.Purpose(said)
    except ValueError as error:
        raise NotFound(_("Không có nội dung đồng ý này.")) from error

"""Invitations and threads for programs, each of the organisation that the caller acts for.

A program that fetches a thread has not read it for anybody: `PUT …/read` says that somebody has.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, File, Form, Query, UploadFile
from pydantic import Field, ValidationError
from starlette.responses import Response

from service import matching
from service.core.errors import Invalid
from service.core.i18n import _
from service.core.pictures import MOST_BYTES
from service.web.api import problems
from service.web.api.shapes import Out, Parameters
from service.web.deps import Acting, Files, Session, Signed
from service.web.pages.forms import words_for
from service.web.pages.invitations import served

router = APIRouter(tags=["invitations"])
SCOPE = "requests"
READS = problems.described(401, 403)
WRITES = problems.described(401, 403, 409)
Given = Annotated[list[UploadFile], File(description="PDF, JPEG, PNG, HEIC, .xlsx or .csv; five at most, 10 MB in all.")]


class InvitationOut(Out):
    """One supplier and one request, whoever brought the two together."""

    id: UUID
    request: str = Field(description="The request's code.")
    title: str
    supplier: str | None = Field(description="Slug; null where the supplier is not on the market any more.")
    supplier_name: str
    buyer: str | None = Field(description="Name of the buyer; null where it is not named.")
    origin: str = Field(description="buyer, supplier, pool or round.")
    state: str = Field(description="sent, seen, accepted, declined, answered, silent or withdrawn.")
    note: str | None
    answer_by: date | None
    invited_at: datetime
    seen_at: datetime | None
    answered_at: datetime | None
    silent_at: datetime | None = Field(description="When the last day had gone by without a word; it stays.")
    withdrawn_at: datetime | None
    reason: str | None = Field(description="Why the supplier declined.")
    unread: int = Field(description="Messages of the other side that nobody has opened.")
    version: int


class InvitationsOut(Out):
    """A page of invitations: what waits for an answer first, the most urgent on top."""

    items: list[InvitationOut]
    total: int
    states: dict[str, int] = Field(description="How many stand in each state.")
    next: str | None


class FileOut(Out):
    """A file of a message."""

    href: str
    name: str
    media_type: str
    size_bytes: int


class ChangeOut(Out):
    """One field of a request before and after, in words."""

    field: str
    label: str
    before: str
    after: str


class MessageOut(Out):
    """One message; what the market tells of a new version of the request has its changes."""

    id: UUID
    side: str = Field(description="buyer, supplier or market.")
    mine: bool
    who: str
    text: str
    sent_at: datetime
    read_at: datetime | None = Field(description="When somebody of the other side first opened the thread with it.")
    files: list[FileOut]
    changes: list[ChangeOut]


class ThreadOut(Out):
    """A thread with one page of its messages, the oldest of the page first."""

    invitation: InvitationOut
    messages: list[MessageOut]
    total: int
    older: str | None = Field(description="The cursor of the messages before these.")


class MessageRef(Out):
    """A message that has been sent."""

    id: UUID
    sent_at: datetime


class Paged(Parameters):
    """Where to go on, and how many."""

    cursor: str | None = Field(default=None, max_length=400)
    limit: int = Field(default=30, ge=1, le=100)


class Going(Parameters):
    """Where to go on."""

    cursor: str | None = Field(default=None, max_length=400)


class InviteIn(Parameters):
    """Whom to ask; the same supplier twice is asked once."""

    suppliers: list[UUID] = Field(min_length=1, max_length=50, description="Ids of suppliers.")
    note: str | None = Field(default=None, max_length=1000)
    answer_by: date | None = None


class AnswerIn(Parameters):
    """What the supplier says; a reason goes with declining."""

    answer: Literal["accept", "decline"]
    reason: str | None = Field(default=None, max_length=500)
    version: int = Field(ge=1, le=2**31 - 1)


@router.get("/requests/{code}/invitations", responses=READS)
async def invitations(code: str, asked: Annotated[Paged, Query()], me: Signed, session: Session) -> InvitationsOut:
    """Everyone whom a request has been brought to, for its owner."""
    _request, found = await matching.invitations.invitations_of(session, me, code, asked.cursor, asked.limit)
    return _page(found)


@router.post("/requests/{code}/invitations", responses=WRITES)
async def invite(code: str, body: InviteIn, me: Acting, session: Session) -> InvitationsOut:
    """Ask suppliers to answer; who has been asked already is not asked again."""
    note = body.note.replace("\x00", "").strip() or None if body.note else None
    await matching.invitations.invite(session, me, code, body.suppliers, note=note, answer_by=body.answer_by)
    _request, found = await matching.invitations.invitations_of(session, me, code, None, 100)
    return _page(found)


@router.get("/invitations", responses=READS)
async def own_invitations(asked: Annotated[Paged, Query()], me: Signed, session: Session) -> InvitationsOut:
    """Every request that the caller's organisation, a supplier, has been brought to."""
    return _page(await matching.invitations.own_invitations(session, me, asked.cursor, asked.limit))


@router.delete("/invitations/{invitation_id}", status_code=204, responses=WRITES)
async def withdraw(invitation_id: UUID, me: Acting, session: Session) -> None:
    """Take an invitation back."""
    await matching.invitations.withdraw_invitation(session, me, invitation_id)


@router.put("/invitations/{invitation_id}/answer", responses=WRITES)
async def answer(invitation_id: UUID, body: AnswerIn, me: Acting, session: Session) -> InvitationOut:
    """Accept, or decline with a reason."""
    try:
        said = matching.invitations.Answer(**body.model_dump())
    except ValidationError as wrong:
        errors = words_for(wrong)
        raise Invalid(next(iter(errors.values())), {"reason": next(iter(errors.values()))}) from wrong
    await matching.invitations.answer_invitation(session, me, invitation_id, said)
    return _invitation((await matching.invitations.thread(session, me, invitation_id)).invitation)


@router.get("/invitations/{invitation_id}/messages", responses=READS)
async def messages(invitation_id: UUID, asked: Annotated[Going, Query()], me: Signed, session: Session) -> ThreadOut:
    """One thread, the newest messages first read."""
    found = await matching.invitations.thread(session, me, invitation_id, asked.cursor)
    return ThreadOut(
        invitation=_invitation(found.invitation), messages=[_message(each, invitation_id) for each in found.messages],
        total=found.total, older=found.older,
    )  # fmt: skip


@router.post("/invitations/{invitation_id}/messages", responses=WRITES)
async def write(
    invitation_id: UUID, me: Acting, session: Session, files: Files,
    text: Annotated[str, Form(max_length=4000)] = "",
    key: Annotated[UUID | None, Form(description="The same key again is the same message.")] = None,
    attached: Given = [],  # noqa: B006 - FastAPI reads it and makes a new one.
) -> MessageRef:  # fmt: skip
    """Write to the other side, with words, files or both (multipart/form-data)."""
    if len(attached) > matching.invitations.MOST_FILES:
        raise Invalid(_("Mỗi tin nhắn kèm nhiều nhất %(n)s tệp.", n=matching.invitations.MOST_FILES))
    words = matching.invitations.Words(text=text, key=key)
    handed = [matching.invitations.Handed(each.filename or "", await each.read(MOST_BYTES + 1)) for each in attached]
    sent = await matching.invitations.send_message(session, files, me, invitation_id, words, handed)
    return MessageRef(id=sent.id, sent_at=sent.sent_at)


@router.put("/invitations/{invitation_id}/read", status_code=204, responses=WRITES)
async def read(invitation_id: UUID, me: Acting, session: Session) -> None:
    """Say that somebody has read the thread: the other side sees when."""
    await matching.invitations.open_thread(session, me, invitation_id)


@router.get("/invitations/{invitation_id}/files/{key}", response_class=Response, responses=READS)
async def file(invitation_id: UUID, key: str, me: Signed, session: Session, files: Files) -> Response:
    """A file of the thread, as it is kept."""
    return await served(session, files, me, invitation_id, key)


def _page(found: matching.invitations.InvitationsView) -> InvitationsOut:
    items = [_invitation(each) for each in found.items]
    return InvitationsOut(items=items, total=found.total, states=found.counts, next=found.next)


def _invitation(view: matching.invitations.InvitationView) -> InvitationOut:
    return InvitationOut(
        id=view.id, request=view.request.code, title=view.request.title, supplier=view.supplier_slug,
        supplier_name=view.supplier_name, buyer=view.request.buyer.name if view.request.buyer else None, origin=view.origin,
        state=view.state, note=view.note, answer_by=view.answer_by, invited_at=view.invited_at, seen_at=view.seen_at,
        answered_at=view.answered_at, silent_at=view.silent_at, withdrawn_at=view.withdrawn_at, reason=view.reason,
        unread=view.unread, version=view.version,
    )  # fmt: skip


def _message(view: matching.invitations.MessageView, invitation_id: UUID) -> MessageOut:
    return MessageOut(
        id=view.id, side=view.side, mine=view.mine, who=view.who, text=view.text, sent_at=view.sent_at, read_at=view.read_at,
        files=[
            FileOut(
                href=f"/api/v1/invitations/{invitation_id}/files/{each.key}", name=each.name, media_type=each.media_type,
                size_bytes=each.size_bytes,
            )
            for each in view.files
        ],
        changes=[ChangeOut.model_validate(each) for each in view.version.changes] if view.version else [],
    )  # fmt: skip

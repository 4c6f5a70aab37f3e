"""Oneself, for programs that a person runs in her own session: who she is, and her open sessions."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from service import accounts
from service.accounts import Actor
from service.core.errors import NotAllowed
from service.core.i18n import _
from service.web.api.shapes import Out
from service.web.deps import Acting, Session, Signed, cookie_name

router = APIRouter(tags=["me"])
SCOPE = "accounts"


class MeOut(Out):
    """Who asks, and for which organisation."""

    name: str
    email: str | None
    email_confirmed: bool
    phone: str | None = Field(description="E.164.")
    phone_confirmed: bool
    language: str = Field(description="That of her mails.")
    organisation: str
    role: str = Field(description="supplier, buyer, organiser, officer or administrator; nobody where she has no organisation.")
    member_role: str | None = Field(description="owner, member or viewer.")
    second_factor: bool = Field(description="Whether this session has passed a second step.")


class SessionOut(Out):
    """An open session."""

    id: UUID
    device: str
    opened_at: datetime
    seen_at: datetime
    ends_at: datetime
    kept: bool
    current: bool


class SessionsOut(Out):
    """All open sessions, the present one first."""

    items: list[SessionOut]


@router.get("/me", summary="Who am I")
async def me(session: Session, actor: Signed) -> MeOut:
    """The person behind the session or token, and the organisation she acts for."""
    known = await accounts.confirmed(session, actor)
    own = actor.scopes is None  # A token acts for the organisation: its issuer's addresses are none of the program's.
    return MeOut(
        name=known.name, email=known.email if own else None, email_confirmed=known.email_confirmed,
        phone=known.phone if own else None, phone_confirmed=known.phone_confirmed, language=known.language,
        organisation=actor.organisation_name, role=actor.role.value,
        member_role=actor.member_role.value if actor.member_role else None, second_factor=actor.second_factor,
    )  # fmt: skip


@router.get("/me/sessions", summary="My open sessions")
async def sessions(request: Request, session: Session, actor: Signed) -> SessionsOut:
    """Where she is signed in; a token has no sessions."""
    _herself(actor)
    found = await accounts.sessions_of(session, actor, request.cookies.get(cookie_name(request), ""))
    return SessionsOut(items=[SessionOut.model_validate(each) for each in found])


@router.delete("/me/sessions/{session_id}", status_code=204, summary="End one of my sessions")
async def end_session(session_id: UUID, session: Session, actor: Acting) -> Response:
    """End it; one that is over already, or none of hers, changes nothing."""
    _herself(actor)
    await accounts.end_session_of(session, actor, session_id)
    return Response(status_code=204)


@router.delete("/me/sessions", status_code=204, summary="End all my other sessions")
async def end_others(request: Request, session: Session, actor: Acting) -> Response:
    """End every session of hers but the one that asks."""
    _herself(actor)
    await accounts.end_other_sessions(session, actor, request.cookies.get(cookie_name(request), ""))
    return Response(status_code=204)


def _herself(actor: Actor) -> None:
    if actor.scopes is not None:
        raise NotAllowed(_("Việc này chỉ chính bạn làm được, khi đã đăng nhập; khóa API không làm được."))

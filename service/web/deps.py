"""What a route may ask for: the transaction, the reader, who is acting, and a way to show a page.

`Session` is declared with `scope="function"`: the transaction is kept *before* the answer leaves the house, so nobody reads
"saved" of something that was not. Hot pages ask for `Reader` instead and open no transaction at all.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

import psycopg
from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import RedirectResponse, Response

from service import accounts
from service.accounts import Actor
from service.core.db import Database
from service.core.errors import Refused
from service.core.events import act_as
from service.core.i18n import _
from service.core.settings import Settings
from service.core.signing import read_signed, sign
from service.web.pages import render

SESSION_COOKIE = "__Host-session"
PLAIN_SESSION_COOKIE = "session"  # A browser refuses the __Host- prefix over plain http, which is how one tries the demo.
FLASH_COOKIE = "flash"


class SignInNeeded(Refused):
    """The page is for people who have signed in; the edge leads to the sign-in page and back."""


def database(request: Request) -> Database:
    """The database of this process."""
    found: Database = request.app.state.database
    return found


def settings(request: Request) -> Settings:
    """The settings of this process."""
    found: Settings = request.app.state.settings
    return found


async def _session(request: Request) -> AsyncIterator[AsyncSession]:
    async with database(request).transaction() as session:
        yield session


async def _reader(request: Request) -> AsyncIterator[psycopg.AsyncConnection[tuple[Any, ...]]]:
    async with database(request).reading() as connection:
        yield connection


Session = Annotated[AsyncSession, Depends(_session, scope="function")]
Reader = Annotated[psycopg.AsyncConnection[tuple[Any, ...]], Depends(_reader, scope="function")]


def cookie_name(request: Request) -> str:
    """The session cookie's name: bound to this host over https, plain on a developer's own machine."""
    return PLAIN_SESSION_COOKIE if settings(request).development else SESSION_COOKIE


async def _me(request: Request) -> Actor | None:
    # Somebody without a cookie costs no statement; the others are looked up in a transaction of their own, so that
    # a page that fails afterwards does not undo the note that its reader was seen.
    secret = request.cookies.get(cookie_name(request))
    if not secret or len(secret) > 100:
        return None
    async with database(request).transaction() as session:
        actor = await accounts.actor_of(session, secret)
    request.state.actor = actor
    return actor


Me = Annotated[Actor | None, Depends(_me)]


async def _signed(me: Me) -> Actor:
    if me is None:
        raise SignInNeeded(_("Trang này dành cho người đã đăng nhập."))
    return me


Signed = Annotated[Actor, Depends(_signed)]


async def _acting(me: Signed, session: Session) -> Actor:
    await act_as(session, me)
    return me


# For routes that write: the same person, whose name the change log of this transaction will carry.
Acting = Annotated[Actor, Depends(_acting, scope="function")]


def tell(request: Request, answer: Response, sentence: str) -> None:
    """Have the next page show a sentence once."""
    kept = settings(request)
    signed = sign(kept.secret, FLASH_COOKIE, sentence[:400])
    answer.set_cookie(FLASH_COOKIE, signed, max_age=60, httponly=True, samesite="lax", secure=not kept.development)


class PageMaker:
    """Shows templates to one reader: knows who she is, her language, and whether she wants a fragment."""

    def __init__(self, request: Request, me: Me) -> None:
        self.request = request
        self.me = me

    def show(self, template: str, *, fragment: str | None = None, status: int = 200, **context: Any) -> Response:
        """The page, or the named fragment of it when htmx asked for a piece. Values are explicit; a missing one is an error."""
        if fragment and render.wants_fragment(self.request):
            return render.html(render.render(fragment, {**self._common(), **context}), status)
        flash = self.request.cookies.get(FLASH_COOKIE)
        told = read_signed(settings(self.request).secret, FLASH_COOKIE, flash) if flash else None
        context = {**self._common(), "flash": told, **context}
        answer = render.html(render.render(template, context), status)
        if flash:
            answer.delete_cookie(FLASH_COOKIE)
        return answer

    def redirect(self, address: str, flash: str | None = None) -> Response:
        """Lead on after a write (303), with a sentence to be shown once on the next page."""
        answer = RedirectResponse(address, 303)
        if flash:
            tell(self.request, answer, flash)
        return answer

    def _common(self) -> dict[str, Any]:
        request = self.request
        return {
            "me": self.me,
            "path": request.url.path,
            "query": str(request.query_params.get("q", ""))[:200],
            "language_address": render.in_each_language(request),
            "development": settings(request).development,
        }


Page = Annotated[PageMaker, Depends()]


async def page_for(request: Request) -> PageMaker:
    """The page of one reader, for routes that go without dependencies (hot.py)."""
    return PageMaker(request, await _me(request))

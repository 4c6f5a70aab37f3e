"""What a route may ask for: the transaction, the reader, who is acting, and a way to show a page.

`Session` is declared with `scope="function"`: the transaction is kept *before* the answer leaves the house, so nobody reads
"saved" of something that was not. Hot pages ask for `Reader` instead and open no transaction at all.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated, Any, cast

import psycopg
from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import RedirectResponse, Response

from service import accounts
from service.accounts import Actor
from service.core.db import Database
from service.core.errors import NotAllowed, Refused
from service.core.events import act_as
from service.core.files import FileStore
from service.core.i18n import _
from service.core.settings import Settings
from service.core.signing import read_signed, sign
from service.web.pages import render

SESSION_COOKIE = "__Host-session"
PLAIN_SESSION_COOKIE = "session"  # A browser refuses the __Host- prefix over plain http, which is how one tries the demo.
FLASH_COOKIE = "flash"
API = "/api/"


class SignInNeeded(Refused):
    """The page is for people who have signed in; the edge leads to the sign-in page and back."""


class BadToken(SignInNeeded):
    """A program came with a token that opens nothing: unknown, revoked, over, or its issuer has left."""


class SecondFactorMissing(NotAllowed):
    """She has signed in as somebody who needs a second factor and has none; the edge leads to where she sets it up."""


def database(request: Request) -> Database:
    """The database of this process."""
    found: Database = request.app.state.database
    return found


def files(request: Request) -> FileStore:
    """The store of photos and papers."""
    found: FileStore = request.app.state.files
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


async def _writer(request: Request) -> AsyncIterator[psycopg.AsyncConnection[tuple[Any, ...]]]:
    async with database(request).writing() as connection:
        yield connection


Session = Annotated[AsyncSession, Depends(_session, scope="function")]
Reader = Annotated[psycopg.AsyncConnection[tuple[Any, ...]], Depends(_reader, scope="function")]
Writer = Annotated[psycopg.AsyncConnection[tuple[Any, ...]], Depends(_writer, scope="function")]


Files = Annotated[FileStore, Depends(files)]


async def below(session: AsyncSession) -> psycopg.AsyncConnection[tuple[Any, ...]]:
    """A reader inside the session's own transaction: it sees what this request has written, which no other reader does yet."""
    await session.flush()
    fairy = await (await session.connection()).get_raw_connection()
    return cast("psycopg.AsyncConnection[tuple[Any, ...]]", fairy.driver_connection)


def cookie_name(request: Request) -> str:
    """The session cookie's name: bound to this host over https, plain on a developer's own machine."""
    return PLAIN_SESSION_COOKIE if settings(request).development else SESSION_COOKIE


def bearer_token(request: Request) -> str | None:
    """The API token that a program has come with. Pages know no tokens: a browser carries a cookie."""
    given = request.headers.get("authorization")
    if given is None or not request.url.path.startswith(API):
        return None
    scheme, _space, token = given.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


async def _program(request: Request, token: str) -> Actor:
    async with database(request).transaction() as session:
        actor = await accounts.actor_of_token(session, token) if token.isascii() and len(token) <= 100 else None
    return _opened(request, actor)


def _opened(request: Request, actor: Actor | None) -> Actor:
    if actor is None:
        raise BadToken(_("Khóa API này không dùng được: sai, đã thu hồi, hết hạn, hoặc người cấp đã rời tổ chức."))
    request.state.actor = actor
    return actor


async def _me(request: Request) -> Actor | None:
    # Somebody without a cookie costs no statement; the others are looked up in a transaction of their own, so that
    # a page that fails afterwards does not undo the note that its reader was seen.
    bearer = bearer_token(request)
    if bearer is not None:
        return await _program(request, bearer)
    secret = request.cookies.get(cookie_name(request))
    if not secret or len(secret) > 100:
        return None
    async with database(request).transaction() as session:
        actor = await accounts.actor_of(session, secret)
    if actor is not None and settings(request).second_factor_required and accounts.lacks_second_factor(actor):
        # Nobody, to every page; only where the second factor is set up is she known (`Enrolling`).
        request.state.unproven = actor
        return None
    request.state.actor = actor
    return actor


Me = Annotated[Actor | None, Depends(_me)]


def scope(area: str) -> Callable[[Request, Me], Awaitable[None]]:
    """A dependency that lets a token use one part of the API by its scopes; a person is not limited by any."""

    async def check(request: Request, me: Me) -> None:
        refuse_beyond_scope(me, area, request.method)

    return check


def refuse_beyond_scope(me: Actor | None, area: str, method: str) -> None:
    """Raise NotAllowed where a token's scopes do not reach this part of the API."""
    if not accounts.may_use(me, area, method):
        verb = "read" if method in ("GET", "HEAD") else "write"
        raise NotAllowed(_("Khóa API này thiếu quyền %(scope)s. Hãy cấp khóa khác ở trang Khóa API.", scope=f"{area}:{verb}"))


async def program(request: Request, area: str) -> Actor | None:
    """Who asks for a piece of the API that goes without dependencies (hot.py): nobody needs to say who she is there."""
    if bearer_token(request) is None:
        return None
    me = await _me(request)
    refuse_beyond_scope(me, area, request.method)
    return me


async def program_at(request: Request, area: str, connection: psycopg.AsyncConnection[tuple[Any, ...]]) -> Actor | None:
    """The same on a connection that is open already, for whoever writes with it; a person's cookie is looked up as always."""
    token = bearer_token(request)
    if token is None:
        me = await _me(request)
    else:
        me = await accounts.actor_of_token_plainly(connection, token) if token.isascii() and len(token) <= 100 else None
        me = _opened(request, me)
    refuse_beyond_scope(me, area, request.method)
    return me


async def _signed(request: Request, me: Me) -> Actor:
    if me is None and getattr(request.state, "unproven", None) is not None:
        raise SecondFactorMissing(_("Cán bộ và người điều hành cần bật xác thực hai bước trước khi làm việc."))
    if me is None:
        raise SignInNeeded(_("Trang này dành cho người đã đăng nhập."))
    return me


Signed = Annotated[Actor, Depends(_signed)]


async def _enrolling(request: Request, me: Me) -> Actor:
    unproven: Actor | None = getattr(request.state, "unproven", None)
    return unproven or await _signed(request, me)


# For the pages on which a second factor is set up: also whoever has none yet and reaches nothing else.
Enrolling = Annotated[Actor, Depends(_enrolling)]


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

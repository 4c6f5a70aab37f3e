"""Signing in and out: the door, and the second step behind it.

    /dang-nhap             account/sign_in.html       by e-mail or phone
    /dang-nhap/buoc-hai    account/second_step.html   the code of an authenticator, or a recovery code
    /dang-xuat

Every sign-in makes a new secret; failures are counted for the visitor and for whom she means.
"""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from service import accounts
from service.core import clock
from service.core.errors import Invalid
from service.core.i18n import _
from service.core.inputs import EMPTY_IS_NONE, Input, Text
from service.core.signing import read_signed, sign
from service.web import guarding
from service.web.deps import Me, Page, PageMaker, Session, cookie_name, database, settings
from service.web.pages import forms

router = APIRouter()
STEP_COOKIE = "step"
STEP_SECONDS = 600
KEPT_SECONDS = 30 * 24 * 3600


class Credentials(Input):
    """What somebody types to sign in: an e-mail address or a phone number, and the password as it is."""

    email: Text = ""
    password: str = ""
    keep: Annotated[str | None, EMPTY_IS_NONE] = None
    next: Text = "/ban-hang"


class Code(Input):
    """A code of an authenticator, or a recovery code."""

    code: Text = ""
    next: Text = "/ban-hang"


def safe_next(address: str) -> str:
    """The address to go on to, when it is one of ours; anything else leads to the desk."""
    ours = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if ours and len(address) < 1000 else "/ban-hang"


def show(page: PageMaker, form: forms.Form[Any], status: int = 200) -> Response:
    """The sign-in page."""
    return page.show("account/sign_in.html", status=status, form=form)


@router.get("/dang-nhap")
async def show_sign_in(page: Page, me: Me, next: str = "/ban-hang") -> Response:  # noqa: A002 - the name in the address.
    """The sign-in page; somebody who is signed in already goes on."""
    if me is not None:
        return page.redirect(safe_next(next))
    return show(page, forms.filled({"email": "", "next": safe_next(next)}))


@router.post("/dang-nhap")
async def sign_in(request: Request, page: Page, session: Session) -> Response:
    """Open a session, or lead to the second step; wrong words show the form again with the address kept.

    Ten failures in five minutes are the most for one visitor's address, and for one person.
    """
    form = await forms.read(request, Credentials)
    form.typed.pop("password", None)
    if form.value is None:
        return show(page, form, 422)
    said, visitor = form.value, guarding.address_of(request)
    who = accounts.plain_identifier(said.email)
    await guarding.take(request, "sign_in_address", visitor)
    await guarding.take(request, "sign_in", who)
    try:
        secret = await accounts.sign_in(
            session, said.email, said.password, request.headers.get("user-agent"), keep=said.keep is not None,
            production=not settings(request).development,
        )  # fmt: skip
    except accounts.SecondStepNeeded as needed:
        await guarding.give_back(request, "sign_in_address", visitor)
        await guarding.give_back(request, "sign_in", who)
        return _half_way(request, page, needed.step, said)
    except Invalid as refusal:
        form.add(refusal.errors or {"form": refusal.message})
        return show(page, form, 422)
    await guarding.give_back(request, "sign_in_address", visitor)
    await guarding.give_back(request, "sign_in", who)
    answer = page.redirect(safe_next(said.next))
    set_session(request, answer, secret, keep=said.keep is not None)
    return answer


def set_session(request: Request, answer: Response, secret: str, *, keep: bool = False) -> None:
    """Give the browser the secret of a session just opened, until it closes or for thirty days; the server ends it anyway."""
    answer.set_cookie(
        cookie_name(request), secret, httponly=True, samesite="lax", path="/", secure=not settings(request).development,
        max_age=KEPT_SECONDS if keep else None,
    )  # fmt: skip


def _half_way(request: Request, page: PageMaker, step: accounts.HalfWay, said: Credentials) -> Response:
    kept = settings(request)
    until = int(clock.now().timestamp()) + STEP_SECONDS
    words = f"{step.person_id}:{step.password_mark}:{'1' if said.keep else '0'}:{until}"
    answer = page.redirect(f"/dang-nhap/buoc-hai?next={quote(safe_next(said.next), safe='')}")
    answer.set_cookie(
        STEP_COOKIE, sign(kept.secret, "second-step", words), max_age=STEP_SECONDS, httponly=True, samesite="lax",
        path="/dang-nhap", secure=not kept.development,
    )  # fmt: skip
    return answer


def _step(request: Request) -> tuple[accounts.HalfWay, bool] | None:
    words = read_signed(settings(request).secret, "second-step", request.cookies.get(STEP_COOKIE, ""))
    if words is None:
        return None
    person_id, mark, keep, until = words.split(":")
    if int(until) < clock.now().timestamp():
        return None
    return accounts.HalfWay(UUID(person_id), mark), keep == "1"


@router.get("/dang-nhap/buoc-hai")
async def show_second_step(request: Request, page: Page, next: str = "/ban-hang") -> Response:  # noqa: A002 - as above.
    """Where the code is typed; whoever has not shown a password begins at the door."""
    if _step(request) is None:
        return page.redirect(f"/dang-nhap?next={quote(safe_next(next), safe='')}")
    return page.show("account/second_step.html", form=forms.filled({"next": safe_next(next)}))


@router.post("/dang-nhap/buoc-hai")
async def take_second_step(request: Request, page: Page, session: Session) -> Response:
    """Open the session with the code; a wrong one shows the form again. Ten tries in five minutes are the most."""
    half_way = _step(request)
    if half_way is None:
        return page.redirect("/dang-nhap", _("Đã quá mười phút. Hãy đăng nhập lại từ đầu."))
    step, keep = half_way
    form = await forms.read(request, Code)
    form.typed.pop("code", None)
    if form.value is None:
        return page.show("account/second_step.html", status=422, form=form)
    await guarding.take(request, "second_step", str(step.person_id))
    agent = request.headers.get("user-agent")
    try:
        async with session.begin_nested():
            secret = await accounts.sign_in_further(session, settings(request).secret, step, form.value.code, agent, keep=keep)
    except Invalid as refusal:
        async with database(request).transaction() as apart:
            await accounts.note_failed_step(apart, step)
        form.add(refusal.errors or {"form": refusal.message})
        return page.show("account/second_step.html", status=422, form=form)
    answer = page.redirect(safe_next(form.value.next))
    set_session(request, answer, secret, keep=keep)
    answer.delete_cookie(STEP_COOKIE, path="/dang-nhap")
    return answer


@router.post("/dang-xuat")
async def sign_out(request: Request, page: Page, session: Session) -> Response:
    """End the session; doing it twice ends nothing more."""
    if secret := request.cookies.get(cookie_name(request)):
        await accounts.end_session(session, secret)
    answer = page.redirect("/")
    answer.delete_cookie(
        cookie_name(request), path="/", httponly=True, secure=not settings(request).development, samesite="lax"
    )
    return answer

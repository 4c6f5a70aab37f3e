"""Signing in and out."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from service import accounts
from service.core.errors import Invalid
from service.core.inputs import Input, Text
from service.web.deps import Me, Page, PageMaker, Session, cookie_name, settings
from service.web.pages import forms

router = APIRouter()


class Credentials(Input):
    """What somebody types to sign in."""

    email: Text = ""
    password: Text = ""
    next: Text = "/ban-hang"


def safe_next(address: str) -> str:
    """The address to go on to, when it is one of ours; anything else leads to the desk."""
    ours = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if ours and len(address) < 1000 else "/ban-hang"


def show(page: PageMaker, form: forms.Form[Any], status: int = 200) -> Response:
    """The sign-in page; on a demo market it names the accounts that anybody may try."""
    password, people = getattr(page.request.app.state, "trial", ("", []))
    trial = [(person.role_name, person.email) for person in people]
    return page.show("account/sign_in.html", status=status, form=form, demo=trial, demo_password=password)


@router.get("/dang-nhap")
async def show_sign_in(page: Page, me: Me, next: str = "/ban-hang") -> Response:  # noqa: A002 - the name in the address.
    """The sign-in page; somebody who is signed in already goes on."""
    if me is not None:
        return page.redirect(safe_next(next))
    return show(page, forms.filled({"email": "", "next": safe_next(next)}))


@router.post("/dang-nhap")
async def sign_in(request: Request, page: Page, session: Session) -> Response:
    """Open a session; wrong words show the form again with the address kept and the password empty."""
    form = await forms.read(request, Credentials)
    form.typed.pop("password", None)
    if form.value is None:
        return show(page, form, 422)
    try:
        secret = await accounts.sign_in(session, form.value.email, form.value.password, request.headers.get("user-agent"))
    except Invalid as refusal:
        form.add(refusal.errors or {"form": refusal.message})
        return show(page, form, 422)
    answer = page.redirect(safe_next(form.value.next))
    answer.set_cookie(
        cookie_name(request), secret, httponly=True, samesite="lax", path="/", secure=not settings(request).development,
    )  # fmt: skip
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

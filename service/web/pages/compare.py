"""Products side by side.

/so-sanh?sp=a&sp=b     compare/index.html   the address holds what is compared, so it can be sent on and kept
/so-sanh?them=c        adds one to what this browser compared last, and leads to the address that says so

What was compared last is remembered in a cookie for two hours, so that "add" works from any page, without a script and
without an account.
"""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from service import matching
from service.web.deps import Me, Page, Session, settings

router = APIRouter()
HERE = "/so-sanh"
COOKIE = "so-sanh"
KEPT_SECONDS = 2 * 60 * 60
SLUG = re.compile(r"[0-9a-z-]{1,120}")


@router.get(HERE)
async def compare(
    request: Request, page: Page, me: Me, session: Session,
    sp: Annotated[list[str], Query(max_length=200)] = [],  # noqa: B006 - FastAPI copies it.
    them: Annotated[str, Query(max_length=400)] = "",
) -> Response:  # fmt: skip
    """Two to four products; fewer, more, unknown ones and the same twice are answered in words."""
    last = _remembered(request)
    if them:
        return _lead_on(request, [*(sp or last), them])
    if not sp and last:
        return _lead_on(request, last)
    found = await matching.compare(session, sp, me)
    shown = [each.page.slug for each in found.products]
    answer = page.show(
        "compare/index.html",
        found=found,
        without={slug: _address([other for other in shown if other != slug]) for slug in shown},
        instead=_instead(found, shown),
        listing=matching.may_keep_lists(me) and me is not None and me.may_write,
    )
    _remember(request, answer, shown)
    return answer


def _instead(found: matching.Comparison, shown: list[str]) -> list[tuple[str, str]]:
    """Whom the first product without room could take the place of, and the address that would say so."""
    return [
        (each.page.title, _address([extra if slug == each.page.slug else slug for slug in shown]))
        for extra in found.left_out[:1]
        for each in found.products
    ]


def _address(slugs: list[str]) -> str:
    return f"{HERE}?{urlencode([('sp', slug) for slug in slugs])}" if slugs else f"{HERE}?sp="


def _lead_on(request: Request, slugs: list[str]) -> Response:
    known = [slug for slug in dict.fromkeys(slugs) if SLUG.fullmatch(slug)]
    answer = RedirectResponse(_address(known), 303)
    answer.headers["cache-control"] = "private, no-store"
    _remember(request, answer, known[: matching.MOST_COMPARED])
    return answer


def _remembered(request: Request) -> list[str]:
    """What this browser compared last; whatever else stands in the cookie names nothing of ours."""
    told = request.cookies.get(COOKIE, "")[:600]
    return [slug for slug in told.split(".") if SLUG.fullmatch(slug)][: matching.MOST_COMPARED]


def _remember(request: Request, answer: Response, slugs: list[str]) -> None:
    if slugs:
        answer.set_cookie(
            COOKIE, ".".join(slugs), max_age=KEPT_SECONDS, httponly=True, samesite="lax",
            secure=not settings(request).development,
        )  # fmt: skip
    else:
        answer.delete_cookie(COOKIE, httponly=True, samesite="lax")

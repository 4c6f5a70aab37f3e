"""What happens to every request before and after the pages: one pure ASGI layer, a few microseconds each.

In order: a request id for the log and the answer; the reader's language; the refusal of posts that another site sent;
and the headers that tell a browser what a page of ours may never do.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlsplit

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.core.db import new_id
from service.core.i18n import LANGUAGES, SOURCE_LANGUAGE, set_locale

LANGUAGE_COOKIE = "lang"
CDN = "https://cdn.jsdelivr.net/npm/"
POLICY = "; ".join(
    (
        "default-src 'none'",
        f"script-src 'self' {CDN}",
        f"style-src 'self' {CDN}",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "manifest-src 'self'",
    )
)
HEADERS = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
TRANSPORT_SECURITY = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LARGEST_BODY = 12 * 1024 * 1024
TOO_LARGE = 413, "Dữ liệu gửi lên quá lớn (tối đa 12 MB). / The upload is too large (12 MB at most)."

log = structlog.get_logger("web")


class Doorkeeper:
    """The one layer around the application."""

    def __init__(self, app: ASGIApp, *, production: bool, broken: Callable[[Request, Exception], Response]) -> None:
        self.app = app
        self.broken = broken
        self.headers = [*HEADERS, TRANSPORT_SECURITY] if production else HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request in, or say why not, and dress the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        asked = dict(scope["headers"])
        request_id = _request_id(asked)
        scope.setdefault("state", {})["request_id"] = request_id
        language, chosen = _language(scope, asked)
        scope["state"]["language"] = language
        set_locale(language)
        structlog.contextvars.bind_contextvars(request_id=request_id)
        status = 500
        began_to_answer = False

        async def answer(message: Message) -> None:
            nonlocal status, began_to_answer
            if message["type"] == "http.response.start":
                began_to_answer = True
                status = message["status"]
                headers = message["headers"] = list(message["headers"])
                headers.extend(self.headers)
                headers.append((b"x-request-id", request_id.encode()))
                if chosen:
                    cookie = f"{LANGUAGE_COOKIE}={language}; Path=/; Max-Age=31536000; SameSite=Lax"
                    headers.append((b"set-cookie", cookie.encode()))
            await send(message)

        try:
            await self._let_in(scope, receive, answer, asked)
        except TooLarge:
            if not began_to_answer:
                await _say(answer, *TOO_LARGE)
        except Exception as error:
            # A fault of ours: the reader gets a page with the number of the request, the log gets the rest.
            if began_to_answer:
                raise
            await self.broken(Request(scope), error)(scope, receive, answer)
        finally:
            if not scope["path"].startswith("/static/") and scope["path"] not in ("/healthz", "/readyz"):
                log.info(
                    "request", method=scope["method"], path=scope["path"], status=status,
                    ms=round((time.perf_counter() - began) * 1000, 1),
                )  # fmt: skip
            structlog.contextvars.clear_contextvars()

    async def _let_in(self, scope: Scope, receive: Receive, answer: Send, asked: dict[bytes, bytes]) -> None:
        if "\0" in scope["path"]:
            # PostgreSQL cannot look for this character, and no address of ours has it.
            await _say(answer, 400, "Địa chỉ này không hợp lệ. / This address is not valid.")
        elif scope["method"] in SAFE:
            await self.app(scope, receive, answer)
        elif problem := _refusal(asked):
            await _say(answer, *problem)
        else:
            await self.app(scope, _bounded(receive), answer)


def _request_id(headers: dict[bytes, bytes]) -> str:
    # A proxy's id is taken over when it is harmless, so that one request has one id in every log.
    given = headers.get(b"x-request-id", b"").decode("latin-1")
    return given if 8 <= len(given) <= 64 and given.replace("-", "").isalnum() and given.isascii() else str(new_id())


def _language(scope: Scope, headers: dict[bytes, bytes]) -> tuple[str, bool]:
    """The reader's language, and whether it was chosen just now by `?lang=`: address, then cookie, then the browser's wish."""
    query = scope["query_string"]
    if b"lang=" in query:
        asked = parse_qs(query.decode("latin-1")).get("lang", [""])[-1]
        if asked in LANGUAGES:
            return asked, True
    if cookie := headers.get(b"cookie"):
        try:
            kept = SimpleCookie(cookie.decode("latin-1")).get(LANGUAGE_COOKIE)
        except CookieError:
            kept = None
        if kept and kept.value in LANGUAGES:
            return kept.value, False
    # The market's own language unless the browser asks for another of ours and not for Vietnamese.
    for wish in headers.get(b"accept-language", b"").decode("latin-1").lower().split(","):
        code = wish.split(";")[0].strip()[:2]
        if code in LANGUAGES:
            return code, False
    return SOURCE_LANGUAGE, False


class TooLarge(Exception):
    """More was sent than anybody may send at once; raised from where the body is read."""


def _bounded(receive: Receive) -> Receive:
    """The same body, counted: a sender that does not say how much is coming is stopped when it is too much."""
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > LARGEST_BODY:
            raise TooLarge
        return message

    return counted


def _refusal(headers: dict[bytes, bytes]) -> tuple[int, str] | None:
    """Why a writing request is not let in: it came from another site, or it is too large. None lets it in.

    The rules are those of Fetch metadata with the Origin as the older witness: a browser names its site in every post, and
    a program that names none carries no cookie of anybody's.
    """
    length = headers.get(b"content-length", b"0")
    if not length.isdigit() or int(length) > LARGEST_BODY:
        return TOO_LARGE
    refused = 403, "Yêu cầu đến từ một trang khác nên bị từ chối. / Refused: the request came from another site."
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return None if site in (b"same-origin", b"none") else refused
    origin = headers.get(b"origin")
    if origin is None:
        return None
    return None if urlsplit(origin).netloc == headers.get(b"host") else refused


async def _say(send: Send, status: int, words: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words.encode()})

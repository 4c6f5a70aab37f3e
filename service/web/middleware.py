"""What happens to every request before and after the pages: one pure ASGI layer, a few microseconds each.

In order: a request id for the log and the answer; the reader's language; the refusal of hosts that are not ours and of posts
that another site sent; the body, taken in against the clock; and the headers that tell a browser what a page of ours may never
do, and that nobody keeps a page which was made for somebody.
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
from service.web import bodies

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
    # The gate of a fair scans passes; no page of another origin ever gets the camera, and each asks its reader first.
    (b"permissions-policy", b"camera=(self), geolocation=(), microphone=(), payment=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
TRANSPORT_SECURITY = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LARGEST_BODY = 12 * 1024 * 1024
# Archives of photos and papers come in here; their own reader counts what is in them.
ARCHIVES = frozenset({"/duyet/nhap", "/ban-hang/nhap", "/api/v1/imports"})
LARGEST_ARCHIVE = 201 * 1024 * 1024
TOO_LARGE = 413, "Dữ liệu gửi lên quá lớn (tối đa 12 MB). / The upload is too large (12 MB at most)."
TOO_SLOW = 408, "Dữ liệu gửi lên quá chậm nên bị ngắt. Hãy thử lại khi mạng khá hơn. / The upload was too slow; try again."
WRONG_HOST = 421, "Chợ Phiên không có ở địa chỉ này. / The market is not served under this name."
OTHER_SITE = 403, "Yêu cầu đến từ một trang khác nên bị từ chối. / Refused: the request came from another site."
SIGNED_IN = b"session="  # In a Cookie header: the request carries a session, by either of its names (deps.py).
NOT_KEPT = (b"cache-control", b"no-store")
HEALTH = ("/healthz", "/readyz")
# Addresses whose end opens something for whoever has it: the log does not learn it.
OPENING = ("/dat-lai-mat-khau/", "/xac-nhan/", "/loi-moi/")

log = structlog.get_logger("web")


class Doorkeeper:
    """The one layer around the application."""

    def __init__(
        self, app: ASGIApp, *, production: bool, broken: Callable[[Request, Exception], Response],
        hosts: frozenset[bytes] = frozenset(),
    ) -> None:  # fmt: skip
        """`hosts`: the names under which the market may be asked for; none: any, on somebody's own machine."""
        self.app = app
        self.broken = broken
        self.hosts = hosts
        self.language_marks = f"Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax{'; Secure' if production else ''}"
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
        personal = SIGNED_IN in asked.get(b"cookie", b"")

        async def answer(message: Message) -> None:
            nonlocal status, began_to_answer
            if message["type"] == "http.response.start":
                began_to_answer = True
                status = message["status"]
                headers = message["headers"] = list(message["headers"])
                own = {name for name, _value in headers}  # What a file may do is said where it is served.
                headers.extend(each for each in self.headers if each[0] not in own)
                headers.append((b"x-request-id", request_id.encode()))
                if chosen:
                    cookie = f"{LANGUAGE_COOKIE}={language}; {self.language_marks}"
                    headers.append((b"set-cookie", cookie.encode()))
                names = {name for name, _value in headers}
                if b"cache-control" not in names and (personal or b"set-cookie" in names):
                    headers.append(NOT_KEPT)
            await send(message)

        try:
            await self._let_in(scope, receive, answer, asked)
        except Exception as error:
            # A fault of ours: the reader gets a page with the number of the request, the log gets the rest.
            if began_to_answer:
                raise
            await self.broken(Request(scope), error)(scope, receive, answer)
        finally:
            if not scope["path"].startswith("/static/") and scope["path"] not in HEALTH:
                log.info(
                    "request", method=scope["method"], path=logged(scope["path"]), status=status,
                    ms=round((time.perf_counter() - began) * 1000, 1),
                )  # fmt: skip
            structlog.contextvars.clear_contextvars()

    async def _let_in(self, scope: Scope, receive: Receive, answer: Send, asked: dict[bytes, bytes]) -> None:
        if "\0" in scope["path"]:
            # PostgreSQL cannot look for this character, and no address of ours has it.
            await _say(answer, 400, "Địa chỉ này không hợp lệ. / This address is not valid.")
        elif self.hosts and scope["path"] not in HEALTH and not self._is_ours(scope):
            # Whoever asks under another name wants links or a cache that carry that name.
            await _say(answer, *WRONG_HOST)
        elif scope["method"] in SAFE:
            await self.app(scope, receive, answer)
        elif problem := _refusal(asked, most := _most(scope, asked)):
            await _say(answer, *problem)
        else:
            try:
                async with bodies.taken(receive, most) as body:
                    await self.app(scope, body, answer)
            except bodies.TooLarge:
                await _say(answer, *TOO_LARGE)
            except bodies.TooSlow:
                await _say(answer, *TOO_SLOW)
            except bodies.Gone:
                log.info("gone", path=logged(scope["path"]))

    def _is_ours(self, scope: Scope) -> bool:
        named = [value.lower() for name, value in scope["headers"] if name == b"host"]
        return len(named) == 1 and named[0] in self.hosts


def logged(path: str) -> str:
    """The address as the log may know it: a link that opens an account is cut before what opens it."""
    for prefix in OPENING:
        if path.startswith(prefix):
            return f"{prefix}…"
    return path


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


def _most(scope: Scope, headers: dict[bytes, bytes]) -> int:
    """How much may be sent to this address: an archive by whoever comes with a cookie or a token, a form by everybody else."""
    known = b"cookie" in headers or b"authorization" in headers
    return LARGEST_ARCHIVE if known and scope["path"] in ARCHIVES else LARGEST_BODY


def _refusal(headers: dict[bytes, bytes], most: int) -> tuple[int, str] | None:
    """Why a writing request is not let in: it came from another site, or it is too large. None lets it in.

    The rules are those of Fetch metadata with the Origin as the older witness: a browser names its site in every post, and
    a program that names none carries no cookie of anybody's. Whoever names none and carries one is not let in.
    """
    length = headers.get(b"content-length", b"0")
    if not length.isdigit() or int(length) > most:
        return TOO_LARGE
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return None if site in (b"same-origin", b"none") else OTHER_SITE
    origin = headers.get(b"origin")
    if origin is None:
        return OTHER_SITE if SIGNED_IN in headers.get(b"cookie", b"") else None
    return None if urlsplit(origin).netloc.lower() == headers.get(b"host", b"").lower() else OTHER_SITE


async def _say(send: Send, status: int, words: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words.encode()})

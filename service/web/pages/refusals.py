"""Refusals as pages: the trade says why, this file says it on paper with the right number."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import structlog
from fastapi import Request
from starlette.datastructures import URL
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from service.core import errors
from service.core.i18n import _, set_locale
from service.web.deps import SecondFactorMissing, SignInNeeded, tell
from service.web.middleware import logged
from service.web.pages import render

log = structlog.get_logger("web")

PAGES = {
    errors.NotFound: (404, "errors/not_found.html"),
    errors.NotAllowed: (403, "errors/not_allowed.html"),
    errors.Conflict: (409, "errors/conflict.html"),
    errors.Invalid: (422, "errors/invalid.html"),
    errors.TooOften: (429, "errors/too_often.html"),
}


def page(request: Request, template: str, status: int, message: str) -> Response:
    """A page that says what went wrong and what to do next; it needs no database."""
    set_locale(request.state.language)
    context: dict[str, Any] = {
        "message": message,
        "me": getattr(request.state, "actor", None),
        "flash": None,
        "path": request.url.path,
        "query": str(request.query_params.get("q", ""))[:200],
        "language_address": render.in_each_language(request),
        "development": False,
        "request_id": request.state.request_id,
    }
    return render.html(render.render(template, context), status)


def refused(request: Request, refusal: errors.Refused) -> Response:
    """The page for a refusal by the rules of the trade."""
    if isinstance(refusal, SecondFactorMissing):
        return RedirectResponse("/toi/bao-mat/hai-buoc", 303)
    if isinstance(refusal, SignInNeeded):
        return _sign_in_first(request)
    status, template = PAGES.get(type(refusal), (422, "errors/invalid.html"))
    answer = page(request, template, status, refusal.message)
    if isinstance(refusal, errors.TooOften):
        answer.headers["retry-after"] = str(refusal.seconds)
    return answer


def _sign_in_first(request: Request) -> Response:
    """Lead to the sign-in page and back to the page that was open; who sent a form is told that it was not kept."""
    if request.method == "GET":
        return RedirectResponse(f"/dang-nhap?next={quote(render.here(request), safe='')}", 303)
    came_from = URL(request.headers.get("referer", ""))  # An address that takes a form need not show one.
    ours = came_from.netloc == request.url.netloc and came_from.path != "/dang-nhap"
    back = f"{came_from.path}?{came_from.query}".rstrip("?") if ours else request.url.path
    set_locale(request.state.language)
    answer = RedirectResponse(f"/dang-nhap?next={quote(back, safe='')}", 303)
    tell(request, answer, _("Phiên đăng nhập đã hết nên điều bạn vừa gõ chưa được lưu. Đăng nhập, xem lại rồi lưu lần nữa."))
    return answer


def unserved(request: Request, error: HTTPException) -> Response:
    """The page for an address, method or body that the routes do not serve."""
    if error.status_code == 404:
        return page(request, "errors/not_found.html", 404, _("Không có trang này ở Chợ Phiên."))
    answer = page(request, "errors/invalid.html", error.status_code, _("Yêu cầu này không đọc được. Hãy quay lại và thử lại."))
    answer.headers.update(error.headers or {})
    return answer


def misread(request: Request) -> Response:
    """The page for parameters that are not what the address expects."""
    return page(
        request, "errors/invalid.html", 422,
        _("Địa chỉ này có phần không đúng. Hãy kiểm tra lại, hoặc bắt đầu từ trang tìm kiếm."),
    )  # fmt: skip


def broken(request: Request, error: Exception) -> Response:
    """The page for a fault of ours: it gives the number under which the log tells what happened."""
    log.error("broken", path=logged(request.url.path), exc_info=error)
    return page(request, "errors/broken.html", 500, _("Có lỗi ở phía chúng tôi. Dữ liệu bạn đã lưu vẫn nguyên vẹn."))

"""Refusals for programs: application/problem+json (RFC 9457), with every wrong field named."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.responses import JSONResponse

from service.core import errors
from service.core.i18n import _, set_locale
from service.web.pages.forms import words_for_all

# What a program is told to come with (RFC 6750).
CHALLENGE = 'Bearer realm="chophien"'
CHALLENGES = {"BadToken": f'{CHALLENGE}, error="invalid_token"'}
STATUS = {errors.NotFound: 404, errors.NotAllowed: 403, errors.Conflict: 409, errors.Invalid: 422,
          errors.TooOften: 429}  # fmt: skip


class Problem(BaseModel):
    """What an error answer holds."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: dict[str, str] = {}
    request_id: str


def described(*statuses: int) -> dict[int | str, dict[str, object]]:
    """How these refusals stand in the description of the API."""
    document = {"application/problem+json": {"schema": Problem.model_json_schema()}}
    return {status: {"description": HTTPStatus(status).phrase, "content": document} for status in statuses}


def problem(
    request: Request, status: int, title: str, detail: str, fields: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:  # fmt: skip
    """A problem document."""
    set_locale(request.state.language)
    asked = request.state.request_id
    document = Problem(title=title, status=status, detail=detail, errors=dict(fields or {}), request_id=asked)
    return JSONResponse(document.model_dump(), status, media_type="application/problem+json", headers=dict(headers or {}))


def refused(request: Request, refusal: errors.Refused) -> JSONResponse:
    """The document for a refusal by the rules of the trade."""
    fields = refusal.errors if isinstance(refusal, errors.Invalid) else None
    status = STATUS.get(type(refusal), 403 if isinstance(refusal, errors.NotAllowed) else 401)
    headers = {"www-authenticate": CHALLENGES.get(type(refusal).__name__, CHALLENGE)} if status == 401 else None
    if isinstance(refusal, errors.TooOften):
        headers = {"retry-after": str(refusal.seconds)}
    return problem(request, status, type(refusal).__name__, refusal.message, fields, headers)


def misread(request: Request, error: RequestValidationError) -> JSONResponse:
    """The document for parameters or a body that are not what the description says."""
    detail = _("Có tham số chưa đúng; xem từng mục trong “errors”.")
    return problem(request, 422, "Invalid", detail, words_for_all(error.errors()))

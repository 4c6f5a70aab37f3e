"""The only place where the web process is put together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

import structlog
from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from service import accounts
from service.core import files
from service.core.db import CROSSED, Database, crossed
from service.core.errors import Invalid, Refused
from service.core.i18n import _
from service.core.settings import Settings
from service.web import deps, guarding, hot
from service.web.api import accounts as accounts_api
from service.web.api import applications as applications_api
from service.web.api import assistance as assistance_api
from service.web.api import bookings as bookings_api
from service.web.api import booth_plans as booth_plans_api
from service.web.api import catalogue as catalogue_api
from service.web.api import charges as charges_api
from service.web.api import checklists as checklists_api
from service.web.api import checks as checks_api
from service.web.api import compare as compare_api
from service.web.api import demand as demand_api
from service.web.api import desk as desk_api
from service.web.api import fair_advice as fair_advice_api
from service.web.api import fair_desk as fair_desk_api
from service.web.api import fairs as fairs_api
from service.web.api import gaps as gaps_api
from service.web.api import imports as imports_api
from service.web.api import invitations as invitations_api
from service.web.api import layouts as layouts_api
from service.web.api import ledger as ledger_api
from service.web.api import lists as lists_api
from service.web.api import lots as lots_api
from service.web.api import marks as marks_api
from service.web.api import matching as matching_api
from service.web.api import me as me_api
from service.web.api import meetings as meetings_api
from service.web.api import net_price as net_price_api
from service.web.api import onsite as onsite_api
from service.web.api import photos as photos_api
from service.web.api import places as places_api
from service.web.api import pooling as pooling_api
from service.web.api import problems
from service.web.api import quotes as quotes_api
from service.web.api import reviews as reviews_api
from service.web.api import rounds as rounds_api
from service.web.api import search as search_api
from service.web.middleware import Doorkeeper, logged
from service.web.pages import (
    account,
    administration,
    agendas,
    agreeing,
    applications,
    applying,
    assistance,
    bookings,
    booth_days,
    booth_plans,
    buyers,
    catalogue,
    charges,
    checklists,
    checks,
    compare,
    demand,
    desk,
    expiring,
    fair_advice,
    fair_desk,
    fair_papers,
    fair_returns,
    fairs,
    floor_plans,
    gaps,
    helping,
    home,
    import_jobs,
    imports,
    invitations,
    joining,
    labels,
    layouts,
    ledger,
    lists,
    lots,
    marks,
    matching,
    meetings,
    net_price,
    onsite,
    organisation,
    outbox,
    photos,
    places,
    pool_shares,
    pooling,
    printed,
    privacy,
    quotes,
    refusals,
    registration,
    render,
    resets,
    reviews,
    rounds,
    saved_searches,
    search,
    security,
    tokens,
)
from service.web.pages import files as files_pages

log = structlog.get_logger("web")

PAGES = (
    home, account, files_pages, search, catalogue, photos, ledger, desk, expiring, reviews, buyers, imports, import_jobs,
    matching, fairs, checks, lots, labels, marks, organisation, joining, tokens, privacy, administration, outbox, helping,
    registration, resets, security, printed, assistance, agreeing, lists, saved_searches, places, invitations, quotes,
    pooling, pool_shares, rounds, demand, gaps, net_price, checklists, compare,
    fair_advice, fair_desk, charges, layouts, applications, applying, booth_plans, floor_plans, bookings, meetings, agendas,
    onsite, booth_days, fair_returns, fair_papers,
)  # fmt: skip
APIS = (
    search_api, catalogue_api, desk_api, reviews_api, matching_api, fairs_api, checks_api, lots_api, imports_api,
    marks_api, me_api, accounts_api, assistance_api, photos_api, lists_api, places_api, invitations_api, quotes_api,
    pooling_api, rounds_api, demand_api, gaps_api, net_price_api, checklists_api, ledger_api,
    compare_api, fair_desk_api, charges_api, layouts_api, applications_api, booth_plans_api, bookings_api, meetings_api,
    onsite_api, fair_advice_api,
)  # fmt: skip
READY_SECONDS = 1.0


class Kept(StaticFiles):
    """Our own files, which carry their digest in the address and may be kept for a year."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file with its long life."""
        answer = await super().get_response(path, scope)
        if answer.status_code == 200 and b"v=" in scope["query_string"]:
            answer.headers["cache-control"] = "public, max-age=31536000, immutable"
        return answer


class Squeezed(GZipMiddleware):
    """Text travels packed; photos and papers are packed already."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pack the answer, unless it is a file."""
        packed = scope["type"] == "http" and scope["path"].startswith(("/anh/", "/tep/"))
        await (self.app if packed else super().__call__)(scope, receive, send)


def create_app(settings: Settings, database: Database | None = None) -> FastAPI:
    """The market as an application; the database may be handed in by tests."""
    own = database or Database(settings.database_url or "", pool_size=settings.database_pool)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        if not settings.development:
            await _refuse_known_passwords(own)
        yield
        if database is None:
            await own.close()

    app = FastAPI(
        title="Chợ Phiên", version=version("chophien"), lifespan=lifespan, docs_url=None, redoc_url=None,
        openapi_url="/api/v1/openapi.json", redirect_slashes=False,
        description=(
            "The market of the OCOP cooperatives of upland Bắc Kạn: catalogue, search, sourcing requests and fairs. "
            "What is public needs no token; for the rest a program comes with `Authorization: Bearer cp_…`, which an owner "
            "issues at /to-chuc/khoa-api."
        ),
    )  # fmt: skip
    app.state.settings, app.state.database, app.state.files = settings, own, files.open_store(settings)
    app.router.routes.extend(hot.ROUTES)
    for part in PAGES:
        app.include_router(part.router, include_in_schema=False)
    for part in APIS:
        app.include_router(
            part.router, prefix="/api/v1", dependencies=[Depends(guarding.take_search), Depends(deps.scope(part.SCOPE))],
            responses=problems.described(400, 401, 403, 404, 422, 429),
        )  # fmt: skip
    app.mount("/static", Kept(directory=render.STATIC), name="static")
    _answer_health(app)
    _answer_refusals(app)
    # A phone in a valley waits for bytes, not for us: a page of 30 KB travels in 6 (X2).
    app.add_middleware(Squeezed, minimum_size=1400, compresslevel=4)
    app.add_middleware(Doorkeeper, production=not settings.development, broken=_broken, hosts=settings.hosts)
    return app


async def _refuse_known_passwords(database: Database) -> None:
    """Refuse to start in production while an account opens with the demo's password, which everybody knows."""
    try:
        async with database.transaction() as session:
            known = await accounts.known_passwords(session)
    except (SQLAlchemyError, OSError) as error:
        # Without a database nobody signs in either; being ready waits for it.
        log.warning("passwords not looked at", reason=type(error).__name__)
        return
    if known:
        raise RuntimeError(f"these accounts still have the demo's password; remove or reset them first: {', '.join(known)}")


def _answer_health(app: FastAPI) -> None:
    @app.get("/healthz", include_in_schema=False)
    async def alive() -> Response:
        return PlainTextResponse("ok")

    @app.get("/readyz", include_in_schema=False)
    async def ready(request: Request) -> Response:
        """Whether pages can be served: the database answers within a second and is at the newest migration."""
        try:
            async with asyncio.timeout(READY_SECONDS), request.app.state.database.transaction() as session:
                at = await session.scalar(text("SELECT version_num FROM alembic_version"))
        except Exception as error:  # noqa: BLE001 - whatever keeps the database away makes us not ready.
            log.warning("not ready", reason=type(error).__name__)
            return JSONResponse({"ready": False, "database": type(error).__name__}, 503)
        return JSONResponse({"ready": True, "migration": at})


def _for_programs(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def _answer_refusals(app: FastAPI) -> None:
    @app.exception_handler(Refused)
    async def refused(request: Request, refusal: Refused) -> Response:
        return problems.refused(request, refusal) if _for_programs(request) else refusals.refused(request, refusal)

    async def dropped(request: Request, error: Exception) -> Response:
        refusal = crossed(error)
        if refusal is None:
            raise error
        log.warning("crossed", path=logged(request.url.path), reason=type(error).__name__)
        return await refused(request, refusal)

    for kind in CROSSED:
        app.add_exception_handler(kind, dropped)

    @app.exception_handler(RequestValidationError)
    async def misread(request: Request, error: RequestValidationError) -> Response:
        return problems.misread(request, error) if _for_programs(request) else refusals.misread(request)

    @app.exception_handler(UnicodeEncodeError)
    async def half(request: Request, error: UnicodeEncodeError) -> Response:
        # JSON can write half of a character, which no text holds: whoever sends it is told so, wherever it was noticed.
        if error.reason != "surrogates not allowed":
            raise error
        return await refused(request, Invalid(_("Trong phần gửi lên có ký tự hỏng. Hãy kiểm tra rồi gửi lại.")))

    @app.exception_handler(HTTPException)
    async def unserved(request: Request, error: HTTPException) -> Response:
        if not _for_programs(request):
            return refusals.unserved(request, error)
        return problems.problem(request, error.status_code, error.detail, error.detail, headers=error.headers)


def _broken(request: Request, error: Exception) -> Response:
    if not _for_programs(request):
        return refusals.broken(request, error)
    log.error("broken", path=logged(request.url.path), exc_info=error)
    return problems.problem(request, 500, "Broken", "Có lỗi ở phía chúng tôi. (The fault is ours; the log knows more.)")

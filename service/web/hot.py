"""The hottest addresses, matched first and without FastAPI's dependencies.

The application has hundreds of routes in nested routers; walking to the right one and solving its dependencies costs as much
as the rest of a search page (bench/search_speed.py), and more than booking a booth (bench/bookings.py). What is called here is
the very function behind the ordinary route, which stays where it is: it describes the route for programs and serves whoever
builds an application of other parts.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service.web.api import bookings as bookings_api
from service.web.api import search as search_api
from service.web.deps import database, page_for, program, program_at
from service.web.guarding import take_search
from service.web.pages import catalogue, search


async def _products(request: Request) -> Response:
    await take_search(request)
    page = await page_for(request)
    async with database(request).reading() as reader:
        return await search.products(request, page, reader)


async def _suggestions(request: Request) -> Response:
    await take_search(request)
    page = await page_for(request)
    async with database(request).reading() as reader:
        return await search.suggestions(request, page, reader)


async def _product(request: Request) -> Response:
    page = await page_for(request)
    async with database(request).reading() as reader:
        return await catalogue.product(request.path_params["slug"], page, page.me, reader)


def _for_programs(endpoint: Callable[..., Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        await take_search(request)
        await program(request, search_api.SCOPE)
        async with database(request).reading() as reader:
            return await endpoint(request, reader)

    return answer


async def _book(request: Request) -> Response:
    # Five hundred phones press at the same second: who comes with a token costs two statements, and the answer nothing more.
    await take_search(request)
    async with database(request).writing() as connection:
        me = await program_at(request, bookings_api.SCOPE, connection)
        return await bookings_api.booked(
            connection, me, request.path_params["slug"], await request.body(), request.headers.get(bookings_api.KEY)
        )


ROUTES = [
    Route("/san-pham", _products),
    Route("/san-pham/goi-y", _suggestions),
    Route("/san-pham/{slug}", _product),
    Route("/api/v1/products", _for_programs(search_api.products)),
    Route("/api/v1/suggest", _for_programs(search_api.suggestions)),
    Route("/api/v1/fairs/{slug}/bookings", _book, methods=["POST"]),
]

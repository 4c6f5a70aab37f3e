"""The floor: the barest pages that show the same data. Starlette, plain SQL, one template each, nothing else.

They are the practical limit of the stack: no languages, no marks or slips, no roles, no exact counts of more than two groups. Run by
search_speed.py and bookings.py on the same database as the product, in turns with it.
"""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg_pool
from jinja2 import Environment
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

SEARCH = """
SELECT p.slug, p.name, s.slug, s.name, k.name, k.retail_price_vnd, p.season_months
  FROM (SELECT b.id, ts_rank(b.tsv, q) AS r FROM bare_search b, to_tsquery('simple', %(q)s) q WHERE b.tsv @@ q ORDER BY r DESC, b.id LIMIT 20) f
  JOIN catalogue_product p ON p.id = f.id JOIN catalogue_supplier s ON s.id = p.supplier_id
  LEFT JOIN catalogue_pack k ON k.product_id = p.id AND k.position = 0
 ORDER BY f.r DESC, f.id
"""
FACETS = """
SELECT grouping(category, province) AS g, coalesce(category, province) AS v, count(*) FROM bare_search
 WHERE tsv @@ to_tsquery('simple', %(q)s) GROUP BY GROUPING SETS ((category), (province), ())
"""
PRODUCT = """
SELECT p.name, p.description, s.slug, s.name, k.name, k.retail_price_vnd, p.season_months
  FROM catalogue_product p JOIN catalogue_supplier s ON s.id = p.supplier_id LEFT JOIN catalogue_pack k ON k.product_id = p.id AND k.position = 0
 WHERE p.slug = %(slug)s
"""
TABLE = """
CREATE TABLE IF NOT EXISTS bare_search AS
SELECT p.id, p.category_code AS category, s.province_code AS province, to_tsvector('simple', core_fold(p.name)) AS tsv
  FROM catalogue_product p JOIN catalogue_supplier s ON s.id = p.supplier_id
"""
BOOTHS = """
CREATE TABLE IF NOT EXISTS bare_booth (id integer PRIMARY KEY, places integer NOT NULL);
CREATE TABLE IF NOT EXISTS bare_booking (id uuid PRIMARY KEY, booth integer NOT NULL, at timestamptz NOT NULL DEFAULT now());
TRUNCATE bare_booth, bare_booking
"""
BOOK = """
WITH one AS (UPDATE bare_booth SET places = places - 1 WHERE id = %(booth)s AND places > 0 RETURNING id)
INSERT INTO bare_booking (id, booth) SELECT gen_random_uuid(), id FROM one RETURNING id
"""
PAGE = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{{ q }}</title></head><body><h1>{{ total }}</h1>
<form><input name="q" value="{{ q }}">{% for g, v, n in facets %}<label><input type="checkbox" name="{{ g }}" value="{{ v }}"> {{ v }} {{ n }}</label>{% endfor %}</form>
<ul>{% for slug, name, supplier, maker, pack, price, months in rows %}<li><h3><a href="/san-pham/{{ slug }}">{{ name }}</a></h3>
<p><a href="/nha-cung-cap/{{ supplier }}">{{ maker }}</a></p><p><b>{{ price }} đ</b> / {{ pack }}</p><p>{{ months | join(", ") }}</p></li>{% endfor %}</ul></body></html>"""
ONE = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{{ p[0] }}</title></head><body><h1>{{ p[0] }}</h1><p>{{ p[1] }}</p>
<p><a href="/nha-cung-cap/{{ p[2] }}">{{ p[3] }}</a></p><p><b>{{ p[5] }} đ</b> / {{ p[4] }}</p><p>{{ p[6] | join(", ") }}</p></body></html>"""

templates = Environment(autoescape=True)
page, one = templates.from_string(PAGE), templates.from_string(ONE)
pool: psycopg_pool.AsyncConnectionPool[Any]


@asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncIterator[None]:
    """A small pool for each process."""
    global pool  # noqa: PLW0603 - one pool for the process.
    pool = psycopg_pool.AsyncConnectionPool(
        os.environ["BENCH_DATABASE"], min_size=1, max_size=4, open=False, kwargs={"autocommit": True, "options": "-c jit=off"}
    )
    async with pool:
        yield


def _question(request: Request) -> str:
    words = [word for word in request.query_params.get("q", "").lower().split() if word.isalnum()]
    return " & ".join(words) or "x"


async def search(request: Request) -> Response:
    """Twenty cards and two groups of counts, two statements."""
    q = _question(request)
    async with pool.connection() as connection:
        rows = await (await connection.execute(SEARCH, {"q": q}, prepare=True)).fetchall()
        facets = await (await connection.execute(FACETS, {"q": q}, prepare=True)).fetchall()
    total = next((n for g, _v, n in facets if g == 3), 0)
    return HTMLResponse(page.render(q=q, rows=rows, facets=facets, total=total))


async def search_json(request: Request) -> Response:
    """Twenty rows, one statement."""
    async with pool.connection() as connection:
        rows = await (await connection.execute(SEARCH, {"q": _question(request)}, prepare=True)).fetchall()
    return JSONResponse(
        {
            "items": [
                {
                    "slug": r[0],
                    "name": r[1],
                    "supplier": {"slug": r[2], "name": r[3]},
                    "pack": r[4],
                    "price": r[5],
                    "months": r[6],
                }
                for r in rows
            ]
        }
    )


async def product(request: Request) -> Response:
    """One product, one statement."""
    async with pool.connection() as connection:
        found = await (await connection.execute(PRODUCT, {"slug": request.path_params["slug"]}, prepare=True)).fetchone()
    return HTMLResponse(one.render(p=found)) if found else PlainTextResponse("?", 404)


async def book(request: Request) -> Response:
    """One place of one booth, one statement, kept when it returns: what nothing can be faster than."""
    wish = json.loads(await request.body())
    async with pool.connection() as connection:
        found = await (await connection.execute(BOOK, {"booth": wish["booth"]}, prepare=True)).fetchone()
    return JSONResponse({"id": str(found[0])}, 201) if found else JSONResponse({}, 409)


async def empty(_request: Request) -> Response:
    """Nothing at all."""
    return PlainTextResponse("ok")


app = Starlette(
    routes=[
        Route("/search", search),
        Route("/search.json", search_json),
        Route("/product/{slug}", product),
        Route("/empty", empty),
        Route("/book", book, methods=["POST"]),
    ],
    lifespan=lifespan,
)

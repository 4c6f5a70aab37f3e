"""Asking the addresses of the permission table as somebody, and reading what comes back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI
from starlette.routing import Mount

from tests.web.permission_market import Market
from tests.web.permissions import Row

LET_IN = {400, 409, 422}


def served(app: FastAPI) -> set[str]:
    """Every method and path that the application answers, the hot ones and the mounts included."""
    return {f"{method} {path}" for method, path in _walk(app.router.routes, "")}


def _walk(routes: Iterable[Any], prefix: str) -> Iterator[tuple[str, str]]:
    for route in routes:
        inner = getattr(route, "original_router", None)  # FastAPI keeps routers that were included whole.
        if inner is not None:
            yield from _walk(inner.routes, prefix + route.include_context.prefix)
        elif isinstance(route, Mount):
            yield "GET", f"{prefix}{route.path}/{{path}}"
        else:
            yield from ((method, prefix + route.path) for method in route.methods if method not in ("HEAD", "OPTIONS"))


def filled(value: Any, names: dict[str, str]) -> Any:
    """What is sent, with the market's names in it."""
    if isinstance(value, str):
        return re.sub(r"\{(\w+)\}", lambda found: names[found[1]], value)
    if isinstance(value, dict):
        return {key: filled(item, names) for key, item in value.items()}
    return [filled(item, names) for item in value] if isinstance(value, list) else value


def address(key: str, each: Row, names: dict[str, str]) -> tuple[str, str]:
    """The method, and the path with the things of the market in it."""
    method, path = key.split(" ", 1)

    def thing(found: re.Match[str]) -> str:
        name = each.path.get(found[1])
        assert name is not None, f"{key}: say what stands for {{{found[1]}}}"
        return filled(name, names) if "{" in name else names.get(name, name)

    return method, re.sub(r"\{(\w+)(?::\w+)?\}", thing, path) + (f"?{filled(each.query, names)}" if each.query else "")


async def ask(browser: httpx.AsyncClient, key: str, each: Row, market: Market) -> httpx.Response:
    """The row's request, as sent by that browser."""
    names = {**market.names, "key": str(uuid4())}
    method, path = address(key, each, names)
    return await browser.request(
        method,
        path,
        data=filled(each.form, names),
        json=filled(each.json, names),
        files=each.files,
        headers=filled(each.headers, names),
    )


def letter(answer: httpx.Response) -> str:
    """The answer in the letters of the table."""
    if answer.status_code == 401 or answer.headers.get("location", "").startswith("/dang-nhap?"):
        return "?"
    if answer.status_code < 400:
        return "o"
    return {403: "x", 404: "-"}.get(answer.status_code, "~" if answer.status_code in LET_IN else str(answer.status_code))


def leaks(answer: httpx.Response, kind: str, market: Market, asked: str = "") -> list[str]:
    """The planted words in the answer that are not for this kind, but for those in the address that was asked for."""
    said = answer.text + str(answer.headers)
    return [word for word, readers in market.words.items() if kind not in readers and word not in asked and is_told(word, said)]


def is_told(word: str, said: str) -> bool:
    """Whether this is said: a number as a number of its own, for ids and codes drawn by chance may spell any digits."""
    if word not in said:
        return False
    return not word[0].isdigit() or re.search(rf"(?<![0-9A-Za-z]){re.escape(word)}(?![0-9A-Za-z])", said) is not None


def careless(answer: httpx.Response) -> list[str]:
    """What no answer may do, whoever asked: lead to another site, be guessed at, be kept, or hand out a readable cookie."""
    wrong = []
    headers, kind = answer.headers, answer.headers.get("content-type", "")
    away = headers.get("location", "/")
    if not away.startswith("/") or away.startswith(("//", "/\\")):
        wrong.append(f"leads away: {away}")
    if headers.get("x-content-type-options") != "nosniff" or "content-security-policy" not in headers:
        wrong.append("bare of headers")
    if "session=" in answer.request.headers.get("cookie", "") and not answer.request.url.path.startswith("/static/"):
        kept = headers.get("cache-control", "")
        if "no-store" not in kept and "private" not in kept and "immutable" not in kept:
            wrong.append(f"may be kept: {kept!r}")
    if answer.request.url.path.startswith("/api/") and answer.status_code >= 400 and kind != "application/problem+json":
        wrong.append(f"no problem document: {kind}")
    wrong += [f"readable cookie: {each}" for each in headers.get_list("set-cookie") if "httponly" not in each.lower()]
    wrong += [f"cookie for other sites: {each}" for each in headers.get_list("set-cookie") if "samesite" not in each.lower()]
    return wrong

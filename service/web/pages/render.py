"""Templates, and the one place that knows how htmx asks: a whole page, or only the piece of it that changes.

Each language has its own environment in which every `_("…")` with a constant is replaced by its translation when the template
is compiled, so that a page pays nothing for speaking (a run-time look-up costs 4 µs a string; a search page has a hundred).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes
from markupsafe import Markup
from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import HTMLResponse

from service.core import formats, i18n
from service.web.pages import strips

TEMPLATES = Path(__file__).parents[3] / "templates"
STATIC = Path(__file__).parents[1] / "static"
MOST_REMEMBERED = 400  # Pieces of a few kilobytes each.
_drawn: dict[tuple[str, str, Hashable], Markup] = {}
FULL_PAGE = {"Vary": "HX-Request, Accept-Language, Cookie"}


class Speaking(Environment):
    """An environment that speaks one language; constant messages are translated while the template is compiled."""

    language: str

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        template = super()._parse(source, name, filename)
        gettext = i18n.translations(self.language).gettext
        for parent in [template, *template.find_all(nodes.Node)]:
            for field, value in list(parent.iter_fields()):
                if isinstance(value, list):
                    value[:] = [_folded(item, gettext) for item in value]
                else:
                    setattr(parent, field, _folded(value, gettext))
        return template


def _folded(item: Any, gettext: Callable[[str], str]) -> Any:
    """A call `_("constant")` as the translated constant; one with named places keeps only the filling for run time."""
    if not (isinstance(item, nodes.Call) and isinstance(item.node, nodes.Name) and item.node.name == "_" and item.args):
        return item
    message = item.args[0]
    if not (isinstance(message, nodes.Const) and isinstance(message.value, str)):
        return item
    translated = nodes.Const(gettext(message.value), lineno=item.lineno)
    if not item.kwargs:
        return translated
    item.node.name = "_filled"
    item.args[0] = translated
    return item


def _filled(message: str, **values: Any) -> str:
    return message % values


@cache
def environment(language: str) -> Environment:
    """The templates in one language, compiled once per process."""
    env = Speaking(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"], auto_reload=False, cache_size=-1,
    )  # fmt: skip
    env.language = language
    words = i18n.translations(language)
    env.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined] # By the i18n extension.
    env.globals.update(
        _=i18n._, _filled=_filled, ngettext=i18n.ngettext, language=language, languages=i18n.LANGUAGES,
        static=static, season_picture=strips.season_picture, asked_picture=strips.asked_picture,
        season_words=strips.season_words, month_name=strips.month_name,
    )  # fmt: skip
    env.filters.update(
        vnd=formats.vnd, kg=formats.kg, grams=formats.grams, day=formats.day, month=formats.month, number=formats.number,
        phone=formats.phone, percent=formats.percent, moment=formats.moment,
    )  # fmt: skip
    return env


@cache
def static(name: str) -> str:
    """The address of a file of ours, with its digest, so that browsers may keep it for a year."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def wants_fragment(request: Request) -> bool:
    """Whether htmx asks for a piece of the page only (a boosted or restored whole page does not)."""
    return (
        request.headers.get("hx-request") == "true"
        and request.headers.get("hx-request-type", "partial") == "partial"
        and request.headers.get("hx-history-restore-request") != "true"
    )


def render(template: str, context: dict[str, Any]) -> str:
    """The template in the reader's language, with explicit values; a missing one is an error, not a blank."""
    return environment(i18n.locale()).get_template(template).render(context)


def remembered(template: str, key: Hashable, context: Callable[[], dict[str, Any]]) -> Markup:
    """A piece of a page that depends on nothing but the key and the language, drawn once for all who come with the same key.

    The key holds what was read from the database a moment ago, whole. So nothing here can be out of date: what has changed has
    another key, and what nobody asks for any more makes room. `context` is only called where there is something to draw.
    """
    place = (template, i18n.locale(), key)
    piece = _drawn.get(place)
    if piece is None:
        piece = Markup(render(template, context()))  # noqa: S704 - a template's own output, escaped there.
        if len(_drawn) >= MOST_REMEMBERED:
            del _drawn[next(iter(_drawn))]
        _drawn[place] = piece
    return piece


def html(text: str, status: int = 200, headers: dict[str, str] | None = None) -> HTMLResponse:
    """An answer that says by what it varies."""
    return HTMLResponse(text, status, headers={**FULL_PAGE, **(headers or {})})


def in_each_language(request: Request) -> dict[str, str]:
    """The present address in each language, for the switch. Every page asks for it, so it is put together by hand."""
    path = quote(request.scope["path"])
    query = request.scope["query_string"].decode("latin-1")
    if "lang=" in query:
        query = "&".join(part for part in query.split("&") if not part.startswith("lang="))
    kept = f"{path}?{query}&lang=" if query else f"{path}?lang="
    return {language: kept + language for language in i18n.LANGUAGES}


def here(request: Request, **changes: str | None) -> str:
    """The present address with some of its parameters changed (None takes one away): for language links and pagers."""
    url = URL(scope=request.scope)
    for key, value in changes.items():
        url = url.remove_query_params(key) if value is None else url.include_query_params(**{key: value})
    return f"{url.path}?{url.query}" if url.query else url.path

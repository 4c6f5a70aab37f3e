"""What the pages of a floor have in common: how their forms are read, their version, and the frame they are shown in."""

from __future__ import annotations

from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.responses import Response

from service import fairs
from service.accounts import Actor
from service.core.errors import Conflict, Invalid
from service.core.inputs import Input
from service.web.deps import PageMaker
from service.web.pages import forms

InputT = TypeVar("InputT", bound=BaseModel)
OF_ALL = ("chosen", "codes", "form")
MOST_FIELDS = 5000  # Every booth of the largest hall may be ticked.


class Nothing(Input):
    """A form that only says what to do."""


def home(slug: str) -> str:
    """Where the floor of a fair is drawn."""
    return f"{base(slug)}/mat-bang"


def base(slug: str) -> str:
    """Where the organiser's pages of a fair begin."""
    return f"/ban-to-chuc/hoi-cho/{slug}"


async def posted(request: Request) -> FormData:
    """The form as it came in."""
    return await request.form(max_fields=MOST_FIELDS, max_files=0)


async def heard(request: Request, model: type[BaseModel] = Nothing) -> forms.Form[Any]:
    """The form read into the model; a thing that is new comes with an empty id, which is as if it had none."""
    return forms.understand(without_empty(await posted(request), "id"), model)


def without_empty(data: FormData, name: str) -> FormData:
    """The form without a field that was left empty."""
    return FormData([(key, value) for key, value in data.multi_items() if key != name or value != ""])


def told(refusal: Invalid | Conflict, prefix: str = "") -> dict[str, str]:
    """What a refusal says, field by field; what is about no field of the form stands on top of it."""
    wrong = refusal.errors if isinstance(refusal, Invalid) else {}
    named = {name if name in OF_ALL else f"{prefix}{name}": said for name, said in wrong.items() if "." not in name}
    return named or {"form": refusal.message}


def part_of(data: FormData, prefix: str, model: type[InputT]) -> forms.Form[InputT]:
    """The fields of one piece of a large form: those whose names begin so."""
    own = FormData([(key.removeprefix(prefix), value) for key, value in data.multi_items() if key.startswith(prefix)])
    form = forms.understand(own, model)
    form.errors = {f"{prefix}{name}" if name != "form" else name: said for name, said in form.errors.items()}
    form.typed = {key: value for key, value in data.items() if isinstance(value, str)}
    return form


def version_of(form: forms.Form[Any]) -> int:
    """The version of the floor that was looked at; something else matches none."""
    typed = form.typed.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1


async def floor_page(
    page: PageMaker, session: AsyncSession, me: Actor, slug: str, template: str, *, status: int = 200, **context: Any
) -> Response:
    """A page of the floor under the head of its fair."""
    fair = await fairs.own_head(session, slug, me)
    return page.show(template, status=status, f=fair, words=fairs.layouts, home=home(slug), **context)

"""Protected names for programs (V8): what each protects, and who may use it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from service import catalogue
from service.web.api import problems
from service.web.api.shapes import Out, Parameters
from service.web.deps import Acting, Reader, Session

SCOPE = "marks"
router = APIRouter(tags=["marks"])


class MarkOut(Out):
    """A geographical indication, collective mark or certification mark."""

    slug: str
    name: str
    kind: str
    number: str | None
    decision: str | None
    decided_on: date | None
    manager: str | None
    area: str | None = Field(description="As the decision says it, often in former names.")
    commune_codes: list[str] = Field(description="The communes of today that the area lies in; empty: not known.")
    commodity: str | None = Field(validation_alias="commodity_slug")
    source: str | None
    users: int


class MarkUserOut(Out):
    """A supplier on the list of a name."""

    slug: str
    name: str
    commune_code: str | None
    since: date | None
    decision: str | None
    in_area: bool = Field(description="Whether its place lies in the area; if not, none of its products shows the name.")


class MarksOut(Out):
    """Every protected name."""

    items: list[MarkOut]
    total: int


class MarkUsersOut(Out):
    """A page of the users of a name, in dictionary order."""

    items: list[MarkUserOut]
    next: str | None


class UsersParameters(Parameters):
    """What the list of users may be asked."""

    cursor: str | None = Field(default=None, max_length=400)
    limit: int = Field(default=50, ge=1, le=100)


@router.get("/marks")
async def marks(asked: Annotated[Parameters, Query()], reader: Reader) -> MarksOut:  # noqa: ARG001 - it refuses unknown parameters.
    """Every protected name."""
    items = [MarkOut.model_validate(each) for each in await catalogue.protected_names(reader)]
    return MarksOut(items=items, total=len(items))


@router.get("/marks/{slug}")
async def mark(slug: str, reader: Reader) -> MarkOut:
    """One protected name."""
    return MarkOut.model_validate(await catalogue.protected_name(reader, slug))


@router.get("/marks/{slug}/users")
async def users(slug: str, asked: Annotated[UsersParameters, Query()], reader: Reader) -> MarkUsersOut:
    """The published suppliers that may use the name."""
    shown = await catalogue.protected_name(reader, slug)
    found, further = await catalogue.mark_users(reader, shown, cursor=asked.cursor, limit=asked.limit)
    items = [
        MarkUserOut(
            slug=each.slug, name=each.name, commune_code=each.commune_code, since=each.since, decision=each.decision,
            in_area=not each.obstacles,
        )
        for each in found
    ]  # fmt: skip
    return MarkUsersOut(items=items, next=further)


@router.post("/marks/{slug}/users", status_code=204, responses=problems.described(401, 403))
async def allow(slug: str, said: catalogue.MarkUserInput, me: Acting, session: Session) -> Response:
    """Enter a supplier on the list, or correct since when and by which decision. For officers."""
    await catalogue.allow_mark_by_name(session, me, slug, said)
    return Response(status_code=204)

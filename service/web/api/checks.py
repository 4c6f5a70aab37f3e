"""Field checks for programs (V11): the rounds with everything that it takes to draw them again, and drawing a new one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from service import catalogue
from service.web.api import problems
from service.web.api.shapes import Out, Parameters
from service.web.deps import Acting, Reader, Session

SCOPE = "checks"
router = APIRouter(tags=["checks"])


class RoundOut(Out):
    """A drawing of lots."""

    code: str
    recipe: str = Field(description="How lots are drawn from seed and list; the page /kiem-tra tells it in words.")
    seed: str
    wanted: int
    digest: str = Field(description="SHA-256 of the list: a line “id weight” for each candidate, in the order of ids.")
    area: list[str] = Field(description="Codes of provinces and communes; empty means everywhere.")
    drawn_at: datetime
    office: str | None
    candidates: int
    drawn: int
    done: int


class CandidateOut(Out):
    """A supplier on the list."""

    id: UUID
    slug: str
    name: str
    weight: int
    place: int | None = Field(description="When it was drawn, from 1; null: it was not.")
    visited_on: date | None
    finding: str | None = Field(description="passed, to_mend or failed; null while nobody has been there.")


class RoundWithList(RoundOut):
    """A round with its published list, those drawn first."""

    items: list[CandidateOut]


class RoundsOut(Out):
    """A page of rounds, newest first."""

    items: list[RoundOut]
    next: str | None


class RoundsParameters(Parameters):
    """What the list of rounds may be asked."""

    cursor: str | None = Field(default=None, max_length=200)
    limit: int = Field(default=20, ge=1, le=100)


@router.get("/checks")
async def rounds(asked: Annotated[RoundsParameters, Query()], reader: Reader) -> RoundsOut:
    """The rounds of field checks, newest first."""
    found, further = await catalogue.check_rounds(reader, asked.cursor, asked.limit)
    return RoundsOut(items=[RoundOut.model_validate(each) for each in found], next=further)


@router.get("/checks/{code}")
async def one_round(code: str, reader: Reader) -> RoundWithList:
    """One round: seed, list with weights, and who was drawn."""
    shown, listed = await catalogue.check_round(reader, code)
    return _with_list(shown, listed)


@router.post("/checks", status_code=201, responses=problems.described(401, 403))
async def draw(asked: catalogue.RoundInput, me: Acting, session: Session, key: UUID | None = None) -> RoundWithList:
    """Draw which suppliers are visited next. For officers; the same `key` again gives the round that it has drawn."""
    drawn = await catalogue.draw_checks(session, me, asked, key=key)
    return _with_list(*await catalogue.round_in(session, drawn.code))


def _with_list(shown: catalogue.RoundView, listed: list[catalogue.CandidateView]) -> RoundWithList:
    said = RoundOut.model_validate(shown).model_dump()
    return RoundWithList(**said, items=[CandidateOut.model_validate(each) for each in listed])

"""The floor of a fair for programs of its organiser: read whole, handed in whole."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from service import fairs
from service.web.api import problems
from service.web.api.shapes import Out
from service.web.deps import Acting, Session, Signed

router = APIRouter(tags=["fairs"])
SCOPE = "fairs"
READS = problems.described(401, 403, 404)
WRITES = problems.described(401, 403, 404, 409)


class BoothClassOut(Out):
    """A class of booths."""

    id: UUID
    code: str
    name: str
    name_en: str | None
    kind: str = Field(description="standard, corner, raw or outdoor.")
    width: float = Field(description="Metres.")
    depth: float
    price_vnd: int = Field(description="Whole đồng for the whole fair.")
    price_by: str = Field(description="booth or m2: what the price is for.")


class ZoneOut(Out):
    """A zone or a pavilion."""

    id: UUID
    code: str
    name: str
    name_en: str | None
    kind: str = Field(description="zone or pavilion.")
    province_code: str | None
    goods: str = Field(description="any, food or other.")
    smell: bool = Field(description="Whether strong smells are let in.")
    about: str | None


class BoothOut(Out):
    """A booth; places are metres from the left upper corner of its hall."""

    id: UUID
    code: str
    class_code: str
    x: float
    y: float
    width: float | None
    depth: float | None
    zone: str | None
    power: str = Field(description="none, single or three phases.")
    water: bool
    cold: bool
    price_vnd: int | None = Field(description="Null where the price of the class holds.")
    first_come: bool
    closed: str | None = Field(description="Why it is given to nobody.")
    part_of: str | None = Field(description="The code of the booth it is combined into.")


class ThingOut(Out):
    """What else stands or stays free on the floor."""

    id: UUID
    kind: str = Field(description="aisle, entrance, pillar, wall or stage.")
    label: str | None
    x: float
    y: float
    width: float
    depth: float


class HallFloorOut(Out):
    """A hall with what stands in it."""

    id: UUID
    name: str
    width: float | None = Field(description="Null until the hall is drawn.")
    depth: float | None
    outdoor: bool
    booths: list[BoothOut]
    things: list[ThingOut]


class FaultOut(Out):
    """One thing that is wrong with the floor."""

    hall_id: UUID
    kind: str
    words: str
    booth: str | None
    others: list[str]


class FloorOut(Out):
    """The whole floor, its version, and what is wrong with it."""

    version: int
    classes: list[BoothClassOut]
    zones: list[ZoneOut]
    halls: list[HallFloorOut]
    faults: list[FaultOut]


class FloorIn(fairs.layouts.FloorDraft):
    """A whole floor; things without an id are known by their codes, halls by their names."""

    version: int | None = Field(
        default=None, ge=0, le=2**31 - 1, description="The one that was read; without it the last word holds."
    )


@router.get("/fairs/{slug}/floor", responses=READS)
async def read_floor(slug: str, me: Signed, session: Session) -> FloorOut:
    """The floor of the organiser's own fair."""
    return await _floor(slug, me, session)


@router.put("/fairs/{slug}/floor", responses=WRITES)
async def put_floor(slug: str, body: FloorIn, me: Acting, session: Session) -> FloorOut:
    """Make the floor what the body says. The same again changes nothing; a booth that somebody has is not taken from her."""
    draft = fairs.layouts.FloorDraft(classes=body.classes, zones=body.zones, halls=body.halls)
    await fairs.layouts.lay_out(session, me, slug, draft, version=body.version)
    return await _floor(slug, me, session)


async def _floor(slug: str, me: Signed, session: Session) -> FloorOut:
    desk = await fairs.layouts.desk(session, slug, me)
    found = fairs.layouts.faults(fairs.layouts.floor_of(desk.fair_id, desk.draft))
    return FloorOut(
        version=desk.version,
        classes=[BoothClassOut.model_validate(each) for each in desk.draft.classes],
        zones=[ZoneOut.model_validate(each) for each in desk.draft.zones],
        halls=[HallFloorOut.model_validate(each) for each in desk.draft.halls],
        faults=[FaultOut.model_validate(each) for each in found],
    )

"""The allocation of booths: for its organiser asked, read, changed by hand and published; for everybody the public plan."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi import Path as InPath
from pydantic import BaseModel, Field, ValidationError

from service import fairs
from service.core.errors import Invalid
from service.core.i18n import _
from service.core.inputs import Text
from service.web.api import problems
from service.web.api.shapes import Out, Parameters
from service.web.deps import Acting, Me, Session, Signed
from service.web.pages.forms import words_for_all

plans = fairs.plans
router = APIRouter(tags=["fairs"])
SCOPE = "fairs"
InputT = TypeVar("InputT", bound=BaseModel)
OPEN = problems.described(404)
READS = problems.described(401, 403, 404)
WRITES = problems.described(401, 403, 404, 409)
Number = Annotated[int, InPath(ge=1, le=2**31 - 1)]
Slug = Annotated[Text, InPath(max_length=120)]


class AskIn(Parameters):
    """How booths are to be given out."""

    key: UUID | None = Field(None, description="The same again is the same question.")
    order: list[plans.Level] = Field(default=list(plans.USUAL_ORDER), description="What matters, the most important first.")
    groups: Literal["spread", "cluster", "free"] = Field("spread", description="What is wished of like goods.")
    quota_by: Literal["none", "old_district", "province"] = "none"
    quota_booths: int | None = Field(None, ge=1, le=10_000, description="At most so many booths for each of them.")
    waiting_too: bool = Field(default=False, description="Those on the waiting list as well, after all who are accepted.")
    near_published: bool = True
    locks_of: int | None = Field(None, ge=1, le=2**31 - 1, description="The number of the version whose locked booths stay.")
    seed: int | None = Field(None, ge=0, le=2**31 - 1, description="The same seed for the same fair gives the same plan.")
    seconds: Literal[10, 30, 60, 120, 300] = 60


class StepsIn(Parameters):
    """Changes by hand: move|APPLICATION|A1,A2 · out|APPLICATION · swap|APPLICATION|APPLICATION · lock|… · free|…."""

    steps: list[Annotated[Text, Field(max_length=200)]] = Field(default_factory=list, max_length=100)


class KeepIn(StepsIn):
    """The changes to keep."""

    key: UUID | None = None
    newest: int = Field(ge=1, le=2**31 - 1, description="The newest version that is known; where there is a newer one, 409.")


class PublishIn(Parameters):
    """Which version of the plan was read."""

    version: int = Field(ge=1, le=2**31 - 1)
    although_old: bool = Field(default=False, description="Publish although the fair has changed since.")


class PlansPage(Parameters):
    """Where the list of versions goes on."""

    before: int | None = Field(None, ge=1, le=2**31 - 1, description="Only versions with a smaller number.")


class LevelOut(Out):
    """How good a version is at one level."""

    level: plans.Level
    value: int
    bound: int
    proven: bool


class PlanOut(Out):
    """A version."""

    number: int
    state: plans.PlanState
    based_on: int | None
    by_hand: bool
    status: str = Field(description="optimal, feasible, stopped or hand; empty before there is a plan.")
    proof: str
    levels: list[LevelOut]
    placed: int
    parties: int
    seed: int
    seconds: int
    stale: bool | None = Field(description="Whether the fair has changed since.")
    reason: str | None = Field(validation_alias="why")
    progress: dict[str, Any]
    version: int
    created_at: datetime
    found_at: datetime | None
    published_at: datetime | None


class PlansOut(Out):
    """The versions of a fair, the newest first."""

    items: list[PlanOut] = Field(validation_alias="lines")
    next: int | None


class PartyOut(Out):
    """Who was looked at, with booths or the reason why there is none."""

    application: str = Field(validation_alias="code")
    name: str
    waiting: bool
    place: int | None
    booths: list[str]
    before: list[str] = Field(description="Its booths in the published plan.")
    change: str = Field(validation_alias="kind", description="new, moved, out, same or none, against the published plan.")
    locked: bool
    refusal: str
    unmet: list[str]


class SinceOut(Out):
    """What has changed at the fair since a version was made."""

    withdrawn: list[str]
    joined: list[str]
    changed: list[str]
    lost: list[str]
    gained: list[str]
    altered: list[str]
    order: bool
    floor: bool


class OnePlanOut(PlanOut):
    """One version in full."""

    published_number: int | None
    since: SinceOut
    items: list[PartyOut]


class JudgedOut(Out):
    """What changes by hand would mean; nothing is kept."""

    number: int
    newest: int
    broken: list[str]
    booths: dict[str, list[str]] = Field(description="Application to booths after the changes.")
    locked: list[str]
    gone: list[str]


class StayOut(Out):
    """A booth, and when somebody is there."""

    booth: str
    hall: str
    first_day: date
    last_day: date


class ProductOut(Out):
    """A product that is brought."""

    name: str
    href: str


class ExhibitorOut(Out):
    """Somebody who has booths at the fair."""

    name: str
    href: str | None
    province_code: str | None
    commodity: str | None
    goods: str
    stays: list[StayOut]
    products: list[ProductOut]
    illustrative: bool


class ExhibitorsOut(Out):
    """A page of exhibitors by name."""

    items: list[ExhibitorOut]
    total: int
    next: str | None


class ExhibitorsPage(Parameters):
    """Which exhibitors."""

    q: str | None = Field(None, max_length=100)
    province: str | None = Field(None, max_length=10)
    commodity: str | None = Field(None, max_length=60)
    cursor: str | None = Field(None, max_length=300)


class BoothOut(Out):
    """A booth of the public plan. `state`: taken, held, closed, first_come or free."""

    code: str
    class_code: str
    zone: str | None
    x: float
    y: float
    width: float
    depth: float
    state: str
    exhibitors: list[str]


class PublicHallOut(Out):
    """A hall of the public plan, in metres."""

    name: str
    width: float
    depth: float
    outdoor: bool
    booths: list[BoothOut]


class PublicPlanOut(Out):
    """The floor with who stands where."""

    halls: list[PublicHallOut]


@router.get("/fairs/{slug}/plans", responses=READS)
async def list_plans(slug: Slug, me: Signed, session: Session, asked: Annotated[PlansPage, Query()]) -> PlansOut:
    """The versions of a fair of the caller's own."""
    return PlansOut.model_validate(await plans.plan_list(session, slug, me, before=asked.before))


@router.post("/fairs/{slug}/plans", status_code=202, responses=WRITES)
async def ask_plan(slug: Slug, me: Acting, session: Session, body: AskIn) -> PlanOut:
    """Have the booths given out; the answer comes later, under the number that is given back."""
    wish = _checked(plans.PlanWish, body.model_dump(exclude={"key"}))
    made = await plans.ask_plan(session, me, slug, wish, key=body.key)
    return PlanOut.model_validate(await plans.plan_line(session, slug, me, made.number))


@router.get("/fairs/{slug}/plans/{number}", responses=READS)
async def one_plan(
    slug: Slug,
    number: Number,
    me: Signed,
    session: Session,
    asked: Annotated[Parameters, Query()],  # noqa: ARG001 - it refuses unknown parameters.
) -> OnePlanOut:
    """One version with everybody who was looked at, and the reasons."""
    found = await plans.plan_page(session, slug, me, number)
    return OnePlanOut(
        **PlanOut.model_validate(found.line).model_dump(by_alias=False) | {"why": found.line.why},
        published_number=found.published, since=SinceOut.model_validate(found.since),
        items=[PartyOut.model_validate(each) for each in found.parties],
    )  # fmt: skip


@router.post("/fairs/{slug}/plans/{number}/stop", responses=WRITES)
async def stop_plan(slug: Slug, number: Number, me: Acting, session: Session) -> PlanOut:
    """Stop looking; the best so far is kept."""
    await plans.stop_plan(session, me, slug, number)
    return PlanOut.model_validate(await plans.plan_line(session, slug, me, number))


@router.post("/fairs/{slug}/plans/{number}/judged", responses=WRITES)
async def judge(slug: Slug, number: Number, me: Signed, session: Session, body: StepsIn) -> JudgedOut:
    """Hold changes by hand against the rules. Nothing is kept."""
    judged = await plans.judge_by_hand(session, me, slug, number, body.steps)
    frozen, names = judged.frozen, judged.frozen.names
    stands = judged.board.booths.items()
    return JudgedOut(
        number=judged.number, newest=judged.newest, broken=[plans.words.violation(each, names) for each in judged.broken],
        booths={frozen.parties[party].code: [frozen.code(booth) for booth in those] for party, those in stands},
        locked=sorted(frozen.parties[party].code for party in judged.board.locked), gone=list(judged.gone),
    )  # fmt: skip


@router.post("/fairs/{slug}/plans/{number}/changed", status_code=201, responses=WRITES)
async def keep(slug: Slug, number: Number, me: Acting, session: Session, body: KeepIn) -> PlanOut:
    """Keep changes by hand as a version of their own."""
    kept = _checked(plans.HandKeep, body.model_dump(exclude={"key"}))
    made = await plans.keep_by_hand(session, me, slug, number, kept, key=body.key)
    return PlanOut.model_validate(await plans.plan_line(session, slug, me, made.number))


@router.put("/fairs/{slug}/plans/{number}/published", responses=WRITES)
async def publish(slug: Slug, number: Number, me: Acting, session: Session, body: PublishIn) -> PlanOut:
    """Let everybody see a version, in place of the one before."""
    await plans.publish_plan(session, me, slug, number, _checked(plans.PlanPublish, body.model_dump()))
    return PlanOut.model_validate(await plans.plan_line(session, slug, me, number))


@router.get("/fairs/{slug}/exhibitors", responses=OPEN)
async def list_exhibitors(slug: Slug, me: Me, session: Session, asked: Annotated[ExhibitorsPage, Query()]) -> ExhibitorsOut:
    """Who exhibits at a fair, by name."""
    search = _checked(plans.ExhibitorSearch, asked.model_dump(exclude_none=True))
    return ExhibitorsOut.model_validate(await plans.exhibitors(session, slug, me, search))


@router.get("/fairs/{slug}/floor-plan", responses=OPEN)
async def floor_plan(slug: Slug, me: Me, session: Session, asked: Annotated[Parameters, Query()]) -> PublicPlanOut:  # noqa: ARG001 - it refuses unknown parameters.
    """The halls with who stands where; empty until there is anything for everybody."""
    found = await plans.public_plan(session, slug, me)
    if not found.shown:
        return PublicPlanOut(halls=[])
    return PublicPlanOut(
        halls=[
            PublicHallOut(
                name=hall.name, width=hall.width, depth=hall.depth, outdoor=hall.outdoor,
                booths=[_booth(found, spot) for spot in hall.booths],
            )
            for hall in found.floor.halls
        ]
    )  # fmt: skip


def _booth(found: plans.PublicPlan, spot: fairs.layouts.Spot) -> BoothOut:
    there = found.holders.get(spot.id, ())
    empty = (
        "closed"
        if spot.closed is not None
        else "held"
        if spot.id in found.held
        else "first_come"
        if spot.first_come
        else "free"
    )
    return BoothOut(
        code=spot.code, class_code=spot.class_code, zone=spot.zone, x=spot.x, y=spot.y, width=spot.width, depth=spot.depth,
        state="taken" if there else empty, exhibitors=[each.name for each in there],
    )  # fmt: skip


def _checked(model: type[InputT], values: dict[str, Any]) -> InputT:
    try:
        return model.model_validate(values)
    except ValidationError as wrong:
        message = _("Có tham số chưa đúng; xem từng mục trong “errors”.")
        raise Invalid(message, words_for_all(wrong.errors(include_url=False))) from wrong

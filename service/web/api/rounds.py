"""Matching rounds for programs: rounds, what is brought to them, clearings and proposals, each for the caller's own side."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi import Path as InPath
from pydantic import BaseModel, ValidationError
from starlette.responses import Response

from service import matching
from service.core.errors import Invalid
from service.core.i18n import _
from service.core.inputs import Text
from service.web.api import problems
from service.web.api.round_shapes import (
    BringIn,
    BroughtOut,
    ChangedRoundIn,
    ClearIn,
    ClearingOut,
    ClearingsOut,
    FieldIn,
    FieldOut,
    InvitedOut,
    JoinedOut,
    JoinIn,
    Kilograms,
    NewRoundIn,
    OneRoundOut,
    Page,
    ProposalOut,
    ProposalsOut,
    PublishIn,
    RoundIn,
    RoundOut,
    RoundsOut,
    ShareOut,
    SharesOut,
    StateIn,
    TakeOverIn,
    WishIn,
    WishOut,
)
from service.web.api.shapes import Parameters, ReasonOut
from service.web.deps import Acting, Me, Session, Signed
from service.web.pages.forms import words_for_all

rounds = matching.rounds
router = APIRouter(tags=["rounds"])
SCOPE = "requests"
InputT = TypeVar("InputT", bound=BaseModel)
OPEN = problems.described(401)
READS = problems.described(401, 403, 404)
WRITES = problems.described(401, 403, 404, 409)
Number = Annotated[int, InPath(ge=1, le=2**31 - 1)]
Code = Annotated[Text, InPath(max_length=40)]


@router.get("/rounds", responses=OPEN)
async def list_rounds(me: Me, session: Session, asked: Annotated[Page, Query()]) -> RoundsOut:
    """Every round that the caller may know of, the latest first."""
    found = await rounds.round_list(session, me, asked.cursor)
    return RoundsOut(items=[RoundOut.model_validate(each) for each in found.items], next=found.next)


@router.post("/rounds", status_code=201, responses=WRITES)
async def open_round(me: Acting, session: Session, body: NewRoundIn) -> OneRoundOut:
    """Prepare a round, as a draft that its organiser alone sees."""
    made = await rounds.open_round(session, me, _draft(body, {"key"}), key=body.key)
    return await _one(session, made.code, me)


@router.get("/rounds/{code}", responses=problems.described(401, 404))
async def one_round(code: Code, me: Me, session: Session, asked: Annotated[Parameters, Query()]) -> OneRoundOut:  # noqa: ARG001 - it refuses unknown parameters.
    """One round with the questions that it asks."""
    return await _one(session, code, me)


@router.put("/rounds/{code}", responses=WRITES)
async def revise_round(code: Code, me: Acting, session: Session, body: ChangedRoundIn) -> OneRoundOut:
    """Change what a round says of itself."""
    await rounds.revise_round(session, me, code, _draft(body, {"version"}), version=body.version)
    return await _one(session, code, me)


@router.put("/rounds/{code}/state", responses=WRITES)
async def move_round(code: Code, me: Acting, session: Session, body: StateIn) -> OneRoundOut:
    """Open a round for both sides, take it back to collecting, or end it."""
    await rounds.move_round(session, me, code, body.state, version=body.version)
    return await _one(session, code, me)


@router.post("/rounds/{code}/fields", status_code=201, responses=WRITES)
async def add_field(code: Code, me: Acting, session: Session, body: FieldIn) -> OneRoundOut:
    """Ask one more question of every request."""
    await rounds.add_field(session, me, code, _checked(rounds.FieldDraft, body.model_dump()))
    return await _one(session, code, me)


@router.delete("/rounds/{code}/fields/{name}", status_code=204, response_class=Response, responses=WRITES)
async def remove_field(code: Code, name: Annotated[str, InPath(max_length=60)], me: Acting, session: Session) -> Response:
    """Ask it no more."""
    await rounds.remove_field(session, me, code, name)
    return Response(status_code=204)


@router.put("/rounds/{code}/requests", responses=WRITES)
async def bring_request(code: Code, me: Acting, session: Session, body: BringIn) -> BroughtOut:
    """Bring a request of the caller's own to a round; again: its answers anew."""
    request = await rounds.bring_request(session, me, code, body.request, body.extra)
    return BroughtOut(request=request.code, round=code.upper(), extra=request.extra)


@router.delete("/rounds/{code}/requests/{request}", status_code=204, response_class=Response, responses=WRITES)
async def take_back_request(code: Code, request: Code, me: Acting, session: Session) -> Response:
    """Take a request of the caller's own out of a round."""
    await rounds.take_back_request(session, me, code, request)
    return Response(status_code=204)


@router.put("/rounds/{code}/supplier", responses=WRITES)
async def join(code: Code, me: Acting, session: Session, body: JoinIn) -> JoinedOut:
    """Take part with these products, in place of those before."""
    found = await rounds.join(session, me, code, _checked(rounds.Joining, body.model_dump()))
    return JoinedOut(round=code.upper(), products=len(found))


@router.delete("/rounds/{code}/supplier", status_code=204, response_class=Response, responses=WRITES)
async def leave(code: Code, me: Acting, session: Session) -> Response:
    """Take part no more."""
    await rounds.leave(session, me, code)
    return Response(status_code=204)


@router.post("/rounds/{code}/taken-over", responses=WRITES)
async def take_over(code: Code, me: Acting, session: Session, body: TakeOverIn) -> OneRoundOut:
    """Let the suppliers of an earlier round take part as well."""
    await rounds.take_over(session, me, code, body.earlier)
    return await _one(session, code, me)


@router.get("/rounds/{code}/clearings", responses=READS)
async def list_clearings(code: Code, me: Signed, session: Session, asked: Annotated[Parameters, Query()]) -> ClearingsOut:  # noqa: ARG001 - it refuses unknown parameters.
    """Every clearing of a round, for its organiser and officers."""
    view = await rounds.round_to_run(session, code, me)
    found = await rounds.clearing_list(session, view)
    return ClearingsOut(items=[ClearingOut.model_validate(each) for each in found])


@router.post("/rounds/{code}/clearings", status_code=202, responses=WRITES)
async def clear(code: Code, me: Acting, session: Session, body: ClearIn) -> ClearingOut:
    """Have the round cleared by the worker; what has not changed since is not worked out again."""
    made = await rounds.ask_clearing(session, me, code, _checked(rounds.ClearingWish, body.model_dump()))
    view = await rounds.round_to_run(session, code, me)
    return ClearingOut.model_validate(await rounds.clearing_page(session, view, made.number))


@router.get("/rounds/{code}/clearings/{number}", responses=READS)
async def one_clearing(
    code: Code,
    number: Number,
    me: Signed,
    session: Session,
    asked: Annotated[Parameters, Query()],  # noqa: ARG001 - it refuses unknown parameters.
) -> ClearingOut:
    """One clearing: how far it is, or what came out of it, with its proof and the trade-offs."""
    view = await rounds.round_to_run(session, code, me)
    return ClearingOut.model_validate(await rounds.clearing_page(session, view, number))


@router.get("/rounds/{code}/clearings/{number}/requests", responses=READS)
async def clearing_requests(
    code: Code, number: Number, me: Signed, session: Session, asked: Annotated[Page, Query()]
) -> SharesOut:
    """What each request got and why not more, those that got least of what they ask for first."""
    view = await rounds.round_to_run(session, code, me)
    found = await rounds.clearing_needs(session, await rounds.clearing_page(session, view, number), asked.cursor)
    items = [
        ShareOut(of=each.code, name=each.title, wanted_kg=each.asked_kg, given_kg=each.given_kg, reasons=each.reasons)
        for each in found.items
    ]
    return SharesOut(items=items, next=found.next, total=found.total)


@router.get("/rounds/{code}/clearings/{number}/suppliers", responses=READS)
async def clearing_suppliers(
    code: Code, number: Number, me: Signed, session: Session, asked: Annotated[Page, Query()]
) -> SharesOut:
    """What each supplier got and why nothing, those that got least first."""
    view = await rounds.round_to_run(session, code, me)
    found = await rounds.clearing_suppliers(session, await rounds.clearing_page(session, view, number), asked.cursor)
    items = [
        ShareOut(of=each.slug, name=each.name, wanted_kg=each.free_kg, given_kg=each.given_kg, reasons=each.reasons)
        for each in found.items
    ]
    return SharesOut(items=items, next=found.next, total=found.total)


@router.delete("/rounds/{code}/clearings/{number}", status_code=204, response_class=Response, responses=WRITES)
async def stop_clearing(code: Code, number: Number, me: Acting, session: Session) -> Response:
    """Call a clearing off; one that has ended stays as it is."""
    await rounds.stop_clearing(session, me, code, number)
    return Response(status_code=204)


@router.put("/rounds/{code}/published", responses=WRITES)
async def publish(code: Code, me: Acting, session: Session, body: PublishIn) -> OneRoundOut:
    """Tell both sides what one clearing proposes."""
    await rounds.publish_clearing(session, me, code, body.number, although_old=body.although_old)
    return await _one(session, code, me)


@router.get("/rounds/{code}/proposals", responses=READS)
async def list_proposals(code: Code, me: Signed, session: Session, asked: Annotated[Page, Query()]) -> ProposalsOut:
    """What a published round proposes to the caller's side; all of it for its organiser and officers."""
    view = await rounds.round_page(session, code, me)
    found = await rounds.proposal_list(session, view, me, asked.cursor)
    return ProposalsOut(
        items=[_proposal(each) for each in found.items], next=found.next, total=found.total, kg=found.kg, mutual=found.mutual
    )


@router.put("/rounds/{code}/proposals/{proposal_id}/wish", responses=WRITES)
async def say_wish(code: Code, proposal_id: UUID, me: Acting, session: Session, body: WishIn) -> WishOut:
    """Say for the caller's side whether it wants to meet."""
    await rounds.round_page(session, code, me)
    return WishOut.model_validate(await rounds.say_wish(session, me, proposal_id, body.wish))


@router.post("/rounds/{code}/invitations", responses=WRITES)
async def send_invitations(code: Code, me: Acting, session: Session) -> InvitedOut:
    """Invite every supplier of the published proposals to the request that it was proposed for."""
    sent, passed = await rounds.send_invitations(session, me, code)
    return InvitedOut(sent=sent, passed=passed)


async def _one(session: Session, code: str, me: Any) -> OneRoundOut:
    view = await rounds.round_page(session, code, me)
    found = OneRoundOut.model_validate(view)
    found.fields = [FieldOut.model_validate(each) for each in await rounds.fields_for(session, view.id)]
    return found


def _proposal(each: matching.rounds.ProposalView) -> ProposalOut:
    return ProposalOut(
        id=each.id, request=each.request_code, request_title=each.request_title, buyer=each.buyer, supplier=each.supplier_slug,
        supplier_name=each.supplier, product=each.product_slug, product_name=each.product,
        months=[Kilograms(month=day, kg=kg) for day, kg in each.months], total_kg=each.total_kg, fit=each.fit,
        price_vnd_per_kg=each.price, reasons=[ReasonOut.model_validate(reason) for reason in each.reasons],
        buyer_wish=each.buyer_wish, supplier_wish=each.supplier_wish,
    )  # fmt: skip


def _draft(body: RoundIn, besides: set[str]) -> matching.rounds.RoundDraft:
    return _checked(rounds.RoundDraft, body.model_dump(exclude=besides))


def _checked(model: type[InputT], values: dict[str, Any]) -> InputT:
    """The values as the input that a form gives as well; what is wrong is told by field."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        message = _("Có tham số chưa đúng; xem từng mục trong “errors”.")
        raise Invalid(message, words_for_all(error.errors(include_url=False))) from error

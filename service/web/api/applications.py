"""Applications for a fair: a supplier's own, the organiser's list and answers, sharing, and the order of choice."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query
from fastapi import Path as InPath
from pydantic import BaseModel, ValidationError
from starlette.responses import PlainTextResponse, Response

from service import fairs
from service.accounts import Actor
from service.core.errors import Invalid, NotFound
from service.core.i18n import _
from service.core.inputs import Text
from service.web.api import problems
from service.web.api.application_shapes import (
    AnswerIn,
    ApplicationIn,
    ApplicationOut,
    ChoiceOut,
    ClaimsIn,
    DrawIn,
    DrawOut,
    EntryOut,
    LineOut,
    ListIn,
    ListOut,
    OwnLineOut,
    OwnListOut,
    PromiseIn,
    RuleIn,
    RuleOut,
    ShareAnswerIn,
    ShareIn,
    ShareWithIn,
    TypedInOut,
    TypedInsIn,
    application_out,
)
from service.web.api.shapes import Parameters
from service.web.deps import Acting, Me, Session, Signed
from service.web.pages.forms import words_for_all

applications = fairs.applications
router = APIRouter(tags=["fairs"])
SCOPE = "fairs"
InputT = TypeVar("InputT", bound=BaseModel)
READS = problems.described(401, 403, 404)
WRITES = problems.described(401, 403, 404, 409)
Slug = Annotated[Text, InPath(max_length=200)]
Code = Annotated[Text, InPath(max_length=40)]
Number = Annotated[int, InPath(ge=1, le=10_000)]
NONE = Annotated[Parameters, Query()]  # It refuses unknown parameters.


@router.get("/fair-applications", responses=problems.described(401, 403))
async def own_applications(me: Signed, session: Session, asked: NONE) -> OwnListOut:  # noqa: ARG001 - it refuses unknown parameters.
    """The caller's own applications, and the fairs that it may apply for today."""
    own = await applications.own_applications(session, me)
    calls = await applications.open_calls(session, me)
    return OwnListOut(items=[OwnLineOut.model_validate(each) for each in own], open_calls=[each.slug for each in calls])


@router.get("/fairs/{slug}/application", responses=READS)
async def own_application(slug: Slug, me: Signed, session: Session, asked: NONE) -> ApplicationOut:  # noqa: ARG001 - see above.
    """The caller's own application for a fair."""
    return await _own(session, slug, me)


@router.put("/fairs/{slug}/application", responses=WRITES)
async def keep(slug: Slug, me: Acting, session: Session, body: ApplicationIn) -> ApplicationOut:
    """Keep the caller's own application as a draft, or hand it in."""
    draft = _checked(applications.ApplicationDraft, body.model_dump(exclude={"key", "submit"}))
    await applications.keep(session, me, slug, draft, key=body.key, submit=body.submit)
    return await _own(session, slug, me)


@router.delete("/fairs/{slug}/application", status_code=204, response_class=Response, responses=WRITES)
async def withdraw(slug: Slug, me: Acting, session: Session) -> Response:
    """Withdraw it."""
    await applications.withdraw(session, me, slug)
    return Response(status_code=204)


@router.post("/fairs/{slug}/application/share", status_code=201, responses=WRITES)
async def open_share(slug: Slug, me: Acting, session: Session, body: ShareIn) -> ApplicationOut:
    """Look for others to share one's booth with."""
    await applications.open_share(session, me, slug, _checked(applications.ShareDraft, body.model_dump()))
    return await _own(session, slug, me)


@router.post("/fairs/{slug}/application/share/invitations", status_code=201, responses=WRITES)
async def invite(slug: Slug, me: Acting, session: Session, body: ShareWithIn) -> ApplicationOut:
    """Name an exhibitor of the fair, which has to agree."""
    await applications.invite(session, me, slug, _checked(applications.ShareWith, body.model_dump()))
    return await _own(session, slug, me)


@router.put("/fairs/{slug}/application/share", responses=WRITES)
async def join_share(slug: Slug, me: Acting, session: Session, body: ShareWithIn) -> ApplicationOut:
    """Ask to share with those whose code one was given; the first one has to agree."""
    await applications.join(session, me, slug, _checked(applications.ShareWith, body.model_dump()))
    return await _own(session, slug, me)


@router.put("/fairs/{slug}/application/share/{code}", responses=WRITES)
async def answer_share(slug: Slug, code: Code, me: Acting, session: Session, body: ShareAnswerIn) -> ApplicationOut:
    """Agree, or not, by the code of the application that joins."""
    await applications.answer_share(session, me, slug, code, applications.ShareAnswer(agree=body.agree))
    return await _own(session, slug, me)


@router.delete("/fairs/{slug}/application/share", status_code=204, response_class=Response, responses=WRITES)
async def leave_share(slug: Slug, me: Acting, session: Session) -> Response:
    """Share no longer."""
    await applications.leave_share(session, me, slug)
    return Response(status_code=204)


@router.get("/fairs/{slug}/applications", responses=READS)
async def list_applications(slug: Slug, me: Signed, session: Session, asked: Annotated[ListIn, Query()]) -> ListOut:
    """The applications that were handed in, for the organiser, in the order of choice."""
    search = applications.ListSearch(asked.state, asked.zone, asked.booth_class, asked.q, asked.cursor)
    found = await applications.application_list(session, slug, me, search)
    waiting = LineOut.model_validate(found.next_waiting) if found.next_waiting is not None else None
    items = [LineOut.model_validate(each) for each in found.items]
    return ListOut(items=items, counts=found.counts, next=found.next, next_waiting=waiting)


@router.post("/fairs/{slug}/applications", status_code=201, responses=WRITES)
async def type_in(slug: Slug, me: Acting, session: Session, body: TypedInsIn) -> TypedInOut:
    """Type in applications from paper; the same key again changes nothing."""
    rows = [_checked(applications.TypedIn, each.model_dump()) for each in body.items]
    ids = await applications.put_applications(session, me, slug, rows)
    named = await applications.applications_named(session, ids)
    return TypedInOut(codes=[named[each].code for each in ids])


@router.get("/fairs/{slug}/applications/{code}", responses=READS)
async def one_application(slug: Slug, code: Code, me: Signed, session: Session, asked: NONE) -> ApplicationOut:  # noqa: ARG001 - see above.
    """One application, for the organiser."""
    return application_out(await applications.application_page(session, slug, me, code))


@router.put("/fairs/{slug}/applications/{code}/answer", responses=WRITES)
async def answer(slug: Slug, code: Code, me: Acting, session: Session, body: AnswerIn) -> ApplicationOut:
    """Accept, return, reject, or put on the waiting list."""
    await applications.answer(session, me, slug, code, _checked(applications.Answer, body.model_dump()))
    return application_out(await applications.application_page(session, slug, me, code))


@router.put("/fairs/{slug}/applications/{code}/claims", responses=WRITES)
async def confirm_claims(slug: Slug, code: Code, me: Acting, session: Session, body: ClaimsIn) -> ApplicationOut:
    """Say which claims were proven."""
    await applications.confirm_claims(session, me, slug, code, body.claims, version=body.version)
    return application_out(await applications.application_page(session, slug, me, code))


@router.get("/fairs/{slug}/choice", responses=problems.described(401, 404))
async def choice(slug: Slug, me: Me, session: Session, asked: NONE) -> ChoiceOut:  # noqa: ARG001 - see above.
    """The rule of the order of choice, its drawings, and the order that the last one gave."""
    return await _choice(session, slug, me)


@router.put("/fairs/{slug}/choice/rule", responses=WRITES)
async def set_rule(slug: Slug, me: Acting, session: Session, body: RuleIn) -> ChoiceOut:
    """Say how points are counted."""
    await applications.set_rule(session, me, slug, _checked(applications.RuleDraft, body.model_dump()))
    return await _choice(session, slug, me)


@router.post("/fairs/{slug}/choice/drawings", status_code=201, responses=WRITES)
async def promise(slug: Slug, me: Acting, session: Session, body: PromiseIn) -> ChoiceOut:
    """Fix the secret of the next drawing, and tell its hash."""
    await applications.promise_draw(session, me, slug, _checked(applications.PromiseDraft, body.model_dump()))
    return await _choice(session, slug, me)


@router.put("/fairs/{slug}/choice/drawings/{number}", responses=WRITES)
async def draw(slug: Slug, number: Number, me: Acting, session: Session, body: DrawIn) -> ChoiceOut:
    """Draw with the word that was called out."""
    await applications.draw_order(session, me, slug, number, _checked(applications.DrawDraft, body.model_dump()))
    return await _choice(session, slug, me)


@router.get("/fairs/{slug}/choice/drawings/{number}/document", response_class=PlainTextResponse,
            responses=problems.described(401, 404))  # fmt: skip
async def drawing_document(slug: Slug, number: Number, me: Me, session: Session, asked: NONE) -> PlainTextResponse:  # noqa: ARG001 - see above.
    """A drawing as the text that `chophien redraw` reads."""
    return PlainTextResponse(await applications.drawing_document(session, slug, me, number))


async def _own(session: Session, slug: str, me: Actor) -> ApplicationOut:
    view = await applications.own_application(session, slug, me)
    if view is None:
        raise NotFound(_("Bạn chưa có đơn đăng ký ở hội chợ này."))
    return application_out(view)


async def _choice(session: Session, slug: str, me: Actor | None) -> ChoiceOut:
    rule = await applications.choice_rule(session, slug, me)
    found = await applications.drawings(session, slug, me)
    order = applications.order_of(found[0]) if found else []
    return ChoiceOut(
        rule=RuleOut.model_validate(rule.rule), version=rule.version, drawings=[DrawOut.model_validate(each) for each in found],
        order=[EntryOut(place=place, code=each.code, points=each.points) for place, each in enumerate(order, 1)],
    )  # fmt: skip


def _checked(model: type[InputT], said: dict[str, Any]) -> InputT:
    """What was said as the trade reads it; what is wrong comes back field by field."""
    try:
        return model.model_validate(said)
    except ValidationError as error:
        raise Invalid(_("Còn chỗ cần sửa."), words_for_all(error.errors(include_url=False))) from error

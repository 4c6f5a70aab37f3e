"""Entry checklists, readiness and saved weights for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, ValidationError
from starlette.responses import Response

from service import matching
from service.core.errors import Invalid, NotAllowed, NotFound
from service.core.i18n import _
from service.web.api import problems
from service.web.api.shapes import Out, Parameters
from service.web.deps import Acting, Me, Session, Signed
from service.web.pages.forms import words_for

router = APIRouter(tags=["checklists"])
SCOPE = "requests"
checklists, weights = matching.checklists, matching.weights
READS = problems.described(401, 403)
WRITES = problems.described(401, 403, 409)


class ConditionOut(Out):
    """One condition of a buyer."""

    id: UUID
    kind: checklists.Wanted
    required: bool = Field(description="False: the buyer says that it does not ask for it.")
    number: int | None
    code: str | None
    words: str | None
    text: str


class ChecklistOut(Out):
    """What a buyer asks for. Kinds that are not listed are unknown."""

    buyer: str
    note: str | None
    version: int
    updated_at: datetime
    items: list[ConditionOut]


class ConditionIn(Parameters):
    """One condition."""

    kind: checklists.Wanted
    required: bool = True
    number: int | None = Field(default=None, ge=0, le=10**6)
    code: str | None = Field(default=None, max_length=40, description="Of a paper; gtin13 or gtin14 of a barcode.")
    words: str | None = Field(default=None, max_length=300)


class ChecklistIn(Parameters):
    """All conditions, in place of those that there were."""

    items: list[ConditionIn] = Field(max_length=80)
    note: str | None = Field(default=None, max_length=300)
    version: int | None = Field(default=None, ge=0, le=2**31 - 1, description="As it was read; 0 for none yet.")


class AnswerIn(Parameters):
    """What the supplier says for itself."""

    product: str = Field(min_length=1, max_length=200, description="The slug of one's own product.")
    accepts: bool
    words: str | None = Field(default=None, max_length=300)
    everywhere: bool = Field(default=False, description="The same for every published product.")


class AnsweredOut(Out):
    """For how many products it was answered."""

    products: int


class GapOut(Out):
    """One thing that is missing."""

    item_id: UUID
    text: str
    unknown: bool
    part: str | None = Field(description="Which part of the record closes it; null where the supplier answers it itself.")


class ReadinessOut(Out):
    """One product against one buyer."""

    product_slug: str
    buyer_slug: str
    held: int
    required: int
    line: str
    gaps: list[GapOut]


class ReadinessListOut(Out):
    """The caller's products against the buyers, gaps first."""

    items: list[ReadinessOut]
    total: int
    ready: int
    next: str | None


class ReadinessParameters(Parameters):
    """What the list may be narrowed to."""

    product: str = Field(default="", max_length=200)
    buyer: str = Field(default="", max_length=200)
    cursor: str | None = Field(default=None, max_length=600)
    limit: int = Field(default=20, ge=1, le=100)


class WeightsIn(Parameters):
    """How much each factor counts, from 0 to 10."""

    coverage: float = Field(ge=0, le=10)
    price: float = Field(ge=0, le=10)
    quality: float = Field(ge=0, le=10)
    certificates: float = Field(ge=0, le=10)
    relevance: float = Field(ge=0, le=10)
    distance: float = Field(ge=0, le=10)
    reliability: float = Field(ge=0, le=10)
    version: int | None = Field(default=None, ge=0, le=2**31 - 1)


class WeightsOut(Out):
    """The weights by which the buyer's requests are ranked."""

    weights: dict[str, float]
    saved: bool = Field(description="False: those of the market.")
    version: int


@router.get("/checklist", responses=READS)
async def own_checklist(me: Signed, session: Session, asked: Annotated[Parameters, Query()]) -> ChecklistOut:  # noqa: ARG001 - it refuses unknown parameters.
    """The conditions of the caller's own organisation."""
    found = await checklists.own_checklist(session, me)
    if found is None:
        raise NotFound(_("Tổ chức của bạn chưa đặt điều kiện vào hàng."))
    return _checklist(found)


@router.put("/checklist", responses=WRITES)
async def save_checklist(me: Acting, session: Session, body: ChecklistIn) -> ChecklistOut:
    """Put these conditions in place of those that there were."""
    buyer = await matching.buyer_of(session, me.organisation_id) if checklists.may_keep_checklist(me) else None
    if buyer is None:
        raise NotAllowed(_("Điều kiện vào hàng do nhà phân phối đặt. Hãy đăng nhập bằng tổ chức mua hàng."))
    draft = _checked(checklists.ChecklistDraft, body.model_dump(exclude={"version"}))
    await checklists.save_checklist(session, me, buyer.id, draft, version=body.version)
    found = await checklists.own_checklist(session, me)
    if found is None:
        raise NotFound(_("Tổ chức của bạn chưa đặt điều kiện vào hàng."))
    return _checklist(found)


@router.get("/requests/{code}/checklist")
async def checklist_of_request(code: str, me: Me, session: Session, asked: Annotated[Parameters, Query()]) -> ChecklistOut:  # noqa: ARG001 - as above.
    """What the buyer of a request asks for before it lists goods; only where the buyer is named."""
    request = await matching.request_page(session, code, me)
    found = await checklists.checklist_of(session, request.buyer.id) if request.buyer is not None else None
    if found is None:
        raise NotFound(_("Người mua của yêu cầu này chưa đặt điều kiện vào hàng."))
    return _checklist(found)


@router.get("/readiness", responses=READS)
async def readiness(me: Signed, session: Session, asked: Annotated[ReadinessParameters, Query()]) -> ReadinessListOut:
    """Each of the caller's products against each buyer that has a checklist: what is missing."""
    found = await checklists.readiness_list(
        session, me, product=asked.product, buyer=asked.buyer, cursor=asked.cursor, limit=asked.limit
    )
    items = [ReadinessOut.model_validate(each) for each in found.items]
    return ReadinessListOut(items=items, total=found.total, ready=found.ready, next=found.next)


@router.put("/checklist-items/{item_id}/answer", responses=WRITES)
async def answer(item_id: UUID, me: Acting, session: Session, body: AnswerIn) -> AnsweredOut:
    """Say for oneself how a product stands to a condition; the later answer holds."""
    if me.role != "supplier":
        raise NotAllowed(_("Trang này dành cho nhà cung cấp."))
    if not me.may_write:
        raise NotAllowed(_("Bạn chỉ có quyền xem trong tổ chức này. Hãy nhờ chủ tổ chức cấp quyền thành viên."))
    what = _checked(checklists.SelfAnswer, body.model_dump(exclude={"product"}))
    return AnsweredOut(products=await checklists.answer(session, me, item_id, body.product, what))


@router.get("/weights", responses=READS)
async def own_weights(me: Signed, session: Session, asked: Annotated[Parameters, Query()]) -> WeightsOut:  # noqa: ARG001 - as above.
    """The weights that the caller's organisation has saved, or those of the market."""
    if not checklists.may_keep_checklist(me):
        raise NotAllowed(_("Chỉ người của nhà phân phối lưu được trọng số cho các yêu cầu của mình."))
    return _weights(await weights.weights_of(session, me.organisation_id))


@router.put("/weights", responses=WRITES)
async def save_weights(me: Acting, session: Session, body: WeightsIn) -> WeightsOut:
    """Save the weights for the organisation's requests."""
    values = body.model_dump(exclude={"version"})
    await weights.save_weights(session, me, matching.Weights(**values), version=body.version)
    return _weights(await weights.weights_of(session, me.organisation_id))


@router.delete("/weights", status_code=204, response_class=Response, responses=WRITES)
async def reset_weights(me: Acting, session: Session) -> Response:
    """Go back to the weights of the market."""
    await weights.reset_weights(session, me)
    return Response(status_code=204)


def _checklist(view: checklists.ChecklistView) -> ChecklistOut:
    items = [
        ConditionOut(
            id=each.id, kind=each.kind, required=each.required, number=each.number, code=each.code, words=each.words,
            text=checklists.condition(each),
        )
        for each in view.wishes
    ]  # fmt: skip
    return ChecklistOut(buyer=view.buyer_slug, note=view.note, version=view.version, updated_at=view.updated_at, items=items)


def _weights(view: weights.WeightsView | None) -> WeightsOut:
    kept = view.weights if view is not None else None
    used = kept if kept is not None else matching.Weights()
    return WeightsOut(weights=dict(used.named()), saved=kept is not None, version=view.version if view is not None else 0)


def _checked(model: Any, values: dict[str, Any]) -> Any:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        message = _("Có tham số chưa đúng; xem từng mục trong “errors”.")
        raise Invalid(message, words_for(error)) from error

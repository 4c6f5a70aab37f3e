"""The exhibitor's side: an application is kept as a draft, handed in, corrected when it was returned, and withdrawn.

Each change locks the application first. A supplier has one application for a fair: two people of it who begin one at the same
moment write into the same, and the second is told of it.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.fairs import standing
from service.fairs.applications import codes, rules, sharing, stored
from service.fairs.applications.events import (
    ApplicationDrafted,
    ApplicationRevised,
    ApplicationSubmitted,
    ApplicationWithdrawn,
)
from service.fairs.applications.goods import GoodsView, own_goods
from service.fairs.applications.inputs import ApplicationDraft
from service.fairs.applications.models import Application, ApplicationState, ChoiceRule
from service.fairs.applications.places import district_for
from service.fairs.applications.typing_in import NOT_TOLD, taken_codes
from service.fairs.models import Fair


async def keep(
    session: AsyncSession, actor: Actor, slug: str, draft: ApplicationDraft, *, key: UUID | None = None, submit: bool = False
) -> Application:
    """Keep what the actor's supplier wishes as its application for a fair; with `submit` it is handed in as well.

    The same again changes nothing. Raises `Invalid` with the fields to correct, Conflict where the call is closed or somebody
    of the same organisation has changed it since.
    """
    fair = await standing.visible(session, slug, actor)
    supplier = await stored.supplier_acting(session, actor)
    there = await stored.own_locked(session, fair.id, supplier.id)
    today = clock.today()
    if there is None and not rules.call_is_open(fair, today):
        raise Conflict(rules.why_closed(fair, today))
    values = await _values(session, fair, supplier, there, draft, submit=submit)
    if there is None:
        there = await _begin(session, actor, fair, supplier, key or new_id(), values)
    else:
        changed = {name: value for name, value in values.items() if getattr(there, name) != value}
        if changed or (submit and there.state in rules.OPEN):
            _check_still(fair, there, draft, key)
        await _change(session, actor, there, changed)
    if submit and there.state in rules.OPEN:
        before, there.state, there.faults, there.reason = there.state, ApplicationState.SUBMITTED, {}, None
        there.submitted_at = there.updated_at = clock.now()
        await session.flush()
        fact_in = ApplicationSubmitted(there.id, fair_id=fair.id)
        await announce(session, fact_in, actor=actor, old={"state": before}, new={"state": there.state})
    return there


async def withdraw(session: AsyncSession, actor: Actor, slug: str) -> Application:
    """Come no more; whoever shared the booth does so no longer. Withdrawing again changes nothing, until the fair is over."""
    fair = await standing.visible(session, slug, actor)
    supplier = await stored.supplier_acting(session, actor)
    there = await stored.own_locked(session, fair.id, supplier.id)
    if there is None:
        gone = await stored.last_withdrawn(session, fair.id, supplier.id)
        if gone is None:
            raise NotFound(_("Bạn không có đơn đăng ký nào ở hội chợ này để rút."))
        return gone
    if there.state not in rules.WITHDRAWABLE or fair.ends_on < clock.today():
        raise Conflict(_("Đơn này đã khép lại nên không rút được nữa."))
    await sharing.drop_out(session, actor, there, placed_too=True)
    old, there.state, there.updated_at = there.state, ApplicationState.WITHDRAWN, clock.now()
    await session.flush()
    fact = ApplicationWithdrawn(there.id, fair_id=fair.id)
    await announce(session, fact, actor=actor, old={"state": old}, new={"state": there.state})
    return there


def _check_still(fair: Fair, there: Application, draft: ApplicationDraft, key: UUID | None) -> None:
    """Raise Conflict where it may not be changed, or somebody of the same organisation was faster."""
    if not rules.may_revise(fair, there.state, clock.today()):
        raise Conflict(_why_not_revise(fair, there))
    if draft.version is None and there.key != key:
        raise Conflict(_("Người cùng tổ chức vừa lập đơn cho hội chợ này. Hãy mở lại trang để xem đơn ấy."))
    stored.same_version(there, draft.version)


async def _change(session: AsyncSession, actor: Actor, there: Application, changed: dict[str, Any]) -> None:
    if not changed:
        return
    await sharing.check_still_fits(session, there, changed)
    old = {name: getattr(there, name) for name in changed}
    for name, value in changed.items():
        setattr(there, name, value)
    there.written_by, there.updated_at = actor.person_id, clock.now()
    await session.flush()
    fact = ApplicationRevised(there.id, fair_id=there.fair_id)
    await announce(session, fact, actor=actor, old=_told(old), new=_told(changed))


async def _values(
    session: AsyncSession, fair: Fair, supplier: Any, there: Application | None, draft: ApplicationDraft, *, submit: bool
) -> dict[str, Any]:
    """The columns, or `Invalid` with every field that is not right."""
    goods = await own_goods(session, supplier.id, fair.ends_on)
    wrong = await stored.unknown_of_floor(session, fair, draft.class_codes, draft.zone_codes, draft.pavilion_code)
    for name in ("starts_on", "ends_on"):
        day = getattr(draft, name)
        if day is not None and not fair.starts_on <= day <= fair.ends_on:
            wrong[name] = _("Ngày này ngoài những ngày của hội chợ.")
    own = there.id if there is not None else None
    near, wrong_near = await stored.neighbours(session, fair.id, own, draft.near)
    apart, wrong_apart = await stored.neighbours(session, fair.id, own, draft.apart)
    if wrong_near is not None:
        wrong["near"] = wrong_near
    if wrong_apart is not None:
        wrong["apart"] = wrong_apart
    if set(near) & set(apart):
        wrong["apart"] = _("Một đơn vị không thể vừa muốn gần vừa muốn xa.")
    chosen, wrong_goods = _chosen(goods, draft, submit=submit)
    if wrong_goods is not None:
        wrong["products"] = wrong_goods
    rule = await session.get(ChoiceRule, fair.id)
    known = {each["code"] for each in rule.claims} if rule is not None else set()
    claims = [each for each in draft.claims if each in known]
    if claims and not draft.consent:
        wrong["consent"] = _("Đánh dấu đồng ý để ban tổ chức xem giấy tờ của mục ưu tiên, hoặc bỏ các mục ưu tiên.")
    if wrong:
        raise Invalid(_("Đơn còn chỗ cần sửa."), wrong)
    asked_before = there is not None and there.claims == claims
    return {
        **draft.columns(), "near": near, "apart": apart, "product_ids": [each.id for each in chosen],
        "commodity": next((each.commodity for each in chosen if each.commodity), None),
        "district_code": district_for(supplier.commune_code, draft.district_code), "claims": claims,
        "claims_confirmed": [each for each in there.claims_confirmed if each in claims] if there is not None else [],
        "claims_consent_at": there.claims_consent_at if there and asked_before else clock.now() if claims else None,
    }  # fmt: skip


def _chosen(goods: list[GoodsView], draft: ApplicationDraft, *, submit: bool) -> tuple[list[GoodsView], str | None]:
    """The products that were chosen, and a sentence where one of them cannot be brought today."""
    by_slug = {each.slug: each for each in goods}
    if any(slug not in by_slug for slug in draft.products):
        return [], _("Chỉ chọn được sản phẩm của chính bạn.")
    chosen = [by_slug[slug] for slug in draft.products]
    if not submit:
        return chosen, None
    if not chosen:
        return [], _("Chọn ít nhất một sản phẩm mang đến.")
    kept_out = next((each for each in chosen if each.why is not None), None)
    if kept_out is not None:
        return [], _("“%(product)s” chưa mang đến được: %(why)s", product=kept_out.name, why=kept_out.why)
    return chosen, None


async def _begin(
    session: AsyncSession, actor: Actor, fair: Fair, supplier: Any, key: UUID, values: dict[str, Any]
) -> Application:
    code = codes.free("GH", key, await taken_codes(session, [key]))
    made = Application(
        fair_id=fair.id, supplier_id=supplier.id, key=key, code=code, province_code=supplier.province_code,
        commune_code=supplier.commune_code, state=ApplicationState.DRAFT, written_by=actor.person_id, **values,
    )  # fmt: skip
    made.created_at = made.updated_at = clock.now()
    try:
        async with session.begin_nested():
            session.add(made)
    except IntegrityError as error:  # Somebody of the same organisation was a moment faster.
        raise Conflict(_("Người cùng tổ chức vừa lập đơn cho hội chợ này. Hãy mở lại trang để xem đơn ấy.")) from error
    fact = ApplicationDrafted(made.id, fair_id=fair.id)
    await announce(session, fact, actor=actor, new={"code": made.code, **_told(values)})
    return made


def _told(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in NOT_TOLD}


def _why_not_revise(fair: Fair, there: Application) -> str:
    if there.state in rules.OPEN or there.state is ApplicationState.SUBMITTED:
        return rules.why_closed(fair, clock.today())
    return _("Ban tổ chức đã trả lời đơn này nên không sửa được nữa. Nếu cần đổi, hãy gọi ban tổ chức, hoặc rút đơn.")

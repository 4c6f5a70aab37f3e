"""Several exhibitors in one booth (F6): one opens a share, others are named by it or come with its code, and both must agree.

Every change locks the share first, so of two who come at the same moment for the last turn the second sees what the first took.
Once the booth is given out, who shares it stands; until then anybody may leave, and without a second one there is no share.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock, formats
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.fairs import standing
from service.fairs.applications import codes, rules, stored
from service.fairs.applications.events import ShareAgreed, ShareAsked, ShareDissolved, ShareLeft, ShareOpened
from service.fairs.applications.inputs import ShareAnswer, ShareDraft, ShareWith
from service.fairs.applications.models import Application, Share, ShareKind, ShareMember, SharerState
from service.fairs.models import Fair

_KEPT = text("SELECT code FROM fairs_share WHERE code = ANY(:codes)")


async def open_share(session: AsyncSession, actor: Actor, slug: str, draft: ShareDraft) -> Share:
    """Look for others to share one's booth with; gives the code that they come with. Open already: the same share."""
    fair, own = await _own(session, actor, slug)
    there = await _membership(session, own.id)
    if there is not None:
        share = await _locked(session, there.share_id)
        if (
            share.lead_id == own.id
            and share.kind is draft.kind
            and (there.first_day, there.last_day) == _days(draft, share.kind)
        ):
            return share
        raise Conflict(_("Bạn đang chung gian với đơn vị khác rồi. Hãy rời nhóm ấy trước."))
    await _not_placed(session, [own.id])
    days = _days(draft, draft.kind)
    _within(fair, days)
    made = Share(id=new_id(), fair_id=fair.id, lead_id=own.id, code=await _free_code(session, own.id), kind=draft.kind)
    made.created_at = clock.now()
    try:
        async with session.begin_nested():
            session.add(made)
            await session.flush()
            session.add(_member(made.id, own.id, SharerState.AGREED, days))
    except IntegrityError as error:  # The other press of the button, or a colleague who joined elsewhere meanwhile.
        raise Conflict(_("Bạn đang chung gian với đơn vị khác rồi. Hãy rời nhóm ấy trước.")) from error
    fact = ShareOpened(own.id, share_id=made.id)
    await announce(session, fact, actor=actor, new={"code": made.code, "kind": made.kind, "days": days})
    return made


async def invite(session: AsyncSession, actor: Actor, slug: str, whom: ShareWith) -> ShareMember:
    """Name an exhibitor of the fair whom one's share is open for; it has to agree. Named already: nothing changes."""
    fair, own = await _own(session, actor, slug)
    share = await _led(session, own)
    meant, wrong = await stored.neighbours(session, fair.id, own.id, [whom.code])
    if wrong is not None:
        raise Invalid(wrong, {"code": wrong})
    other = await session.get_one(Application, meant[0])
    return await _ask(session, actor, fair, share, other, _days(whom, share.kind), by_lead=True)


async def join(session: AsyncSession, actor: Actor, slug: str, whom: ShareWith) -> ShareMember:
    """Ask to share with those whose code one was given; the first one has to agree."""
    fair, own = await _own(session, actor, slug)
    found = await session.scalar(
        select(Share)
        .where(Share.code == codes.plain(whom.code), Share.fair_id == fair.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        sentence = _("Không có nhóm chung gian nào mang mã này ở hội chợ. Hãy hỏi lại đơn vị đã mời bạn.")
        raise Invalid(sentence, {"code": sentence})
    return await _ask(session, actor, fair, found, own, _days(whom, found.kind), by_lead=False)


async def answer_share(session: AsyncSession, actor: Actor, slug: str, code: str, said: ShareAnswer) -> None:
    """Agree, or not: to an invitation, with one's own code; to somebody who asks for one's share, with its code.

    The same answer again changes nothing.
    """
    fair, own = await _own(session, actor, slug)
    asked = await session.scalar(
        select(Application).where(Application.fair_id == fair.id, Application.code == codes.plain(code))
    )
    member = await _membership(session, asked.id) if asked is not None else None
    if asked is None or member is None:
        raise NotFound(_("Lời mời chung gian này không còn nữa."))
    share = await _locked(session, member.share_id)
    await session.refresh(member)
    _for_this_reader(share, own, asked, member)
    if not said.agree:
        if member.state is SharerState.AGREED:
            await _not_placed(session, [asked.id, share.lead_id])
        await session.execute(delete(ShareMember).where(ShareMember.application_id == asked.id))
        asked.with_id = None
        await session.flush()
        by_lead = own.id == share.lead_id
        fact = ShareLeft(asked.id, share_id=share.id, lead_application_id=share.lead_id, by_lead=by_lead)
        await announce(session, fact, actor=actor, old={"state": member.state})
        return
    if member.state is SharerState.AGREED:
        return
    await _fits(session, fair, share, asked, (member.first_day, member.last_day))
    by_lead = own.id == share.lead_id
    old = member.state
    member.state, member.agreed_at, asked.with_id, asked.updated_at = (
        SharerState.AGREED,
        clock.now(),
        share.lead_id,
        clock.now(),
    )
    await session.flush()
    fact_in = ShareAgreed(asked.id, share_id=share.id, by_lead=by_lead)
    await announce(session, fact_in, actor=actor, old={"state": old}, new={"state": member.state})


async def leave_share(session: AsyncSession, actor: Actor, slug: str) -> None:
    """Share no longer; who shares with nobody already stays alone. The first one's leaving ends it for all."""
    _fair, own = await _own(session, actor, slug)
    await drop_out(session, actor, own)


async def drop_out(session: AsyncSession, actor: Actor, own: Application, *, placed_too: bool = False) -> None:
    """Take an application out of what it shares; the first one's leaving ends the share for all.

    With `placed_too` also where the booth is given out already: whoever withdraws comes no more.
    """
    member = await _membership(session, own.id)
    if member is None:
        return
    share = await _locked(session, member.share_id)
    everybody = await _members(session, share.id)
    if not placed_too:
        await _not_placed(session, [each.application_id for each in everybody if each.state is SharerState.AGREED])
    if own.id != share.lead_id:
        await _alone(session, [own.id])
        fact = ShareLeft(own.id, share_id=share.id, lead_application_id=share.lead_id)
        await announce(session, fact, actor=actor)
        return
    others = tuple(each.application_id for each in everybody if each.application_id != share.lead_id)
    await _alone(session, [each.application_id for each in everybody])
    await session.execute(delete(Share).where(Share.id == share.id))
    ended = ShareDissolved(share.lead_id, share_id=share.id, members=others)
    await announce(session, ended, actor=actor, old={"code": share.code, "kind": share.kind})


async def check_still_fits(session: AsyncSession, own: Application, changed: dict[str, Any]) -> None:
    """Raise `Invalid` where a change would set an application apart from those whose booth it shares."""
    names = {"goods", "starts_on", "ends_on"} & changed.keys()
    member = await _membership(session, own.id) if names else None
    if member is None or member.state is not SharerState.AGREED:
        return
    share = await _locked(session, member.share_id)
    agreed = [each for each in await _members(session, share.id) if each.state is SharerState.AGREED]
    if len(agreed) < 2:
        return
    wrong = {}
    if "goods" in names:
        wrong["goods"] = _("Bạn đang chung gian: các bên phải cùng là thực phẩm hoặc cùng là hàng khác.")
    if share.kind is ShareKind.SIDE_BY_SIDE and names & {"starts_on", "ends_on"}:
        wrong["starts_on"] = _("Bạn đang chung gian: các bên dự cùng những ngày. Hãy rời nhóm trước khi đổi ngày.")
    if wrong:
        raise Invalid(_("Đơn còn chỗ cần sửa."), wrong)


async def _own(session: AsyncSession, actor: Actor, slug: str) -> tuple[Fair, Application]:
    fair = await standing.visible(session, slug, actor)
    supplier = await stored.supplier_acting(session, actor)
    own = await stored.own(session, fair.id, supplier.id)  # Not locked: the share is, and always before the applications.
    if own is None:
        raise Conflict(_("Hãy lập đơn đăng ký trước, rồi mới chung gian với đơn vị khác."))
    if own.state not in rules.SHARING or fair.ends_on < clock.today():
        raise Conflict(_("Đơn này đã khép lại nên không chung gian được nữa."))
    return fair, own


async def _ask(
    session: AsyncSession, actor: Actor, fair: Fair, share: Share, other: Application, days: tuple[date | None, date | None],
    *, by_lead: bool,
) -> ShareMember:  # fmt: skip
    there = await _membership(session, other.id)
    if there is not None and there.share_id == share.id:
        return there
    if there is not None:
        raise Conflict(_("%(name)s đang chung gian với đơn vị khác rồi.", name=other.exhibitor))
    await _fits(session, fair, share, other, days)
    made = _member(share.id, other.id, SharerState.INVITED if by_lead else SharerState.ASKING, days)
    try:
        async with session.begin_nested():
            session.add(made)
    except IntegrityError as error:
        raise Conflict(_("%(name)s đang chung gian với đơn vị khác rồi.", name=other.exhibitor)) from error
    fact = ShareAsked(other.id, share_id=share.id, by_lead=by_lead)
    await announce(session, fact, actor=actor, new={"state": made.state, "days": days})
    return made


async def _fits(
    session: AsyncSession, fair: Fair, share: Share, other: Application, days: tuple[date | None, date | None]
) -> None:
    """Raise where the one who comes does not fit to those who are there."""
    lead = await session.get_one(Application, share.lead_id)
    everybody = [each for each in await _members(session, share.id) if each.application_id != other.id]
    await _not_placed(session, [other.id, *(each.application_id for each in everybody)])
    if sum(each.state is SharerState.AGREED for each in everybody) >= rules.MOST_SHARERS:
        raise Conflict(_("Nhóm này đã đủ %(n)s đơn vị.", n=rules.MOST_SHARERS))
    if lead.goods is not other.goods:
        raise Conflict(_("Không chung gian được: một bên bán thực phẩm, một bên bán hàng khác, phải đứng ở hai khu."))
    if share.kind is ShareKind.SIDE_BY_SIDE:
        if (lead.starts_on, lead.ends_on) != (other.starts_on, other.ends_on):
            raise Conflict(_("Đứng cạnh nhau thì phải dự cùng những ngày. Hãy sửa ngày trong đơn, hoặc chọn chia theo ngày."))
        return
    _within(fair, days)
    for each in everybody:
        if each.state is SharerState.AGREED and _meet(days, (each.first_day, each.last_day)):
            first, last = formats.day(each.first_day), formats.day(each.last_day)
            sentence = _("Ngày %(first)s–%(last)s đã có đơn vị khác của nhóm giữ.", first=first, last=last)
            raise Invalid(sentence, {"first_day": sentence})


def _meet(one: tuple[date | None, date | None], other: tuple[date | None, date | None]) -> bool:
    """Whether two turns have a day in common."""
    if one[0] is None or one[1] is None or other[0] is None or other[1] is None:
        return False
    return one[0] <= other[1] and other[0] <= one[1]


def _for_this_reader(share: Share, own: Application, asked: Application, member: ShareMember) -> None:
    """The one who was asked answers an invitation; the first one answers whoever asks."""
    answers = (
        own.id == asked.id
        if member.state is SharerState.INVITED
        else own.id == share.lead_id
        if member.state is SharerState.ASKING
        else own.id in (asked.id, share.lead_id)
    )
    if not answers:
        raise NotFound(_("Lời mời chung gian này không còn nữa."))


async def _alone(session: AsyncSession, ids: Sequence[UUID]) -> None:
    await session.execute(delete(ShareMember).where(ShareMember.application_id.in_(ids)))
    found = await session.scalars(select(Application).where(Application.id.in_(ids), Application.with_id.is_not(None)))
    for each in found:
        each.with_id, each.updated_at = None, clock.now()
    await session.flush()


async def _not_placed(session: AsyncSession, ids: Sequence[UUID]) -> None:
    if await stored.has_booth(session, ids):
        raise Conflict(_("Gian đã được xếp, nên nhóm chung gian giữ nguyên. Nếu cần đổi, hãy gọi ban tổ chức."))


async def _led(session: AsyncSession, own: Application) -> Share:
    """The share that this application leads, locked."""
    share: Share | None = await session.scalar(
        select(Share).where(Share.lead_id == own.id).with_for_update().execution_options(populate_existing=True)
    )
    if share is None:
        raise Conflict(_("Hãy mở nhóm chung gian trước, rồi mời đơn vị khác."))
    return share


async def _locked(session: AsyncSession, share_id: UUID) -> Share:
    found = await session.scalar(
        select(Share).where(Share.id == share_id).with_for_update().execution_options(populate_existing=True)
    )
    if found is None:  # Dissolved while this transaction waited.
        raise Conflict(_("Nhóm chung gian vừa tan. Hãy tải lại trang."))
    return found


async def _membership(session: AsyncSession, application_id: UUID) -> ShareMember | None:
    return await session.get(ShareMember, application_id, populate_existing=True)


async def _members(session: AsyncSession, share_id: UUID) -> list[ShareMember]:
    found = await session.scalars(
        select(ShareMember).where(ShareMember.share_id == share_id).execution_options(populate_existing=True)
    )
    return list(found)


async def _free_code(session: AsyncSession, key: UUID) -> str:
    taken = set(await session.scalars(_KEPT, {"codes": codes.possible("CG", key)}))
    return codes.free("CG", key, taken)


def _member(share_id: UUID, application_id: UUID, state: SharerState, days: tuple[date | None, date | None]) -> ShareMember:
    return ShareMember(
        application_id=application_id, share_id=share_id, state=state, first_day=days[0], last_day=days[1],
        agreed_at=clock.now() if state is SharerState.AGREED else None,
    )  # fmt: skip


def _days(draft: ShareDraft | ShareWith, kind: ShareKind) -> tuple[date | None, date | None]:
    """One's turn; side by side there are none."""
    if kind is ShareKind.SIDE_BY_SIDE:
        return None, None
    if draft.first_day is None or draft.last_day is None:
        sentence = _("Ghi cả ngày đầu và ngày cuối của bạn.")
        raise Invalid(sentence, {"first_day": sentence})
    return draft.first_day, draft.last_day


def _within(fair: Fair, days: tuple[date | None, date | None]) -> None:
    if any(day is not None and not fair.starts_on <= day <= fair.ends_on for day in days):
        sentence = _("Ngày này ngoài những ngày của hội chợ.")
        raise Invalid(sentence, {"first_day": sentence})

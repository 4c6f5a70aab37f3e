"""Sharing a booth: both must agree, turns never meet, and leaving sets everybody free."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from service.core import clock
from service.core.errors import Conflict, Invalid, NotFound
from service.fairs.applications import (
    Answer,
    ApplicationDraft,
    ApplicationState,
    ShareAnswer,
    ShareDraft,
    ShareKind,
    ShareWith,
    tasks,
)
from service.fairs.applications.events import ShareAgreed, ShareAsked, ShareDissolved
from tests.fairs.applications.small import TODAY, Held, applications, applied, held, mails, supplier, with_address

YES, NO = ShareAnswer(agree=True), ShareAnswer(agree=False)
SIDE = ShareDraft(kind=ShareKind.SIDE_BY_SIDE)


def turn(first: int, last: int) -> dict[str, date]:
    return {"first_day": date(2027, 1, first), "last_day": date(2027, 1, last)}


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(TODAY):
        yield


async def accept(session: AsyncSession, found: Held, *codes: str) -> None:
    for code in codes:
        await applications.answer(session, found.organiser, found.slug, code, Answer(to=ApplicationState.ACCEPTED))


async def test_an_invitation_makes_one_party_only_once_both_agree(session: AsyncSession) -> None:
    found = await held(session)
    (one, product), (two, other) = await supplier(session), await supplier(session)
    lead = await applied(session, found, one, product, power="none")
    partner = await applied(session, found, two, other, power="three")
    await accept(session, found, lead.code, partner.code)
    share = await applications.open_share(session, one, found.slug, SIDE)
    assert (await applications.open_share(session, one, found.slug, SIDE)).id == share.id
    await applications.invite(session, one, found.slug, ShareWith(code=partner.code))
    assert len(await applications.parties(session, found.fair.id)) == 2
    with pytest.raises(NotFound):  # Nobody agrees in another's name.
        await applications.answer_share(session, one, found.slug, partner.code, YES)
    await applications.answer_share(session, two, found.slug, partner.code, YES)
    await applications.answer_share(session, two, found.slug, partner.code, YES)
    (party,) = await applications.parties(session, found.fair.id)
    assert (party.id, party.power, len(party.sharers)) == (lead.id, "three", 2)
    await applications.leave_share(session, two, found.slug)
    await applications.leave_share(session, two, found.slug)
    assert len(await applications.parties(session, found.fair.id)) == 2


async def test_turns_by_days_never_meet_and_the_first_one_lets_in(session: AsyncSession) -> None:
    found = await held(session)
    people = [await supplier(session) for _each in range(3)]
    sent = [await applied(session, found, who, product) for who, product in people]
    (lead, second, third) = (who for who, _product in people)
    with pytest.raises(ValueError, match="ngày"):
        ShareDraft(kind=ShareKind.BY_DAYS)
    share = await applications.open_share(session, lead, found.slug, ShareDraft(kind=ShareKind.BY_DAYS, **turn(10, 11)))
    with pytest.raises(Invalid) as refused:
        await applications.join(session, second, found.slug, ShareWith(code=share.code, **turn(11, 12)))
    assert set(refused.value.errors) == {"first_day"}
    await applications.join(session, second, found.slug, ShareWith(code=share.code.lower(), **turn(12, 13)))
    await applications.join(session, third, found.slug, ShareWith(code=share.code, **turn(13, 14)))
    with pytest.raises(NotFound):
        await applications.answer_share(session, second, found.slug, sent[1].code, YES)
    await applications.answer_share(session, lead, found.slug, sent[1].code, YES)
    with pytest.raises(Invalid):  # The 13th is taken now.
        await applications.answer_share(session, lead, found.slug, sent[2].code, YES)
    await applications.answer_share(session, lead, found.slug, sent[2].code, NO)
    await accept(session, found, *(each.code for each in sent))
    both, alone = sorted(await applications.parties(session, found.fair.id), key=lambda party: -len(party.sharers))
    assert [(first.day, last.day) for _id, first, last in both.by_days] == [(10, 11), (12, 13)]
    assert alone.id == sent[2].id


async def test_what_does_not_fit_does_not_share(session: AsyncSession) -> None:
    found = await held(session)
    (one, product), (two, other) = await supplier(session), await supplier(session)
    await applied(session, found, one, product)
    craft = await applied(session, found, two, other, goods="other")
    share = await applications.open_share(session, one, found.slug, SIDE)
    with pytest.raises(Conflict, match="thực phẩm"):
        await applications.join(session, two, found.slug, ShareWith(code=share.code))
    short = ApplicationDraft(
        exhibitor="Gian", products=(other,), starts_on=date(2027, 1, 10), ends_on=date(2027, 1, 11), version=craft.version
    )
    await applications.keep(session, two, found.slug, short)
    with pytest.raises(Conflict, match="cùng những ngày"):
        await applications.join(session, two, found.slug, ShareWith(code=share.code))
    with pytest.raises(Invalid):
        await applications.join(session, two, found.slug, ShareWith(code="CG-KHONG"))


async def test_a_change_that_sets_sharers_apart_is_refused_and_withdrawing_dissolves(session: AsyncSession) -> None:
    found = await held(session)
    (one, product), (two, other) = await supplier(session), await supplier(session)
    lead = await applied(session, found, one, product)
    partner = await applied(session, found, two, other)
    share = await applications.open_share(session, one, found.slug, SIDE)
    await applications.join(session, two, found.slug, ShareWith(code=share.code))
    await applications.answer_share(session, one, found.slug, partner.code, YES)
    await session.refresh(partner)
    assert partner.with_id == lead.id
    changed = ApplicationDraft(exhibitor="Gian", products=(other,), goods="other", version=partner.version)
    with pytest.raises(Invalid) as refused:
        await applications.keep(session, two, found.slug, changed)
    assert set(refused.value.errors) == {"goods"}
    await applications.withdraw(session, one, found.slug)
    await session.refresh(partner)
    assert partner.with_id is None
    view = await applications.own_application(session, found.slug, two)
    assert view is not None
    assert view.share is None


async def test_the_other_side_is_told_by_mail(session: AsyncSession) -> None:
    found = await held(session)
    (one, product), (two, other) = await supplier(session), await supplier(session)
    first, second = await with_address(session, one), await with_address(session, two)
    lead = await applied(session, found, one, product)
    partner = await applied(session, found, two, other)
    share = await applications.open_share(session, one, found.slug, SIDE)
    await applications.invite(session, one, found.slug, ShareWith(code=partner.code))
    await tasks.tell_asked(session, ShareAsked(partner.id, share_id=share.id, by_lead=True))
    await applications.answer_share(session, two, found.slug, partner.code, YES)
    await tasks.tell_asked(session, ShareAsked(partner.id, share_id=share.id, by_lead=True))  # Answered meanwhile: nothing.
    await tasks.tell_agreed(session, ShareAgreed(partner.id, share_id=share.id, by_lead=False))
    await applications.leave_share(session, one, found.slug)
    await tasks.tell_dissolved(session, ShareDissolved(lead.id, share_id=share.id, members=(partner.id,)))
    assert [to for to, _subject in await mails(session, "booth_share", first, second)] == [second, first, second]

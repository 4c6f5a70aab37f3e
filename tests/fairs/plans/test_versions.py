"""Versions of an allocation: asked, answered, changed by hand, published; and what they say of each other."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service import fairs
from service.accounts import Role
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.fairs.applications.models import Share, ShareKind, ShareMember, SharerState
from service.fairs.plans import working
from service.fairs.plans.asking import placings
from service.fairs.plans.models import FairPlan, PlanState
from service.fairs.plans.problem import Plan, Solution
from tests import market as small
from tests.fairs.bookings.counting import counted
from tests.fairs.plans.stage import STARTS, Stage, found, publish, solved, stage, withdraw

plans = fairs.plans
TODAY = date(2026, 11, 28)


@pytest.fixture(autouse=True)
def today():  # type: ignore[no-untyped-def]
    with clock.freeze(TODAY):
        yield


async def _public(session: AsyncSession, there: Stage) -> dict[str, str]:
    listed = await plans.exhibitors(session, there.slug, None, plans.ExhibitorSearch())
    return {stay.booth: each.name for each in listed.items for stay in each.stays}


async def _mails(session: AsyncSession) -> list[str]:
    return list(await session.scalars(text("SELECT subject FROM core_mail WHERE template = 'booth_plan' ORDER BY id")))


async def test_a_question_is_asked_once_however_often_the_form_is_sent(session: AsyncSession) -> None:
    there = await stage(session)
    key = new_id()
    first = await plans.ask_plan(session, there.organiser, there.slug, plans.PlanWish(), key=key)
    again = await plans.ask_plan(session, there.organiser, there.slug, plans.PlanWish(groups="cluster"), key=key)
    assert first.id == again.id
    assert first.number == 1
    await plans.ask_plan(session, there.organiser, there.slug, plans.PlanWish())
    with pytest.raises(Conflict):
        await plans.ask_plan(session, there.organiser, there.slug, plans.PlanWish())


async def test_only_its_organiser_gives_out_the_booths_of_a_fair(session: AsyncSession) -> None:
    there = await stage(session)
    plan = await found(session, there)
    stranger = small.acting(Role.ORGANISER, new_id())
    supplier = small.acting(Role.SUPPLIER, new_id())
    for actor in (stranger, supplier):
        with pytest.raises(NotAllowed):
            await plans.ask_plan(session, actor, there.slug, plans.PlanWish())
        with pytest.raises(NotAllowed):
            await plans.plan_page(session, there.slug, actor, plan.number)
        with pytest.raises(NotAllowed):
            await plans.judge_by_hand(session, actor, there.slug, plan.number, [])
        with pytest.raises(NotAllowed):
            await plans.publish_plan(session, actor, there.slug, plan.number, plans.PlanPublish(version=plan.version))


async def test_a_fair_that_is_over_is_not_planned_any_more_but_read(session: AsyncSession) -> None:
    there = await stage(session)
    plan = await found(session, there)
    with clock.freeze(date(2027, 1, 2)):
        with pytest.raises(NotAllowed):
            await plans.ask_plan(session, there.organiser, there.slug, plans.PlanWish())
        page = await plans.plan_page(session, there.slug, there.organiser, plan.number)
    assert not page.may_plan
    assert len(page.placed) == 4


async def test_the_answer_is_kept_once_and_only_where_it_breaks_no_rule(session: AsyncSession) -> None:
    there = await stage(session)
    plan = await plans.ask_plan(session, there.organiser, there.slug, plans.PlanWish())
    frozen = await working.take_up(session, plan.id)
    assert frozen is not None
    booth = frozen.problem.booths[0].id
    both = {party.id: (booth,) for party in frozen.problem.parties[:2]}
    await working.record(session, plan.id, frozen, Solution("optimal", Plan(both), (), ()))
    await session.refresh(plan)
    assert (plan.state, plan.reason) == (PlanState.FAILED, "broken")
    assert (await placings(session, plan.id))[0] == {}
    good = await found(session, there)
    assert good.state is PlanState.FOUND
    stored = await placings(session, good.id)
    await working.record(session, good.id, frozen, solved(frozen))
    assert await placings(session, good.id) == stored


async def test_stopping_keeps_the_best_so_far_and_nothing_where_there_is_none(session: AsyncSession) -> None:
    there = await stage(session)
    early = await plans.ask_plan(session, there.organiser, there.slug, plans.PlanWish())
    await plans.stop_plan(session, there.organiser, there.slug, early.number)
    assert early.state is PlanState.CANCELLED
    assert await working.take_up(session, early.id) is None
    for best, state in (({}, PlanState.CANCELLED), (None, PlanState.FOUND)):
        plan = await plans.ask_plan(session, there.organiser, there.slug, plans.PlanWish())
        frozen = await working.take_up(session, plan.id)
        assert frozen is not None
        assert await working.tell(session, plan.id, {"level": "placed", "value": 3, "bound": 4, "seconds": 1.0})
        await plans.stop_plan(session, there.organiser, there.slug, plan.number)
        assert not await working.tell(session, plan.id, {})
        answer = solved(frozen, status="stopped") if best is None else Solution("stopped", Plan(best), (), ())
        await working.record(session, plan.id, frozen, answer)
        await session.refresh(plan)
        assert plan.state is state


async def test_a_version_at_which_nobody_works_is_given_up(session: AsyncSession) -> None:
    there = await stage(session)
    plan = await plans.ask_plan(session, there.organiser, there.slug, plans.PlanWish())
    assert await working.take_up(session, plan.id) is not None
    await working.give_up(session)
    await session.refresh(plan)
    assert plan.state is PlanState.SOLVING
    with clock.freeze(date(2026, 11, 29)):
        await working.give_up(session)
    await session.refresh(plan)
    assert (plan.state, plan.reason) == (PlanState.FAILED, "late")


async def test_publishing_lets_everybody_see_exactly_this_version_and_tells_each_exhibitor_once(session: AsyncSession) -> None:
    there = await stage(session, length=2, exhibitors=5, on_market=0)
    plan = await found(session, there)
    assert await _public(session, there) == {}
    await publish(session, there, plan)
    stood = await plans.published(session, there.fair_id)
    assert stood is not None
    assert {each.booth_id for each in stood.stands} == set(there.booths.values())
    shown = await _public(session, there)
    assert len(shown) == 4
    names = {str(each.party_id): each.booth_id for each in stood.stands}
    codes = {booth: code for code, booth in there.booths.items()}
    assert {codes[booth] for booth in names.values()} == set(shown)
    again = await plans.publish_plan(session, there.organiser, there.slug, plan.number, plans.PlanPublish(version=1))
    assert again.id == plan.id


async def test_only_who_is_new_has_moved_or_is_out_is_told(session: AsyncSession) -> None:
    there = await stage(session, length=2, exhibitors=5, on_market=5)
    for organisation in there.suppliers:
        await _person(session, organisation)
    first = await found(session, there)
    await publish(session, there, first)
    assert len(await _mails(session)) == 5  # Four have booths, the fifth hears why it has none.
    codes = dict(await _codes(session, there))
    held = {code: party for party, code in (await _places(session, there, first)).items()}
    one, other = (codes[held[code]] for code in ("A1", "B2"))
    hand = await plans.keep_by_hand(
        session, there.organiser, there.slug, first.number, plans.HandKeep(steps=(f"swap|{one}|{other}",), newest=first.number)
    )
    await publish(session, there, hand)
    told = (await _mails(session))[5:]
    assert len(told) == 2
    assert all("đổi sang" in subject for subject in told)
    await session.refresh(first)
    assert first.state is PlanState.SUPERSEDED


async def test_a_version_whose_exhibitor_has_left_is_refused_and_says_who(session: AsyncSession) -> None:
    there = await stage(session)
    plan = await found(session, there)
    await withdraw(session, there.applications[0])
    page = await plans.plan_page(session, there.slug, there.organiser, plan.number)
    assert page.line.stale
    assert page.since.withdrawn == ("HTX Số 0",)
    with pytest.raises(Conflict, match="HTX Số 0"):
        await publish(session, there, plan, although_old=True)


async def test_a_version_that_is_only_out_of_date_asks_whether_it_is_meant(session: AsyncSession) -> None:
    there = await stage(session)
    plan = await found(session, there)
    await session.execute(text("UPDATE fairs_application SET water = true WHERE id = :id"), {"id": there.applications[3]})
    await session.execute(text("UPDATE fairs_booth SET water = true WHERE fair_id = :fair"), {"fair": there.fair_id})
    with pytest.raises(Invalid):
        await publish(session, there, plan)
    await publish(session, there, plan, although_old=True)
    assert len(await _public(session, there)) == 4


async def test_two_people_who_change_the_same_version_do_not_overwrite_each_other(session: AsyncSession) -> None:
    there = await stage(session)
    plan = await found(session, there)
    code = (await _codes(session, there))[0][1]
    steps = (f"out|{code}",)
    hand = await plans.keep_by_hand(
        session, there.organiser, there.slug, plan.number, plans.HandKeep(steps=steps, newest=plan.number)
    )
    assert hand.number == plan.number + 1
    with pytest.raises(Conflict, match=str(hand.number)):
        await plans.keep_by_hand(
            session, there.organiser, there.slug, plan.number, plans.HandKeep(steps=(f"lock|{code}",), newest=plan.number)
        )


async def test_a_change_by_hand_that_breaks_a_rule_is_judged_and_not_kept(session: AsyncSession) -> None:
    there = await stage(session)
    plan = await found(session, there)
    places = await _places(session, there, plan)
    (first, first_code), (second, _second_code) = (await _codes(session, there))[:2]
    steps = (f"move|{first_code}|{places[second]}",)
    judged = await plans.judge_by_hand(session, there.organiser, there.slug, plan.number, steps)
    assert [each.rule for each in judged.broken] == [plans.Rule.TWICE]
    with pytest.raises(Invalid):
        await plans.keep_by_hand(
            session, there.organiser, there.slug, plan.number, plans.HandKeep(steps=steps, newest=plan.number)
        )
    assert places[first] != places[second]


async def test_a_lock_is_kept_by_the_next_question(session: AsyncSession) -> None:
    there = await stage(session)
    plan = await found(session, there)
    party, code = (await _codes(session, there))[0]
    locked = await plans.keep_by_hand(
        session, there.organiser, there.slug, plan.number,
        plans.HandKeep(steps=(f"move|{code}|B3", f"lock|{code}"), newest=plan.number),
    )  # fmt: skip
    later = await plans.ask_plan(session, there.organiser, there.slug, plans.PlanWish(locks_of=locked.number))
    frozen = await working.take_up(session, later.id)
    assert frozen is not None
    assert frozen.problem.locked == {party: (str(there.booths["B3"]),)}


async def test_a_booth_held_for_an_exhibitor_is_locked_for_it_and_becomes_its_own(session: AsyncSession) -> None:
    there = await stage(session)
    wish = fairs.bookings.Keep(booth="B3", name="HTX Số 2", until=STARTS)
    held = await fairs.bookings.keep_booth(session, there.organiser, there.slug, wish, key=new_id())
    party, booth = str(there.applications[2]), str(there.booths["B3"])
    assert str(held.application_id) == party
    plan = await found(session, there)
    places = await _places(session, there, plan)
    assert places[party] == "B3"
    code = dict(await _codes(session, there))[party]
    judged = await plans.judge_by_hand(session, there.organiser, there.slug, plan.number, (f"out|{code}",))
    assert [(each.rule, each.booth) for each in judged.broken] == [(plans.Rule.LOCKED, booth)]
    await publish(session, there, plan)
    now = {each.booth: each for each in await fairs.bookings.occupied(session, there.fair_id)}
    assert (now["B3"].origin, now["B3"].state, str(now["B3"].application_id)) == ("plan", "taken", party)
    assert not (await plans.plan_page(session, there.slug, there.organiser, plan.number)).line.stale


async def test_a_hold_that_cannot_be_a_lock_keeps_its_booth_empty(session: AsyncSession) -> None:
    there = await stage(session, rows=({"booths": 2},))
    wish = fairs.bookings.Keep(booth="A1", name="HTX Số 0", until=STARTS)
    await fairs.bookings.keep_booth(session, there.organiser, there.slug, wish, key=new_id())
    plan = await found(session, there)
    places = await _places(session, there, plan)
    assert plan.state == "found"
    assert "A1" not in set(places.values())
    assert str(there.applications[0]) in places


async def test_a_version_that_gives_away_what_is_held_since_is_not_published(session: AsyncSession) -> None:
    there = await stage(session)
    plan = await found(session, there)
    places = await _places(session, there, plan)
    (first, second), names = there.applications[:2], {str(each): f"HTX Số {n}" for n, each in enumerate(there.applications)}
    wish = fairs.bookings.Keep(booth=places[str(first)], name=names[str(second)], until=STARTS)
    await fairs.bookings.keep_booth(session, there.organiser, there.slug, wish, key=new_id())
    page = await plans.plan_page(session, there.slug, there.organiser, plan.number)
    assert page.since.kept == (names[str(second)],)
    with pytest.raises(Conflict, match=names[str(second)]):
        await publish(session, there, plan, although_old=True)


async def test_what_is_published_is_what_the_next_question_stays_near(session: AsyncSession) -> None:
    there = await stage(session)
    plan = await found(session, there)
    await publish(session, there, plan)
    placed = (await placings(session, plan.id))[0]
    near = await plans.ask_plan(session, there.organiser, there.slug, plans.PlanWish())
    frozen = await working.take_up(session, near.id)
    assert frozen is not None
    assert frozen.problem.previous == placed
    assert plans.Level.MOVED in frozen.problem.levels
    far = await plans.ask_plan(session, there.organiser, there.slug, plans.PlanWish(near_published=False))
    frozen = await working.take_up(session, far.id)
    assert frozen is not None
    assert frozen.problem.previous == {}
    assert plans.Level.MOVED not in frozen.problem.levels


async def test_bad_luck_at_an_earlier_fair_is_remembered(session: AsyncSession) -> None:
    early = await stage(session, length=1, exhibitors=3, on_market=3, name="Hội chợ Trước")
    plan = await found(session, early)
    await publish(session, early, plan)
    left_out = (await plans.plan_page(session, early.slug, early.organiser, plan.number)).refused
    assert len(left_out) == 1
    suppliers = dict(
        (
            await session.execute(
                text("SELECT id, supplier_id FROM fairs_application WHERE fair_id = :f"), {"f": early.fair_id}
            )
        ).all()
    )
    with clock.freeze(date(2026, 12, 20)):
        luck = await plans.past_luck(session, list(suppliers.values()), new_id())
        assert luck == {suppliers[UUID(left_out[0].id)]: 2}
        # Whoever shares a booth that was not given has had the same luck; whoever was only invited to it has not.
        lead, *others = UUID(left_out[0].id), *sorted(each for each in suppliers if each != UUID(left_out[0].id))
        share = Share(id=new_id(), fair_id=early.fair_id, lead_id=lead, code="CG-22222", kind=ShareKind.SIDE_BY_SIDE)
        session.add(share)
        await session.flush()
        for each, state in zip((lead, *others), ("agreed", "agreed", "invited"), strict=True):
            session.add(ShareMember(application_id=each, share_id=share.id, state=SharerState(state)))
        await session.flush()
        luck = await plans.past_luck(session, list(suppliers.values()), new_id())
        assert luck == {suppliers[lead]: 2, suppliers[others[0]]: 2}
    assert await plans.past_luck(session, list(suppliers.values()), new_id()) == {}  # That fair is not over yet.


async def test_one_published_version_at_a_time_is_the_schemas_word(session: AsyncSession) -> None:
    there = await stage(session)
    one, other = await found(session, there), await found(session, there)
    await publish(session, there, one)
    with pytest.raises(IntegrityError):
        async with session.begin_nested():
            await session.execute(
                text("UPDATE fairs_plan SET state = 'published', published_at = now() WHERE id = :id"), {"id": other.id}
            )


async def test_a_page_costs_as_many_statements_for_one_exhibitor_as_for_six(session: AsyncSession) -> None:
    costs = []
    for exhibitors in (1, 6):
        there = await stage(session, exhibitors=exhibitors, name=f"Hội chợ {exhibitors}")
        plan = await found(session, there)
        await publish(session, there, plan)
        with counted(session) as statements:
            await plans.plan_page(session, there.slug, there.organiser, plan.number)
            await plans.plan_list(session, there.slug, there.organiser)
            await plans.exhibitors(session, there.slug, None, plans.ExhibitorSearch())
            await plans.public_plan(session, there.slug, None)
        costs.append(len(statements))
    assert costs[0] == costs[1]


async def test_an_unknown_number_is_not_there(session: AsyncSession) -> None:
    there = await stage(session)
    for ask in (plans.plan_page, plans.plan_line, plans.before_publishing):
        with pytest.raises(NotFound):
            await ask(session, there.slug, there.organiser, 99)


async def _codes(session: AsyncSession, there: Stage) -> list[tuple[str, str]]:
    found_codes = await session.execute(
        text("SELECT id, code FROM fairs_application WHERE fair_id = :fair ORDER BY place"), {"fair": there.fair_id}
    )
    return [(str(row[0]), row[1]) for row in found_codes]


async def _places(session: AsyncSession, there: Stage, plan: FairPlan) -> dict[str, str]:
    codes = {str(booth): code for code, booth in there.booths.items()}
    return {party: ", ".join(codes[booth] for booth in those) for party, those in (await placings(session, plan.id))[0].items()}


async def _person(session: AsyncSession, organisation: UUID) -> None:
    from service import accounts

    person = await accounts.add_person(
        session, name="Người nhận thư", email=f"{organisation}@chophien.example", password="mật khẩu để thử"
    )
    await accounts.add_member(session, person.id, organisation, "owner")

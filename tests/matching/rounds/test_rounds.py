"""A round in the database: who may do what in which state, what a clearing keeps, and what each side reads of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue, matching
from service.accounts import SYSTEM, Role
from service.core import clock
from service.core.db import Database, new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.matching import rounds
from service.matching.rounds import ClearingState, RoundState, Wish, solver
from tests import market
from tests.market import TODAY
from tests.matching.rounds import round as small


async def test_only_a_verified_organiser_holds_rounds_and_the_same_form_makes_one(session: AsyncSession) -> None:
    who = await small.organiser(session)
    for other in (replace(who, verified=False), small.viewer(who), market.acting(Role.BUYER, who.organisation_id)):
        with pytest.raises(NotAllowed):
            await rounds.open_round(session, other, small.draft(), key=new_id())
    key = new_id()
    with clock.freeze(TODAY):
        one = await rounds.open_round(session, who, small.draft(), key=key)
        same = await rounds.open_round(session, who, small.draft(), key=key)
    assert one.id == same.id
    assert one.code.startswith("PK-")


async def test_a_draft_is_its_organiser_s_own(session: AsyncSession) -> None:
    found = await small.held(session, open_it=False)
    with pytest.raises(NotFound):
        await rounds.round_page(session, found.code, None)
    assert found.code not in {each.code for each in (await rounds.round_list(session, None)).items}
    assert (await rounds.round_page(session, found.code.lower(), found.organiser)).may_run
    with clock.freeze(TODAY):
        await rounds.move_round(session, found.organiser, found.code, RoundState.COLLECTING)
    assert found.code in {each.code for each in (await rounds.round_list(session, None)).items}


async def test_the_second_of_two_editors_is_told(session: AsyncSession) -> None:
    found = await small.held(session)
    version = found.round.version
    with clock.freeze(TODAY):
        changed = small.draft(name="Hội nghị đổi tên")
        await rounds.revise_round(session, found.organiser, found.code, changed, version=version)
        with pytest.raises(Conflict):
            await rounds.revise_round(session, found.organiser, found.code, small.draft(name="Tên khác"), version=version)
        day = date(2026, 11, 1)
        over = small.draft(starts_on=day, ends_on=day, requests_until=day, suppliers_until=day)
        with pytest.raises(Invalid) as wrong:
            await rounds.revise_round(session, found.organiser, found.code, over, version=found.round.version)
    assert "ends_on" in wrong.value.errors
    with pytest.raises(NotAllowed):
        await rounds.revise_round(session, await small.organiser(session, "Ban khác"), found.code, changed, version=version)


async def test_what_a_round_asks_besides_is_answered_or_the_request_stays_outside(session: AsyncSession) -> None:
    found = await small.held(session)
    asked = (
        rounds.FieldDraft(label_vi="Số gian", kind="number", required=True),
        rounds.FieldDraft(label_vi="Nhận mẫu", kind="choice", choices="Có\nKhông"),
    )
    for each in asked:
        await rounds.add_field(session, found.organiser, found.code, each)
    with pytest.raises(Conflict):
        await rounds.add_field(session, found.organiser, found.code, asked[0])
    buyer = await market.buyer(session)
    who = market.acting(Role.BUYER, buyer.organisation_id)
    request = await market.request(session, buyer)
    with clock.freeze(TODAY):
        with pytest.raises(Invalid) as wrong:
            await rounds.bring_request(session, who, found.code, request.code, {"x_nhan-mau": "Có lẽ"})
        assert set(wrong.value.errors) == {"x_so-gian", "x_nhan-mau"}
        typed = {"x_so-gian": "1.200", "x_nhan-mau": "Có"}
        for _again in range(2):
            brought = await rounds.bring_request(session, who, found.code, request.code, typed)
        assert brought.extra == {"so-gian": 1200, "nhan-mau": "Có"}
        view = await rounds.round_page(session, found.code, found.organiser)
        lines = await rounds.round_requests(session, view, found.organiser)
        assert lines.items[0].extra == [("Số gian", "1.200"), ("Nhận mẫu", "Có")]
        await rounds.take_back_request(session, who, found.code, request.code)
        assert (await rounds.round_page(session, found.code, found.organiser)).requests == 0
    facts = await session.scalars(text("SELECT fact FROM core_journal WHERE subject = :id ORDER BY id"), {"id": found.round.id})
    assert list(facts)[-2:] == ["RequestBrought", "RequestTakenBack"]


async def test_a_request_is_in_one_round_and_comes_before_the_last_day(session: AsyncSession) -> None:
    one, other = await small.held(session), await small.held(session)
    buyer = await market.buyer(session)
    who = market.acting(Role.BUYER, buyer.organisation_id)
    request = await market.request(session, buyer)
    with clock.freeze(TODAY):
        await rounds.bring_request(session, who, one.code, request.code, {})
        with pytest.raises(Conflict):
            await rounds.bring_request(session, who, other.code, request.code, {})
        with pytest.raises(NotAllowed):
            await rounds.bring_request(session, market.acting(Role.BUYER, new_id()), one.code, request.code, {})
    with clock.freeze(date(2026, 12, 6)), pytest.raises(Conflict):
        await rounds.bring_request(session, who, one.code, (await market.request(session, buyer)).code, {})


async def test_a_supplier_joins_with_its_own_products_and_leaves(session: AsyncSession) -> None:
    found = await small.with_people(session, await small.held(session))
    who = found.people["X"]
    with clock.freeze(TODAY):
        for _again in range(2):
            joined = await rounds.join(session, who, found.code, rounds.Joining(products=(found.products["X"],)))
            assert len(joined) == 1
        with pytest.raises(Invalid):
            await rounds.join(session, who, found.code, rounds.Joining(products=(found.products["X"], found.products["Y"])))
        view = await rounds.round_page(session, found.code, who)
        assert [each.brought for each in await rounds.own_products(session, view, who)] == [True]
        assert view.suppliers == 3
        for _again in range(2):
            await rounds.leave(session, who, found.code)
        assert (await rounds.round_page(session, found.code, who)).suppliers == 2
    with pytest.raises(NotAllowed):
        await rounds.join(session, small.viewer(who), found.code, rounds.Joining(every=True))


async def test_suppliers_of_an_earlier_round_are_taken_over_once(session: AsyncSession) -> None:
    earlier = await small.with_people(session, await small.held(session))
    with clock.freeze(TODAY):
        later = await rounds.open_round(session, earlier.organiser, small.draft(name="Phiên sau"), key=new_id())
        assert await rounds.take_over(session, earlier.organiser, later.code, earlier.code) == 3
        assert await rounds.take_over(session, earlier.organiser, later.code, earlier.code) == 0
        view = await rounds.round_page(session, later.code, earlier.organiser)
        assert (view.suppliers, view.products) == (3, 3)
        lines = await rounds.round_suppliers(session, view)
        assert {each.taken_from for each in lines.items} == {earlier.code}
        with pytest.raises(Invalid):
            await rounds.take_over(session, earlier.organiser, later.code, (await small.held(session)).code)


async def test_a_clearing_keeps_a_plan_with_its_proof_and_says_who_was_kept_out(database: Database) -> None:
    async with database.transaction() as session:
        found = await small.with_people(session, await small.held(session), kg=300)
    await small.cleared(database, found)
    async with database.transaction() as session:
        with clock.freeze(TODAY):
            view = await rounds.round_page(session, found.code, found.organiser)
            assert view.state is RoundState.CLEARED
            (one,) = await rounds.clearing_list(session, view)
            assert one.state is ClearingState.DONE
            assert one.report["status"] == "optimal"
            assert one.report["worth"]["kg"] == 1200  # Two months, two suppliers, 300 kg each.
            assert not one.stale
            assert [each.name for each in one.tradeoffs] == ["free", "light", "balanced", "even", "most_even"]
            needs = await rounds.clearing_needs(session, one)
            assert all("thiếu" in " ".join(each.reasons) for each in needs.items)
            suppliers = await rounds.clearing_suppliers(session, one)
            assert suppliers.items[0].given_kg == 0
            assert "giá cao hơn trần" in suppliers.items[0].reasons[0]
            assert not any(each.reasons for each in suppliers.items[1:])
        # Nobody reads proposals before they are published.
        with pytest.raises(NotFound):
            await rounds.proposal_list(session, view, found.organiser)
        with pytest.raises(NotAllowed):
            await rounds.clearing_list(session, await rounds.round_page(session, found.code, found.people["A"]))


async def test_the_same_round_is_not_cleared_twice_until_something_changes(database: Database) -> None:
    async with database.transaction() as session:
        found = await small.with_people(session, await small.held(session))
    first = await small.cleared(database, found)
    assert await small.cleared(database, found) == first
    assert await small.cleared(database, found, "free") != first
    async with database.transaction() as session:
        product = await session.scalar(text("SELECT id FROM catalogue_product WHERE slug = :s"), {"s": found.products["X"]})
        await session.execute(text("UPDATE catalogue_supply SET capacity_kg = 10 WHERE product_id = :id"), {"id": product})
    async with database.transaction() as session:
        with clock.freeze(TODAY):
            view = await rounds.round_page(session, found.code, found.organiser)
            assert [each.stale for each in await rounds.clearing_list(session, view)] == [True, True]
            with pytest.raises(Conflict):
                await rounds.publish_clearing(session, found.organiser, found.code, 1)
    assert await small.cleared(database, found) != first


async def test_each_side_reads_its_own_proposals_and_says_whether_it_wants_to_meet(database: Database) -> None:
    async with database.transaction() as session:
        found = await small.with_people(session, await small.held(session))
    await small.published(database, found)
    async with database.transaction() as session:
        with clock.freeze(TODAY):
            shown = {}
            for name, who in {**found.people, "organiser": found.organiser}.items():
                view = await rounds.round_page(session, found.code, who)
                shown[name] = await rounds.proposal_list(session, view, who)
            assert shown["organiser"].total >= 2
            assert shown["organiser"].kg == 2000
            assert (
                sum(shown[name].total for name in "AB") == sum(shown[name].total for name in "XY") == shown["organiser"].total
            )
            assert shown["Z"].total == 0
            assert {each.request_code for each in shown["A"].items} == {found.requests["A"].code}
            assert all(each.side is None for each in shown["organiser"].items)
            one = shown["A"].items[0]
            assert one.price in (70_000, 85_000)
            stranger = market.acting(Role.BUYER, new_id())
            view = await rounds.round_page(session, found.code, stranger)
            assert (await rounds.proposal_list(session, view, stranger)).total == 0
            with pytest.raises(NotFound):
                await rounds.say_wish(session, stranger, one.id, Wish.MEET)
            with pytest.raises(NotAllowed):
                await rounds.say_wish(session, small.viewer(found.people["A"]), one.id, Wish.MEET)
            for _again in range(2):
                await rounds.say_wish(session, found.people["A"], one.id, Wish.MEET)
            other = next(name for name in "XY" if one.id in {each.id for each in shown[name].items})
            await rounds.say_wish(session, found.people[other], one.id, Wish.MEET)
            view = await rounds.round_page(session, found.code, found.organiser)
            assert (await rounds.proposal_list(session, view, found.organiser)).mutual == 1
    async with database.transaction() as session:
        facts = await session.scalar(text("SELECT count(*) FROM core_journal WHERE fact = 'WishSaid'"))
        assert facts == 2


async def test_each_side_reads_what_it_got_and_why_not_more(database: Database) -> None:
    async with database.transaction() as session:
        found = await small.with_people(session, await small.held(session), kg=300)
    await small.published(database, found)
    async with database.transaction() as session:
        with clock.freeze(TODAY):
            own = {}
            for name, who in {**found.people, "organiser": found.organiser}.items():
                view = await rounds.round_page(session, found.code, who)
                own[name] = await rounds.own_lines(session, view, who)
            for name in "AB":
                ((line,), got) = own[name]
                assert (line.code, line.asked_kg, got) == (found.requests[name].code, 1000, [])
                assert "thiếu" in " ".join(line.reasons)
            assert [(line.given_kg, line.free_kg, line.reasons) for line in own["X"][1]] == [(600, 600, [])]
            ((none,), needs) = own["Z"][1], own["Z"][0]
            assert (none.given_kg, needs) == (0, [])
            assert "giá cao hơn trần" in none.reasons[0]
            assert own["organiser"] == ([], [])


async def test_published_proposals_stay_as_they_are_and_lead_to_invitations(database: Database) -> None:
    async with database.transaction() as session:
        found = await small.with_people(session, await small.held(session))
    await small.published(database, found)
    async with database.transaction() as session:
        with clock.freeze(TODAY):
            with pytest.raises(NotAllowed):
                await rounds.ask_clearing(session, found.organiser, found.code, rounds.ClearingWish(fairness="free"))
            with pytest.raises(NotAllowed):
                await rounds.revise_round(session, found.organiser, found.code, small.draft(), version=found.round.version)
            view = await rounds.round_page(session, found.code, found.organiser)
            every = list(await rounds.every_proposal(session, view, found.organiser))
            first = every[0]
            buyer = next(name for name in "AB" if found.requests[name].code == first.request_code)
            await rounds.say_wish(session, found.people[buyer], first.id, Wish.NO)
            sent, passed = await rounds.send_invitations(session, found.organiser, found.code)
            assert (sent, passed) == (len(every) - 1, 0)
            assert await rounds.send_invitations(session, found.organiser, found.code) == (0, 0)
            kinds = await session.scalars(text("SELECT DISTINCT origin FROM matching_invitation"))
            assert list(kinds) == ["round"]
            with pytest.raises(NotAllowed):
                await rounds.send_invitations(session, found.people["A"], found.code)


async def test_a_stopped_clearing_leaves_nothing_and_the_round_collects_again(database: Database) -> None:
    async with database.transaction() as session:
        found = await small.with_people(session, await small.held(session))
    with clock.freeze(TODAY):
        async with database.transaction() as session:
            asked = await rounds.ask_clearing(session, found.organiser, found.code, rounds.ClearingWish())
            assert (await rounds.ask_clearing(session, found.organiser, found.code, rounds.ClearingWish())).id == asked.id
        async with database.transaction() as session:
            with pytest.raises(Conflict):
                await rounds.move_round(session, found.organiser, found.code, RoundState.COLLECTING)
        async with database.transaction() as session:
            await rounds.stop_clearing(session, found.organiser, found.code, 1)
        await rounds.work(database, asked.id, solver.solve_all)
        async with database.transaction() as session:
            view = await rounds.round_page(session, found.code, found.organiser)
            (one,) = await rounds.clearing_list(session, view)
            assert (view.state, one.state) == (RoundState.COLLECTING, ClearingState.STOPPED)
            assert await session.scalar(text("SELECT count(*) FROM matching_proposal")) == 0
        assert await small.cleared(database, found) != asked.id


async def test_work_that_breaks_down_is_said_to_be_given_up(database: Database) -> None:
    async with database.transaction() as session:
        found = await small.with_people(session, await small.held(session))

    def broken(*_asked: object, **_options: object) -> None:
        raise ArithmeticError("no flow")

    with clock.freeze(TODAY):
        async with database.transaction() as session:
            asked = await rounds.ask_clearing(session, found.organiser, found.code, rounds.ClearingWish())
        with pytest.raises(ArithmeticError):
            await rounds.work(database, asked.id, broken)
        async with database.transaction() as session:
            view = await rounds.round_page(session, found.code, found.organiser)
            (one,) = await rounds.clearing_list(session, view)
            assert (view.state, one.state) == (RoundState.COLLECTING, ClearingState.FAILED)


async def test_a_request_without_its_buyer_s_name_stays_so(database: Database) -> None:
    async with database.transaction() as session:
        found = await small.with_people(session, await small.held(session))
        await session.execute(
            text("UPDATE matching_request SET visibility = 'anonymous' WHERE id = :id"), {"id": found.requests["A"].id}
        )
    await small.published(database, found)
    async with database.transaction() as session:
        with clock.freeze(TODAY):
            for name in ("X", "Y"):
                view = await rounds.round_page(session, found.code, found.people[name])
                for each in (await rounds.proposal_list(session, view, found.people[name])).items:
                    assert (each.buyer is None) == (each.request_code == found.requests["A"].code)
            view = await rounds.round_page(session, found.code, found.organiser)
            lines = await rounds.round_requests(session, view, found.organiser)
            assert {each.code: each.buyer for each in lines.items}[found.requests["A"].code] is None


async def test_what_is_promised_elsewhere_is_not_given_away(database: Database) -> None:
    async with database.transaction() as session:
        found = await small.with_people(session, await small.held(session))
        product = await session.scalar(text("SELECT id FROM catalogue_product WHERE slug = :s"), {"s": found.products["X"]})
        with clock.freeze(TODAY):
            await catalogue.ledger.promise(
                session, SYSTEM, [catalogue.ledger.Wish(product, date(2026, 12, 1), Decimal(450))],
                source=catalogue.ledger.Source("order", new_id(), "đơn thử"), reason="thử",
            )  # fmt: skip
    await small.cleared(database, found)
    async with database.transaction() as session:
        given = await session.scalar(
            text(
                "SELECT sum(p.kg[array_position(p.months, DATE '2026-12-01')]) FROM matching_proposal p"
                " WHERE p.product_id = :id"
            ),
            {"id": product},
        )
        assert given == 50


async def test_what_is_awarded_already_is_not_asked_for_once_more(database: Database) -> None:
    """Of two requests of 500 kg a month one has 300 kg of its first month; the other lacks half a kilogram and is out."""
    december, january = (day for day, _kg in small.MONTHS)
    async with database.transaction() as session:
        found = await small.with_people(session, await small.held(session), kg=2000)
    first = await small.cleared(database, found)
    async with database.transaction() as session:
        with clock.freeze(TODAY):
            product = await session.scalar(text("SELECT id FROM catalogue_product WHERE slug = :s"), {"s": found.products["X"]})
            awards = {}
            for name, taken in (("A", {december: 300}), ("B", {december: 500, january: Decimal("499.5")})):
                lines = tuple(
                    matching.quotes.QuoteLine(product_id=product, month=day, kg=Decimal(500), price_vnd_per_kg=70_000)
                    for day in (december, january)
                )
                draft = matching.quotes.QuoteDraft(lines=lines, valid_until=date(2027, 1, 15))
                code = found.requests[name].code
                quote = await matching.quotes.send(session, found.people["X"], code, draft, key=new_id())
                parts = [
                    matching.quotes.Part(quote_id=quote.id, product_id=product, month=day, kg=Decimal(kg))
                    for day, kg in taken.items()
                ]
                version = await session.scalar(text("SELECT version FROM matching_request WHERE code = :c"), {"c": code})
                (awards[name],) = await matching.quotes.award(
                    session, found.people[name], code, parts, version=version, key=new_id()
                )
            stuff = await rounds.material(session, found.round.id, TODAY)
            assert [(each.id, [wanted.kg for wanted in each.request.wanted]) for each in stuff.asked] == [
                (found.requests["A"].id, [200, 500])
            ]
    assert await small.cleared(database, found) != first
    async with database.transaction() as session:
        with clock.freeze(TODAY):
            view = await rounds.round_page(session, found.code, found.organiser)
            one = (await rounds.clearing_list(session, view))[0]
            assert (one.report["requests"], one.report["worth"]["asked_kg"], one.report["worth"]["kg"]) == (1, 700, 700)
            assert not one.stale
            # An award that is undone is asked for again, and the clearing is known to be old.
            undoing = matching.quotes.Undoing(reason="Nguồn báo lại")
            await matching.quotes.undo_award(session, found.people["B"], awards["B"].id, undoing)
            assert (await rounds.clearing_list(session, view))[0].stale
            assert len((await rounds.material(session, found.round.id, TODAY)).asked) == 2


def test_questions_are_read_as_their_kinds() -> None:
    kinds = rounds.FieldKind
    asked = [
        rounds.Field("t", "Chữ", kinds.TEXT), rounds.Field("n", "Số", kinds.NUMBER, required=True),
        rounds.Field("c", "Chọn", kinds.CHOICE, choices=("a", "b")), rounds.Field("y", "Có?", kinds.YES_NO),
        rounds.Field("d", "Ngày", kinds.DATE),
    ]  # fmt: skip
    good = rounds.read_extra(
        asked, {"x_t": " chữ\x00 ", "x_n": "1.200,5", "x_c": "b", "x_y": "no", "x_d": "5/12/2026", "x_z": "?"}
    )
    assert good == rounds.Extra({"t": "chữ", "n": 1200.5, "c": "b", "y": False, "d": "2026-12-05"}, {})
    assert rounds.read_extra(asked, rounds.typed_extra(asked, good.values)) == good
    assert rounds.read_extra(asked, good.values) == good
    bad = rounds.read_extra(asked, {"x_t": "x" * 501, "x_n": "1" + "0" * 400, "x_c": "z", "x_y": "maybe", "x_d": "32/13/2026"})
    assert set(bad.errors) == {"x_t", "x_n", "x_c", "x_y", "x_d"}
    assert all(bad.errors.values())
    assert "x_n" in rounds.read_extra(asked, {}).errors
    wild = rounds.read_extra(asked, {"t": 5, "n": True, "c": ["a"], "y": 3, "d": 7})
    assert set(wild.errors) == {"x_t", "x_n", "x_c", "x_y", "x_d"}


async def test_what_came_of_earlier_promises_weighs_as_on_the_page_of_the_request(database: Database) -> None:
    september = date(2026, 9, 1)
    async with database.transaction() as session:
        found = await small.with_people(session, await small.held(session))
        product = await session.scalar(text("SELECT id FROM catalogue_product WHERE slug = :s"), {"s": found.products["X"]})
        with clock.freeze(september):
            await catalogue.ledger.promise(
                session, SYSTEM, [catalogue.ledger.Wish(product, september, Decimal(100))],
                source=catalogue.ledger.Source("order", product, "đơn cũ"), reason="thử",
            )  # fmt: skip
            await catalogue.ledger.consume(session, SYSTEM, "order", product, product, september, Decimal(80), on=september)
    await small.cleared(database, found)
    async with database.transaction() as session:
        given = {
            (row[0], row[1]): row[2]
            for row in await session.execute(
                text(
                    "SELECT r.code, p.slug, x.fit FROM matching_proposal x JOIN matching_request r ON r.id = x.request_id"
                    "  JOIN catalogue_product p ON p.id = x.product_id"
                )
            )
        }
        with clock.freeze(TODAY):
            for (code, slug), fit in given.items():
                page = await matching.ranked(
                    session, code, actor=found.people["A" if code == found.requests["A"].code else "B"]
                )
                (line,) = [each for each in page.matches if each.product_slug == slug]
                assert round(line.score, 4) == float(fit)
    assert any(slug == found.products["X"] for _code, slug in given)

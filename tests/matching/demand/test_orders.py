"""A joint order from its opening to its request: who may what, what follows, what is told, what others may read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, matching
from service.accounts import SYSTEM, Actor, MemberRole, Role
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.matching import demand
from service.matching.demand import mails
from tests import market
from tests.market import TODAY
from tests.matching.demand import making
from tests.matching.demand.making import DECEMBER, JANUARY, months, no, part, yes
from tests.matching.quotes import market as quoting

LATER = date(2026, 12, 1)  # The day after the last one for joining.


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(TODAY):
        yield


async def parties(session: AsyncSession, count: int = 3) -> list[making.Party]:
    return [await making.party(session) for _ in range(count)]


async def test_the_same_form_twice_opens_one_order(session: AsyncSession) -> None:
    (one,) = await parties(session, 1)
    key = new_id()
    first = await demand.open_order(session, one[1], one[0], making.order(), key=key)
    again = await demand.open_order(session, one[1], one[0], making.order(target_kg=2000), key=key)
    assert again.id == first.id
    assert first.code.startswith("GD-")
    shown = await making.standing(session, first.code.lower(), one[1])
    assert (shown.line.members, shown.line.joined_kg, shown.line.target_kg) == (1, 800, 2000)
    assert shown.leads
    assert await making.facts(session, first.id) == ["JointOrderOpened"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"commodity": "không có món này"}, "commodity"),
        ({"certificates": ("XYZ",)}, "certificates"),
        ({"delivery_province_code": "00"}, "delivery_province_code"),
        ({"communes": ("Xã Không Đâu",)}, "communes"),
        ({"join_by": TODAY}, "join_by"),
        ({"join_by": date(2027, 2, 1)}, "join_by"),
        ({"months": ((date(2026, 10, 1), Decimal(5)), (date(2026, 12, 1), Decimal(5)))}, "kg_01"),
        ({"months": months(1000, 1000)}, "target_kg"),
        ({"months": months(1001, 1)}, "target_kg"),
        ({"target_kind": "bulk", "months": months(5000, 1000)}, "target_kg"),
    ],
)
async def test_what_is_not_right_is_said_beside_its_field(session: AsyncSession, said: dict[str, object], field: str) -> None:
    one = await making.party(session)
    with pytest.raises(Invalid) as refused:
        await making.opened(session, one, **said)
    assert field in refused.value.errors


async def test_only_verified_buyers_come_together(session: AsyncSession) -> None:
    one, two = await parties(session, 2)
    unverified = Actor(new_id(), "x", two[1].organisation_id, "", Role.BUYER, MemberRole.OWNER)
    viewer = Actor(new_id(), "x", two[1].organisation_id, "", Role.BUYER, MemberRole.VIEWER, verified=True)
    supplier = market.acting(Role.SUPPLIER, two[1].organisation_id)
    made = await making.opened(session, one)
    for actor in (unverified, viewer, supplier, one[1]):
        with pytest.raises(NotAllowed):
            await demand.open_order(session, actor, two[0], making.order())
        with pytest.raises(NotAllowed):
            await demand.take_part(session, actor, made.code, two[0], part(100))
    with pytest.raises(ValueError, match="đồng ý"):
        demand.PartDraft(months=months(100))
    with pytest.raises(ValueError, match="đồng ý"):
        demand.PartDraft(months=months(100), consent=False)


async def test_members_join_change_and_leave(session: AsyncSession) -> None:
    one, two, three = await parties(session)
    made = await making.opened(session, one)
    member = await demand.take_part(session, two[1], made.code, two[0], part(200))
    version = member.version
    await demand.take_part(session, two[1], made.code, two[0], part(200))
    assert member.version == version
    await demand.take_part(session, two[1], made.code, two[0], part(250, 100, version=version))
    with pytest.raises(Conflict):
        await demand.take_part(session, two[1], made.code, two[0], part(300, version=version))
    await demand.leave(session, two[1], made.code, two[0])
    await demand.leave(session, two[1], made.code, two[0])
    assert (await making.standing(session, made.code, one[1])).line.members == 1
    await demand.take_part(session, two[1], made.code, two[0], part(50))
    with pytest.raises(NotFound):
        await demand.leave(session, three[1], made.code, three[0])
    with pytest.raises(Conflict):
        await demand.leave(session, one[1], made.code, one[0])
    shown = await making.standing(session, made.code, two[1])
    assert shown.line.total == {DECEMBER: 450, JANUARY: 400}
    assert shown.line.missing == {DECEMBER: 550, JANUARY: 600}
    assert shown.own_version == member.version
    assert await making.facts(session, made.id) == [
        "JointOrderOpened", "MemberJoined", "MemberPartChanged", "MemberLeft", "MemberJoined",
    ]  # fmt: skip


async def test_a_lorry_takes_no_more_than_its_load_and_a_bulk_order_does(session: AsyncSession) -> None:
    one, two, three = await parties(session)
    lorry = await making.opened(session, one)
    with pytest.raises(Invalid) as refused:
        await demand.take_part(session, two[1], lorry.code, two[0], part(601, 100))
    assert "600" in refused.value.errors["kg_12"]
    early = demand.PartDraft(months=((date(2026, 11, 1), Decimal(1)),), consent=True)
    with pytest.raises(Invalid) as outside:
        await demand.take_part(session, two[1], lorry.code, two[0], early)
    assert "kg_11" in outside.value.errors
    bulk = await making.opened(session, one, target_kind="bulk", months=months(400))
    await demand.take_part(session, three[1], bulk.code, three[0], part(9000))
    assert bulk.state == demand.OrderState.CONFIRMING


async def test_places_outside_the_round_are_not_served(session: AsyncSession) -> None:
    one, two = await parties(session, 2)
    with pytest.raises(Invalid):
        await making.opened(session, one, communes="Đông Anh\nSóc Sơn", commune="Hà Đông")
    made = await making.opened(session, one, communes="Đông Anh; Sóc Sơn", commune="Đông Anh")
    with pytest.raises(Invalid) as refused:
        await demand.take_part(session, two[1], made.code, two[0], part(100))
    assert "commune" in refused.value.errors
    await demand.take_part(session, two[1], made.code, two[0], part(100, commune="xã Sóc Sơn"))
    shown = await making.standing(session, made.code, two[1])
    assert shown.line.area == "Xã Đông Anh, Xã Sóc Sơn, TP. Hà Nội"


async def test_who_fills_it_closes_it_and_everybody_confirms(session: AsyncSession) -> None:
    one, two, three = everybody = await parties(session)
    made = await making.confirming(session, *everybody)
    assert (made.state, made.round, made.answer_by) == (demand.OrderState.CONFIRMING, 1, TODAY + timedelta(days=3))
    with pytest.raises(Conflict):
        await demand.take_part(session, two[1], made.code, two[0], part(100))
    with pytest.raises(Conflict):
        await demand.leave(session, two[1], made.code, two[0])
    with pytest.raises(Conflict):
        await demand.answer(session, one[1], made.code, one[0], yes(2))
    stranger = await making.party(session)
    with pytest.raises(NotFound):
        await demand.answer(session, stranger[1], made.code, stranger[0], yes())
    await demand.answer(session, two[1], made.code, two[0], no())
    await demand.answer(session, two[1], made.code, two[0], yes())  # She may change her mind while others are waited for.
    for buyer_id, actor in (one, three):
        await demand.answer(session, actor, made.code, buyer_id, yes())
    await session.refresh(made)
    assert made.state == demand.OrderState.CONFIRMED
    await demand.answer(session, one[1], made.code, one[0], yes())  # Pressed twice.
    with pytest.raises(Conflict):
        await demand.answer(session, one[1], made.code, one[0], no())
    with pytest.raises(NotAllowed):
        await demand.post_request(session, two[1], made.code, two[0], making.posting(made))
    request = await demand.post_request(session, one[1], made.code, one[0], making.posting(made, ceiling_vnd_per_kg=90_000))
    assert (await demand.post_request(session, one[1], made.code, one[0], making.posting(made))).id == request.id
    assert request.demand_id == made.id
    view = await matching.request_page(session, request.code, None)
    assert view.months == ((DECEMBER, Decimal(1000)), (JANUARY, Decimal(1000)))
    assert "3 nhà phân phối" in (view.note or "")
    assert (await making.standing(session, made.code, three[1])).request_code == request.code
    with pytest.raises(Conflict):
        await demand.call_off(session, one[1], made.code, demand.Move(version=made.version))


async def test_who_is_silent_drops_out_and_the_rest_are_asked_again(session: AsyncSession) -> None:
    one, two, three = everybody = await parties(session)
    made = await making.confirming(session, *everybody)
    for buyer_id, actor in (one, two):
        await demand.answer(session, actor, made.code, buyer_id, yes())
    assert await demand.settle_due(session) == 0  # Its day is not over.
    with clock.freeze(TODAY + timedelta(days=4)):
        with pytest.raises(Conflict):
            await demand.answer(session, three[1], made.code, three[0], yes())
        assert await demand.settle_due(session) == 1
        assert await demand.settle_due(session) == 0
        await session.refresh(made)
        assert (made.state, made.round) == (demand.OrderState.CONFIRMING, 2)
        with pytest.raises(NotAllowed):
            await demand.answer(session, three[1], made.code, three[0], yes(2))
        shown = await making.standing(session, made.code, one[1])
        assert [each.state for each in shown.members] == ["joined", "joined", "silent"]
        assert shown.line.total == {DECEMBER: 700, JANUARY: 700}
        for buyer_id, actor in (one, two):
            await demand.answer(session, actor, made.code, buyer_id, yes(2))
        await session.refresh(made)
        # Everybody who is left has agreed to the smaller order, so it stands.
        assert made.state == demand.OrderState.CONFIRMED
    assert "MemberSilent" in await making.facts(session, made.id)


async def test_one_alone_is_no_joint_order(session: AsyncSession) -> None:
    one, two, three = everybody = await parties(session)
    made = await making.confirming(session, *everybody)
    await demand.answer(session, one[1], made.code, one[0], yes())
    await demand.answer(session, two[1], made.code, two[0], no())
    await demand.answer(session, three[1], made.code, three[0], no())
    await session.refresh(made)
    assert (made.state, made.reason) == (demand.OrderState.FAILED, demand.EndReason.TOO_FEW)


async def test_the_lead_passes_on_when_the_lead_drops_out(session: AsyncSession) -> None:
    one, two, three = everybody = await parties(session)
    made = await making.confirming(session, *everybody)
    await demand.answer(session, one[1], made.code, one[0], no())
    for buyer_id, actor in (two, three):
        await demand.answer(session, actor, made.code, buyer_id, yes())
    await session.refresh(made)
    assert (made.round, made.lead_id) == (2, two[0])
    for buyer_id, actor in (two, three):
        await demand.answer(session, actor, made.code, buyer_id, yes(2))
    await session.refresh(made)
    assert made.state == demand.OrderState.CONFIRMED
    # The new lead lets its day pass: then any member may post, and nobody else.
    with clock.freeze(TODAY + timedelta(days=9)):
        stranger = await making.party(session)
        with pytest.raises(NotFound):
            await demand.post_request(session, stranger[1], made.code, stranger[0], making.posting(made))
        request = await demand.post_request(session, three[1], made.code, three[0], making.posting(made))
    assert request.buyer_id == three[0]


async def test_after_its_day_the_lead_decides_or_time_does(session: AsyncSession) -> None:
    one, two, _three = await parties(session)
    made = await making.opened(session, one)
    lonely = await making.opened(session, one)
    await demand.take_part(session, two[1], made.code, two[0], part(100, 100))
    move = demand.Move(version=made.version)
    with pytest.raises(Conflict):
        await demand.ask_to_confirm(session, one[1], made.code, move)
    with pytest.raises(NotAllowed):
        await demand.ask_to_confirm(session, two[1], made.code, move)
    with clock.freeze(LATER):
        with pytest.raises(Conflict):
            await demand.take_part(session, two[1], made.code, two[0], part(200, 100))
        with pytest.raises(Conflict):
            await demand.ask_to_confirm(session, one[1], lonely.code, demand.Move(version=lonely.version))
        with pytest.raises(Invalid):
            await demand.extend(session, one[1], made.code, demand.Extension(join_by=LATER, version=made.version))
        longer = demand.Extension(join_by=LATER + timedelta(days=5), version=made.version)
        await demand.extend(session, one[1], made.code, longer)
        await demand.extend(session, one[1], made.code, longer)  # Pressed twice.
        with pytest.raises(Conflict):
            await demand.extend(session, one[1], made.code, longer.model_copy(update={"join_by": LATER + timedelta(days=9)}))
    with clock.freeze(LATER + timedelta(days=6)):
        move = demand.Move(version=made.version)
        await demand.ask_to_confirm(session, one[1], made.code, move)
        await demand.ask_to_confirm(session, one[1], made.code, move)
        assert made.round == 1
    with clock.freeze(date(2026, 12, 8)):
        assert await demand.settle_due(session) == 1
    await session.refresh(lonely)
    assert (lonely.state, lonely.reason) == (demand.OrderState.FAILED, demand.EndReason.NOT_FILLED)
    await demand.call_off(session, one[1], made.code, demand.Move(version=made.version))
    await demand.call_off(session, one[1], made.code, demand.Move(version=1))
    assert made.state == demand.OrderState.CANCELLED


async def test_names_and_places_are_read_only_where_their_owner_has_agreed(session: AsyncSession) -> None:
    one = await making.party(session, "Siêu thị Kín Tiếng")
    two = await making.party(session, "Siêu thị Cởi Mở")
    stranger = await making.party(session)
    made = await making.opened(session, one, place="Kho bí mật")
    await demand.take_part(session, two[1], made.code, two[0], part(100, name_shown=True, place="Kho Hai Bà Trưng"))
    officer = market.acting(Role.OFFICER, new_id())
    for reader in (None, stranger[1], officer, market.acting(Role.SUPPLIER, new_id())):
        shown = await making.standing(session, made.code, reader)
        assert (shown.members, shown.own, shown.lead_name, shown.invite, shown.awarded) == ((), None, None, None, None)
        assert shown.line.members == 2
        assert "Siêu thị" not in repr(shown)
        assert "bí mật" not in repr(shown)
    seen = await making.standing(session, made.code, two[1])
    assert [(each.name, each.called, each.total) for each in seen.members] == [
        (None, "Nhà phân phối 1", 800), ("Siêu thị Cởi Mở", "Siêu thị Cởi Mở", 100),
    ]  # fmt: skip
    assert "Kín" not in repr(seen)
    assert "bí mật" not in repr(seen)
    assert "Kho Hai Bà Trưng" in (await making.standing(session, made.code, one[1])).members[1].place
    await demand.leave(session, two[1], made.code, two[0])
    gone = await making.standing(session, made.code, two[1])
    assert gone.members == ()  # Whoever has left reads the others' kilograms no more.
    assert gone.invite is None


async def test_an_unlisted_order_is_found_by_its_link_only(session: AsyncSession) -> None:
    one, two, three = await parties(session)
    made = await making.opened(session, one, listed=False)
    assert (await demand.joint_orders(session, demand.OrderSearch(), two[1])).items == []
    for invite in (None, "", "x", made.invite_token[:-1], "đ" * 30):
        with pytest.raises(NotFound):
            await making.standing(session, made.code, two[1], invite=invite)
        with pytest.raises(NotFound):
            await demand.take_part(session, two[1], made.code, two[0], part(100, invite=invite))
    assert (await making.standing(session, made.code, None, invite=made.invite_token)).line.members == 1
    await demand.take_part(session, two[1], made.code, two[0], part(100, invite=made.invite_token))
    assert (await making.standing(session, made.code, two[1])).invite == made.invite_token
    for change in (
        demand.call_off(session, three[1], made.code, demand.Move(version=made.version)),
        demand.leave(session, three[1], made.code, three[0]),
        demand.post_request(session, three[1], made.code, three[0], making.posting(made)),
    ):
        with pytest.raises(NotFound):
            await change
    assert [line.code for line in await demand.own_orders(session, two[1])] == [made.code]


async def test_the_list_pages_filters_and_asks_the_same_for_one_as_for_three(session: AsyncSession) -> None:
    one = await making.party(session)
    made = [await making.opened(session, one, delivery_province_code=city) for city in ("01", "79", "01")]
    found = await demand.joint_orders(session, demand.OrderSearch(limit=2))
    assert [line.code for line in found.items] == [made[2].code, made[1].code]
    assert (found.total, found.cities) == (3, [("01", 2), ("79", 1)])
    rest = await demand.joint_orders(session, demand.OrderSearch(limit=2, cursor=found.next))
    assert ([line.code for line in rest.items], rest.next) == ([made[0].code], None)
    in_south = await demand.joint_orders(session, demand.OrderSearch(province="79", commodity="miến dong"))
    assert [line.code for line in in_south.items] == [made[1].code]
    assert (await demand.joint_orders(session, demand.OrderSearch(commodity="mật ong"))).items == []
    await demand.call_off(session, one[1], made[0].code, demand.Move(version=made[0].version))
    assert (await demand.joint_orders(session, demand.OrderSearch())).total == 2
    assert (await demand.joint_orders(session, demand.OrderSearch(ended_too=True))).total == 3
    with pytest.raises(Invalid):
        await demand.joint_orders(session, demand.OrderSearch(cursor="abc"))


async def test_prices_reached_are_those_that_the_reader_may_see(session: AsyncSession) -> None:
    await market.supplier(session, "OPEN")
    plenty = ((2026, (Decimal(1200),) * 12),)
    tiers = ((Decimal(100), 80_000), (Decimal(1000), 74_000), (Decimal(5000), 70_000))
    await market.product(session, "OPEN", tiers=tiers, capacity=plenty)
    await market.supplier(session, "SHUT", wholesale_public=False)
    await market.product(session, "SHUT", tiers=((Decimal(500), 69_000),))
    await market.supplier(session, "LOW")
    await market.product(
        session, "LOW", tiers=((Decimal(10), 50_000),), certificates=(), name="Miến chưa có sao"
    )  # No star: not what is asked for.
    (one,) = await parties(session, 1)
    made = await making.opened(session, one, min_stars=4, certificates=("ATTP",))
    stranger = await making.standing(session, made.code, None)
    assert [(each.supplier_name, each.price, each.reached, each.at_target, each.suppliable) for each in stranger.tiers] == [
        ("HTX OPEN", 74_000, False, True, True)
    ]
    assert stranger.tiers_hidden == 1
    assert "69000" not in repr(stranger)
    buyer = await making.standing(session, made.code, one[1])
    assert [each.price for each in buyer.tiers] == [69_000, 74_000]
    assert buyer.tiers[0].free_kg == 500
    assert buyer.tiers_hidden == 0
    first = buyer.costs[0]
    assert first.step is not None
    assert (first.step.more_kg, first.step.tier.price if first.step.tier else None) == (100, 69_000)
    assert first.own_saving == first.step.saves * 400
    tried = await making.standing(
        session, made.code, one[1], freight=demand.Freight(lorry_kg=Decimal(2000), vnd_per_km=50_000, from_code="Hà Giang")
    )
    assert (tried.lorry.load_kg, tried.lorry.vnd_per_km) == (2000, 50_000)
    assert tried.lorry.km != buyer.lorry.km
    # A price that its supplier has not enough left for is no price: it is named as such, and nothing is reckoned with it.
    await market.product(session, "OPEN", tiers=((Decimal(900), 20_000),), code="IT", capacity=((2026, (Decimal(300),) * 12),))
    scarce = await making.standing(session, made.code, one[1])
    assert [(each.price, each.suppliable) for each in scarce.tiers if not each.suppliable] == [(20_000, False)]
    assert [cost.step for cost in scarce.costs] == [cost.step for cost in buyer.costs]
    steps = await demand.bulk_steps(session, made.commodity_id, None)
    assert [(step.from_kg, step.lowest, step.suppliers) for step in steps] == [
        (100, 80_000, 1), (900, 20_000, 1), (1000, 74_000, 1), (5000, 70_000, 1),
    ]  # fmt: skip


async def test_members_are_written_to(session: AsyncSession) -> None:
    everybody = await parties(session)
    for buyer_id, actor in everybody:
        person = await accounts.add_person(
            session, name="Người mua", email=f"{buyer_id}@chophien.example", password="mật khẩu để thử"
        )
        assert actor.organisation_id is not None
        await accounts.add_member(session, person.id, actor.organisation_id, MemberRole.OWNER)
    made = await making.confirming(session, *everybody)
    await mails.ask_to_confirm(session, made.id, 1)
    await mails.ask_to_confirm(session, made.id, 9)  # A round that is over is nothing to ask about.
    for buyer_id, actor in everybody:
        await demand.answer(session, actor, made.code, buyer_id, yes())
    await session.refresh(made)
    await mails.tell_confirmed(session, made.id)
    request = await demand.post_request(session, SYSTEM, made.code, everybody[0][0], making.posting(made))
    await mails.tell_posted(session, made.id, request.id)
    await mails.tell_silent(session, made.id, everybody[1][0])
    lonely = await making.opened(session, everybody[0])
    await demand.call_off(session, everybody[0][1], lonely.code, demand.Move(version=lonely.version))
    await mails.tell_ended(session, lonely.id)
    sent = (await session.execute(text("SELECT template, subject, body FROM core_mail ORDER BY id"))).all()
    assert [row.template for row in sent] == [
        "joint_confirm", "joint_confirm", "joint_confirm", "joint_confirmed", "joint_posted", "joint_posted", "joint_posted",
        "joint_silent", "joint_ended",
    ]  # fmt: skip
    assert "300" in sent[1].body
    assert made.code in sent[0].subject
    assert request.code in sent[4].subject
    assert "Siêu thị" not in "".join(row.body for row in sent)


async def test_what_is_awarded_is_shared_out_to_every_member(session: AsyncSession) -> None:
    everybody = one, two, _three = await parties(session)
    source = await quoting.side(session, "NGUON")
    made = await making.confirming(session, *everybody)
    for buyer_id, actor in everybody:
        await demand.answer(session, actor, made.code, buyer_id, yes())
    await session.refresh(made)
    request = await demand.post_request(session, one[1], made.code, one[0], making.posting(made))
    assert (await making.standing(session, made.code, two[1])).awarded is None
    lines = tuple(
        matching.quotes.QuoteLine(product_id=source.product_id, month=month, kg=Decimal(500), price_vnd_per_kg=74_000)
        for month in (DECEMBER, JANUARY)
    )
    quote = matching.quotes.QuoteDraft(lines=lines, valid_until=date(2027, 1, 15))
    sent = await matching.quotes.send(session, source.actor, request.code, quote, key=new_id())
    taken = quoting.part(sent, source, 333, DECEMBER)
    await session.refresh(request)
    (award,) = await matching.quotes.award(session, one[1], request.code, [taken], version=request.version, key=new_id())
    shown = await making.standing(session, made.code, two[1])
    assert shown.awarded is not None
    # 333 in the proportion 400 : 300 : 300 is 133.2, 99.9, 99.9.
    assert [shown.awarded.total(each.id) for each in shown.members] == [133, 100, 100]
    assert [(line.kg, line.price) for line in shown.awarded.lines] == [(333, 74_000)]
    assert (await making.standing(session, made.code, None)).awarded is None
    await mails.tell_awarded(session, request.id)
    await mails.tell_awarded(session, new_id())  # Whatever request is no joint one is nothing to write about.
    await matching.quotes.undo_award(session, one[1], award.id, matching.quotes.Undoing(reason="Nguồn báo lại"))
    assert (await making.standing(session, made.code, two[1])).awarded is None

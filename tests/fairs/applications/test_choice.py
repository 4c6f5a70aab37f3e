"""The order of choice: the arithmetic of it, drawing, and drawing again from what was published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from service import terminal
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotFound
from service.fairs.applications import Answer, ApplicationState, ClaimDraft, DrawDraft, PromiseDraft, RuleDraft, choice, tasks
from service.fairs.applications.events import OrderDrawn
from tests.fairs.applications.small import TODAY, applications, applied, held, mails, supplier, typed, with_address

ENTRIES = st.lists(
    st.tuples(st.integers(0, 10**6).map(lambda n: f"GH-{n}"), st.integers(0, 5)), max_size=30, unique_by=lambda pair: pair[0]
).map(lambda pairs: [choice.Entry(*pair) for pair in pairs])
RULE = RuleDraft(per_star=10, per_year=5, most_years=3, first_time=7, claims=(ClaimDraft(name="Phụ nữ làm chủ", points=4),))


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(TODAY):
        yield


@given(ENTRIES, st.randoms(use_true_random=False), st.text(min_size=1, max_size=20))
def test_the_order_knows_no_other_order(entries: list[choice.Entry], chance: object, seed: str) -> None:
    mixed = list(entries)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    order = choice.ordered(seed, entries)
    assert choice.ordered(seed, mixed) == order
    assert Counter(order) == Counter(entries)
    assert [each.points for each in order] == sorted((each.points for each in entries), reverse=True)


@given(ENTRIES, st.text("0123456789abcdef", min_size=8, max_size=64), st.text(max_size=30))
def test_what_is_published_gives_the_same_order_and_no_changed_file_does(
    entries: list[choice.Entry], secret: str, typed_word: str
) -> None:
    called = choice.called_word(typed_word)
    text = choice.document(secret, called, choice.lines(entries))
    assert choice.redrawn(text) == choice.ordered(choice.seed_of(secret, called), entries)
    for changed in (text.replace(secret, secret + "0", 1), text + "GH-X 9\n", text.replace("order-of-choice-1", "o-2", 1)):
        with pytest.raises(ValueError, match=r".*"):
            choice.redrawn(changed)


def test_everybody_of_equal_points_is_first_as_often_as_everybody_else() -> None:
    entries = [choice.Entry(f"GH-{n}", 3) for n in range(6)]
    draws = 1800
    orders = [choice.ordered(choice.seed_of("bí mật", str(n)), entries) for n in range(draws)]
    for place in (0, -1):
        counted = Counter(order[place].code for order in orders)
        spread = sum((counted[each.code] - draws / 6) ** 2 / (draws / 6) for each in entries)
        assert spread < 20.5  # Chi-square with 5 degrees of freedom: one in a thousand is above.


@given(st.integers(0, 5), st.integers(0, 60), st.lists(st.sampled_from(["nu", "dan-toc", "la"]), max_size=3))
def test_points_are_the_sum_of_their_parts(stars: int, years: int, claims: list[str]) -> None:
    rule = choice.Rule(10, 5, 3, 7, (choice.Claim("nu", "Nữ", 4), choice.Claim("dan-toc", "Dân tộc", 6)))
    parts = choice.counted(rule, choice.Standing(stars, years, tuple(claims)))
    expected = stars * 10 + min(years, 3) * 5 + (7 if years == 0 else 0) + 4 * ("nu" in claims) + 6 * ("dan-toc" in claims)
    assert choice.points(parts) == expected
    assert all(part.points > 0 for part in parts)
    assert choice.Rule.of(rule.plain()) == rule


async def test_a_drawing_from_rule_to_redraw(session: AsyncSession, tmp_path: Path) -> None:
    found = await held(session)
    (one, product), (two, other) = await supplier(session), await supplier(session)
    address = await with_address(session, one)
    with pytest.raises(Conflict):
        await applications.promise_draw(session, found.organiser, found.slug, PromiseDraft(key=new_id()))
    await applications.set_rule(session, found.organiser, found.slug, RULE)
    first = await applied(session, found, one, product, claims=("phu-nu-lam-chu",), consent=True)
    second = await applied(session, found, two, other)
    for each in (first, second):
        await applications.answer(session, found.organiser, found.slug, each.code, Answer(to=ApplicationState.ACCEPTED))
    own = await applications.own_points(session, found.slug, one, first.id)
    assert own is not None
    assert (own.points, own.unconfirmed) == (47, ("phu-nu-lam-chu",))  # Four stars and the first time; nobody saw the proof.
    assert await applications.own_points(session, found.slug, two, first.id) is None
    await applications.confirm_claims(session, found.organiser, found.slug, first.code, ["phu-nu-lam-chu", "khong-co"])
    key = new_id()
    draw = await applications.promise_draw(session, found.organiser, found.slug, PromiseDraft(key=key), secret="ab" * 32)
    assert (await applications.promise_draw(session, found.organiser, found.slug, PromiseDraft(key=key))).id == draw.id
    (told,) = await applications.drawings(session, found.slug, None)
    assert (told.secret, told.commitment) == (None, choice.commitment("ab" * 32))
    with pytest.raises(NotFound):
        await applications.drawing_document(session, found.slug, None, 1)
    await applications.draw_order(session, found.organiser, found.slug, 1, DrawDraft(called="Hoa Đào"))
    await applications.draw_order(session, found.organiser, found.slug, 1, DrawDraft(called="khác"))
    (told,) = await applications.drawings(session, found.slug, None)
    assert (told.called, told.secret) == ("hoa-dao", "ab" * 32)
    await session.refresh(first)
    await session.refresh(second)
    assert [(each.place, each.points) for each in (first, second)] == [(1, 51), (2, 47)]
    view = await applications.own_application(session, found.slug, one)
    assert view is not None
    assert {part.what: part.points for part in view.parts} == {"stars": 40, "first": 7, "phu-nu-lam-chu": 4}
    assert [party.place for party in await applications.parties(session, found.fair.id)] == [1, 2]
    file = tmp_path / "danh-sach.txt"
    file.write_text(await applications.drawing_document(session, found.slug, None, 1), "utf-8")
    assert terminal.redraw(file)
    assert [each.code for each in choice.redrawn(file.read_text("utf-8"))] == [first.code, second.code]
    file.write_text(file.read_text("utf-8").replace(" 47", " 99"), "utf-8")
    assert not terminal.redraw(file)
    await tasks.tell_places(session, OrderDrawn(found.fair.id, draw_id=draw.id, number=1))
    (mail,) = await mails(session, "order_drawn", address)
    assert "1" in mail[1]


async def test_drawing_again_says_why_and_keeps_what_was(session: AsyncSession) -> None:
    found = await held(session)
    rows = [typed(n) for n in range(5)]
    await applications.put_applications(session, found.organiser, found.slug, rows[:4])
    await applications.set_rule(session, found.organiser, found.slug, RuleDraft())
    await applications.promise_draw(session, found.organiser, found.slug, PromiseDraft(key=new_id()))
    await applications.draw_order(session, found.organiser, found.slug, 1, DrawDraft())
    before = await applications.drawing_document(session, found.slug, None, 1)
    with pytest.raises(Invalid) as refused:
        await applications.promise_draw(session, found.organiser, found.slug, PromiseDraft(key=new_id()))
    assert set(refused.value.errors) == {"reason"}
    await applications.put_applications(session, found.organiser, found.slug, rows)
    again = PromiseDraft(key=new_id(), reason="Một đơn vị nộp muộn được nhận")
    await applications.promise_draw(session, found.organiser, found.slug, again)
    await applications.draw_order(session, found.organiser, found.slug, 2, DrawDraft())
    assert await applications.drawing_document(session, found.slug, None, 1) == before
    assert sorted(party.place or 0 for party in await applications.parties(session, found.fair.id)) == [1, 2, 3, 4, 5]


async def test_earlier_years_count_for_whoever_was_accepted_then(session: AsyncSession) -> None:
    found = await held(session)
    organisation = found.fair.organisation_id
    who, product = await supplier(session)
    row = await applied(session, found, who, product)
    await applications.put_applications(session, found.organiser, found.slug, [typed(1, exhibitor="HTX Mộc Châu")])
    for year in (2024, 2025):
        earlier = await held(session, f"Hội chợ năm {year}", starts_on=date(year, 5, 1), ends_on=date(year, 5, 3),
                             call_opens_on=None, call_closes_on=None)  # fmt: skip
        earlier.fair.organisation_id = organisation
        await session.flush()
        come = [typed(year, supplier_id=row.supplier_id), typed(year + 100, exhibitor="HTX MỘC CHÂU")]
        await applications.put_applications(session, found.organiser, earlier.slug, come[: 2 if year == 2024 else 1])
    await applications.set_rule(session, found.organiser, found.slug, RuleDraft(per_year=5, most_years=5, first_time=100))
    points = {each.exhibitor: each.points for each in await applications.preview(session, found.slug, found.organiser)}
    assert points == {row.exhibitor: 10, "HTX Mộc Châu": 5}

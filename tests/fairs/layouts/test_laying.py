"""Floors are stored whole, in few statements, once, undone and done again, and nobody loses a booth by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, fairs
from service.accounts import Role
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed
from service.fairs import layouts
from service.fairs.layouts import FloorDraft, ZoneDraft
from tests import market as small
from tests.fairs.layouts.floors import booth, draft, hall, island, thing

SLUG = "hoi-cho-thu"


@pytest.fixture
async def organiser(session: AsyncSession) -> accounts.Actor:
    """An organiser with a fair of two halls."""
    organisation = await accounts.found_organisation(session, accounts.OrganisationKind.ORGANISER, "Ban tổ chức thử")
    actor = replace(small.acting(Role.ORGANISER, organisation.id), person_id=None)
    await fairs.announce_fair(session, actor, fair_draft())
    return actor


def fair_draft(slug: str = SLUG) -> fairs.FairDraft:
    return fairs.FairDraft(
        slug=slug, name="Hội chợ thử", kind="fair", starts_on=date(2027, 1, 10), ends_on=date(2027, 1, 12),
        halls=(fairs.HallDraft(name="Sảnh A"), fairs.HallDraft(name="Sảnh B")),
    )  # fmt: skip


async def fair_id(session: AsyncSession, slug: str = SLUG) -> UUID:
    found = await session.scalar(text("SELECT id FROM fairs_fair WHERE slug = :slug"), {"slug": slug})
    assert isinstance(found, UUID)
    return found


async def floor(session: AsyncSession, slug: str = SLUG) -> layouts.Floor:
    return await layouts.floor(session, await fair_id(session, slug))


async def test_what_is_laid_out_is_read(session: AsyncSession, organiser: accounts.Actor) -> None:
    zone = ZoneDraft(code="TP", name="Thực phẩm", goods="food", smell=True)
    wanted = draft(
        hall(*island(3), booth("R1", 18, 3, 6, 4, class_code="DT", zone="TP", power="three", water=True),
             things=(thing("aisle", 0, 9, 30, 3), thing("entrance", 13, 11, 4, 1, "Cửa chính"))),
        zones=(zone,),
    )  # fmt: skip
    assert await layouts.lay_out(session, organiser, SLUG, wanted) == 1
    found = await floor(session)
    assert [each.code for each in found.booths] == ["A1", "A2", "A3", "B1", "B2", "B3", "R1"]
    raw = found.by_code["R1"]
    assert (raw.price_vnd, raw.zone, raw.power, raw.water, raw.kind, raw.area) == (400_000 * 24, "TP", "three", True, "raw", 24)
    assert [each.kind for each in found.halls[0].things] == ["aisle", "entrance"]
    # Read from the database or from the draft: the same values, ids aside.
    mine = await layouts.desk(session, SLUG, organiser)
    assert layouts.floor_of(mine.fair_id, mine.draft) == found
    # The same again changes nothing and leaves no step.
    assert await layouts.lay_out(session, organiser, SLUG, wanted) == 1
    assert [step.number for step in (await layouts.desk(session, SLUG, organiser)).steps] == [1]


async def test_codes_change_places_in_one_step_and_come_back(session: AsyncSession, organiser: accounts.Actor) -> None:
    await layouts.lay_out(session, organiser, SLUG, draft())
    before = await floor(session)
    swap = {"A1": "A2", "A2": "A1"}

    def renamed(now: FloorDraft) -> FloorDraft:
        booths = tuple(each.model_copy(update={"code": swap.get(each.code, each.code)}) for each in now.halls[0].booths)
        return now.model_copy(update={"halls": (now.halls[0].model_copy(update={"booths": booths}), *now.halls[1:])})

    assert await layouts.edit(session, organiser, SLUG, renamed, "Đổi mã") == 2
    assert (await floor(session)).by_code["A1"].id == before.by_code["A2"].id
    assert await layouts.undo(session, organiser, SLUG) == "Đổi mã"
    assert await floor(session) == before
    assert await layouts.redo(session, organiser, SLUG) == "Đổi mã"
    assert (await floor(session)).by_code["A1"].id == before.by_code["A2"].id


async def test_several_steps_back_to_the_empty_floor_and_forth_again(session: AsyncSession, organiser: accounts.Actor) -> None:
    states = [await floor(session)]
    for length in (2, 5, 1):
        await layouts.lay_out(session, organiser, SLUG, draft(hall(*island(length))))
        states.append(await floor(session))
    for state in reversed(states[:-1]):
        assert await layouts.undo(session, organiser, SLUG) is not None
        assert await floor(session) == state
    assert await layouts.undo(session, organiser, SLUG) is None
    for state in states[1:]:
        assert await layouts.redo(session, organiser, SLUG) is not None
        assert await floor(session) == state
    assert await layouts.redo(session, organiser, SLUG) is None
    await layouts.undo(session, organiser, SLUG)
    # Something new in place of what was undone: that is gone for good.
    await layouts.lay_out(session, organiser, SLUG, draft(hall(*island(3))))
    assert await layouts.redo(session, organiser, SLUG) is None


async def test_the_second_of_two_is_told_what_the_first_has_done(session: AsyncSession, organiser: accounts.Actor) -> None:
    version = await layouts.lay_out(session, organiser, SLUG, draft())
    await layouts.lay_out(session, organiser, SLUG, draft(hall(*island(2))), version=version, what="Xóa sáu gian")
    with pytest.raises(Conflict, match="Xóa sáu gian"):
        await layouts.lay_out(session, organiser, SLUG, draft(hall(*island(4))), version=version)
    with pytest.raises(Conflict, match="Xóa sáu gian"):
        await layouts.undo(session, organiser, SLUG, version=version)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (draft(hall(booth("A1", 0, 0), booth("A1", 3, 0))), "A1"),
        (draft(hall(booth("A1", 0, 0, class_code="XX"))), "XX"),
        (draft(hall(booth("A1", 0, 0, zone="ZZ"))), "ZZ"),
        (draft(hall(booth("A1", 0, 0, part_of="A9"))), "A9"),
        (draft(hall(booth("A1", 0, 0, 3, 3, class_code="DT"))), "18 m²"),
        (draft(zones=(ZoneDraft(code="TN", name="Thái Nguyên", kind="pavilion", province_code="99"),)), "99"),
    ],
)
async def test_a_floor_that_could_not_be_read_again_is_refused(
    session: AsyncSession, organiser: accounts.Actor, wrong: FloorDraft, sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence):
        await layouts.lay_out(session, organiser, SLUG, wrong)


async def occupy(session: AsyncSession, booth_id: UUID, **said: Any) -> None:
    values = {"state": "taken", "until": None, **said}
    await session.execute(
        text(
            "INSERT INTO fairs_occupancy (id, fair_id, booth_id, days, origin, state, held_until, name, key, created_at)"
            " SELECT :id, fair_id, id, '[2027-01-10,2027-01-12]', 'booking', :state, :until, 'HTX thử', :key, now()"
            " FROM fairs_booth WHERE id = :booth"
        ),
        {"id": new_id(), "key": new_id(), "booth": booth_id, **values},
    )


async def test_a_booth_that_somebody_has_is_neither_removed_nor_made_smaller(
    session: AsyncSession, organiser: accounts.Actor
) -> None:
    await layouts.lay_out(session, organiser, SLUG, draft())
    await occupy(session, (await floor(session)).by_code["A5"].id)
    with pytest.raises(Conflict, match="A5"):
        await layouts.lay_out(session, organiser, SLUG, draft(hall(*island(4))))
    small_one = tuple(each.model_copy(update={"width": Decimal(2)}) if each.code == "A5" else each for each in island(5))
    with pytest.raises(Conflict, match="A5"):
        await layouts.lay_out(session, organiser, SLUG, draft(hall(*small_one)))
    with pytest.raises(Conflict, match="A5"):
        await layouts.undo(session, organiser, SLUG)
    moved = tuple(each.model_copy(update={"x": Decimal(20)}) if each.code == "A5" else each for each in island(5))
    await layouts.lay_out(session, organiser, SLUG, draft(hall(*moved)))
    assert (await floor(session)).by_code["A5"].x == 20


async def test_a_booth_with_a_past_stays_for_the_books(session: AsyncSession, organiser: accounts.Actor) -> None:
    await layouts.lay_out(session, organiser, SLUG, draft())
    await occupy(session, (await floor(session)).by_code["A5"].id, state="released")
    with pytest.raises(Conflict, match="đóng gian"):
        await layouts.lay_out(session, organiser, SLUG, draft(hall(*island(4))))


async def test_only_its_organiser_draws(session: AsyncSession, organiser: accounts.Actor) -> None:
    other = small.acting(
        Role.ORGANISER, (await accounts.found_organisation(session, accounts.OrganisationKind.ORGANISER, "Khác")).id
    )
    for ask in (
        layouts.lay_out(session, other, SLUG, draft()),
        layouts.undo(session, other, SLUG),
        layouts.desk(session, SLUG, other),
    ):
        with pytest.raises(NotAllowed):
            await ask


async def test_a_floor_is_taken_over_by_another_fair(session: AsyncSession, organiser: accounts.Actor) -> None:
    closed = (booth("A1", 3, 3, closed="Ống nước vỡ"), booth("A2", 6, 3, power="three"))
    await layouts.lay_out(session, organiser, SLUG, draft(hall(*closed), zones=(ZoneDraft(code="TP", name="Thực phẩm"),)))
    await fairs.announce_fair(session, organiser, fair_draft("hoi-cho-sau"))
    source, target = await fair_id(session), await fair_id(session, "hoi-cho-sau")
    assert await layouts.copy_floor(session, organiser, source, target) == 1
    old, new = await floor(session), await floor(session, "hoi-cho-sau")
    assert [each.code for each in new.booths] == ["A1", "A2"]
    assert {each.id for each in new.booths}.isdisjoint(each.id for each in old.booths)
    assert new.by_code["A1"].closed is None
    assert new.by_code["A2"].power == "three"
    assert [each.code for each in new.zones] == ["TP"]
    assert await layouts.copy_floor(session, organiser, source, target) == 1

"""Weights that a buyer keeps: its own people's rankings begin with them, and the address still overrides."""

from __future__ import annotations

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from service import matching
from service.accounts import SYSTEM, MemberRole, Role
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed
from service.matching import Weights, weights
from tests import market
from tests.market import TODAY

PRICE_ONLY = Weights(0, 10, 0, 0, 0, 0, 0)


async def test_kept_weights_are_the_buyer_s_own(session: AsyncSession) -> None:
    await market.supplier(session)
    buyer = await market.buyer(session)
    request = await market.request(session, buyer)
    owner, viewer = (market.acting(Role.BUYER, buyer.organisation_id, role) for role in (MemberRole.OWNER, MemberRole.VIEWER))
    kept = await weights.save_weights(session, owner, PRICE_ONLY, version=0)
    assert (await weights.save_weights(session, owner, PRICE_ONLY)).version == kept.version
    with clock.freeze(TODAY):
        for reader, expected, whose in (
            (owner, PRICE_ONLY, "saved"), (viewer, PRICE_ONLY, "saved"), (SYSTEM, PRICE_ONLY, "saved"),
            (None, Weights(), "market"), (market.acting(Role.BUYER, new_id()), Weights(), "market"),
            (market.acting(Role.SUPPLIER, new_id()), Weights(), "market"),
        ):  # fmt: skip
            found = await matching.ranked(session, request.code, actor=reader)
            assert (found.weights, found.weights_from) == (expected, whose)
        given = await matching.ranked(session, request.code, Weights(coverage=9), actor=owner)
        assert (given.weights.coverage, given.weights_from) == (9, "given")
        await weights.reset_weights(session, owner)
        await weights.reset_weights(session, owner)
        assert (await matching.ranked(session, request.code, actor=owner)).weights_from == "market"
    view = await weights.weights_of(session, buyer.organisation_id)
    assert view is not None
    await weights.save_weights(session, owner, Weights(coverage=1), version=view.version)
    with pytest.raises(Conflict):
        await weights.save_weights(session, owner, Weights(coverage=2), version=view.version)


async def test_only_people_who_buy_keep_weights(session: AsyncSession) -> None:
    buyer = await market.buyer(session)
    for actor in (
        market.acting(Role.BUYER, buyer.organisation_id, MemberRole.VIEWER), market.acting(Role.SUPPLIER, new_id()),
        market.acting(Role.OFFICER, new_id()), SYSTEM,
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            await weights.save_weights(session, actor, PRICE_ONLY)
        with pytest.raises(NotAllowed):
            await weights.reset_weights(session, actor)
    owner = market.acting(Role.BUYER, buyer.organisation_id)
    with pytest.raises(Invalid):
        await weights.save_weights(session, owner, Weights(coverage=11))
    with pytest.raises(Invalid):
        await weights.save_weights(session, owner, Weights(coverage=float("nan")))

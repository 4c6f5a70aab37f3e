"""The road costs the same wherever the market has to guess: in a pooled lot, and in a supplier's net price."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from service import matching
from service.core import clock
from service.matching import freight
from service.matching.netprice.inputs import NetPriceWords
from service.matching.netprice.reckoning import reckon
from service.matching.pooling.freezing import freeze
from service.matching.pooling.inputs import PoolWish
from service.matching.pooling.words import freight_words
from service.matching.queries import stored
from tests import market
from tests.market import TODAY


async def test_a_lots_large_lorry_costs_what_the_net_price_reckons_with(session: AsyncSession) -> None:
    await market.supplier(session)
    await market.product(session)
    known = {each.code: each.said.freight for each in reckon(NetPriceWords.model_validate({"price": "80000"}))}
    for city, rate in (("01", freight.LARGE_LORRY), ("79", freight.LONG_HAUL)):
        with clock.freeze(TODAY):
            asked = await market.request(session, delivery_province_code=city)
            wish = PoolWish.model_validate({"most_suppliers": 5, "gather_at": "01843"})
            lot = await freeze(session, await stored(session, asked.code), asked, wish, reader=None)
        assert lot.freight.large == known[city].vnd_per_tonne_km == rate
        assert (lot.freight.small, lot.freight.handling) == (freight.SMALL_LORRY, freight.HANDLING)
        assert "ước của chợ" in freight_words(lot)[-1]
    assert "lô ghép" in matching.netprice.grounds()["rate_km"]


def test_a_long_road_is_cheaper_by_the_kilometre() -> None:
    assert freight.large_lorry(None) == freight.large_lorry(freight.LONG_FROM_KM) == freight.LARGE_LORRY
    assert freight.large_lorry(freight.LONG_FROM_KM + 1) == freight.LONG_HAUL < freight.LARGE_LORRY < freight.SMALL_LORRY

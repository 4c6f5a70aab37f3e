"""From an offer to a share's terms: the price of the order that a share makes, the least share, packs, and the road. PURE."""

from __future__ import annotations

import math
from collections.abc import Sequence

from service.core.places import Place, km_by_road
from service.matching.pooling.frozen import Freight
from service.matching.ranking import Offer

LARGEST_PACK_KG = 60  # Above this a pack is a pallet or a slip of the pen, and no unit of shares.


def terms_of_price(offer: Offer, reach: Sequence[int], ceiling: int | None) -> tuple[int, int | None] | None:
    """The price at which a share is reckoned, and the order from which it holds; None where no price is known.

    A share is a monthly order of its own, so only the tiers that its supplier's free months reach count, and whoever gets a
    tier's price gets a share of at least that order: then the price holds whatever the solver deals out. Best is the cheapest
    tier that every month with something free reaches; where that one is too dear, the first one that is not.
    """
    free = [kg for kg in reach if kg > 0]
    if not free:
        free = [0]
    tiers = sorted(offer.tiers, key=lambda tier: tier.from_kg)
    surely = [tier for tier in tiers if tier.from_kg <= min(free)]
    best = min(surely, key=lambda tier: (tier.price, tier.from_kg), default=None)
    if ceiling is not None and (best is None or best.price > ceiling):
        sometimes = [tier for tier in tiers if tier.from_kg <= max(free) and tier.price <= ceiling]
        best = next(iter(sometimes), best)
    if best is not None:
        return best.price, math.ceil(best.from_kg)
    return (offer.retail, None) if offer.retail is not None else None


def multiple_of(packs_g: Sequence[int], wanted_g: int | None) -> int:
    """The whole kilograms that come out in whole packs: 500 g packs in any, 5 kg sacks in fives."""
    grams = wanted_g if wanted_g is not None else min(packs_g, default=1000)
    kg = grams // math.gcd(grams, 1000)
    return kg if kg <= LARGEST_PACK_KG else 1


def road(here: Place | None, gather: Place | None, there: Place | None, freight: Freight) -> int:
    """The đ/kg of a share's way to the delivery point: by small lorry all the way, or to the place where a large one waits."""
    if here is None or there is None:
        return 0
    if gather is None:
        return round(km_by_road(here, there) * freight.small / 1000)
    up, down = km_by_road(here, gather), km_by_road(gather, there)
    return round((up * freight.small + down * freight.large) / 1000) + freight.handling

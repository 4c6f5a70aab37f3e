"""What the road costs where nobody has said: đồng for a tonne and a kilometre, for pooled lots and for net prices alike. PURE.

All of it is the market's own guess ("ước của chợ"): no source gives a figure for these roads. Every page that reckons with one
shows it and says so, and a supplier's own figure or a haulier's word comes first wherever one can be typed.
"""

from __future__ import annotations

SMALL_LORRY = 6_000  # In a lorry of one or two tonnes, down from the commune.
LARGE_LORRY = 2_200  # In one of ten tonnes and more, full.
LONG_HAUL = 1_500  # The same beyond so many kilometres, where the hours of loading are spread over a long road.
LONG_FROM_KM = 700
HANDLING = 150  # đ/kg for unloading, checking and loading at a consolidation place.


def large_lorry(km: int | None) -> int:
    """The đồng of a full large lorry for a tonne and a kilometre of a road so long; of an unknown road as of a short one."""
    return LONG_HAUL if km is not None and km > LONG_FROM_KM else LARGE_LORRY

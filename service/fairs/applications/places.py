"""The former district of an exhibitor: quotas such as "two booths for each former district" are counted by it. Pure."""

from __future__ import annotations

from collections import Counter

from service.core import places
from service.core.places import Place


def former_districts(commune_code: str | None) -> tuple[Place, ...]:
    """The districts that a commune of today was made from, the one that most of its former communes were in first."""
    if not commune_code:
        return ()
    counted = Counter(old.parent for old in places.former(commune_code))
    found = (places.district(code) for code, _communes in counted.most_common())
    return tuple(district for district in found if district is not None)


def district_for(commune_code: str | None, said: str | None = None) -> str | None:
    """The district that counts: the one that was said where it is one of the commune's, else the first one."""
    possible = [district.code for district in former_districts(commune_code)]
    return said if said in possible else next(iter(possible), None)

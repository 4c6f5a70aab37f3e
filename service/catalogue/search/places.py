"""Place names as the search needs them: what somebody calls a place, today or before July 2025, and the units it means now."""

from __future__ import annotations

from functools import cache, lru_cache

from service.core import places
from service.core.text import fold

LONGEST = 5
MOST_MEANT = 12  # Communes that one name may mean in a search; more would say nothing.
# What kind of unit it is says nothing about which one it is.
TYPES = frozenset({"tinh", "thanh pho", "tp", "huyen", "quan", "thi xa", "tx", "thi tran", "tt", "phuong", "xa", "vung"})
SMALL = frozenset({"huyen", "thi xa", "tx", "thi tran", "phuong", "xa"})


@cache
def _names() -> dict[str, frozenset[str]]:
    """Folded names of units and the facets of what they are today: pNN for provinces, wNNNNN for communes.

    Of the whole country the provinces and districts; of communes those that were Bắc Kạn. A commune elsewhere is meant only
    where its type is said ("xã Tân Cương"): there are thousands of them, and many bear the name of some goods.
    """
    found: dict[str, set[str]] = {}
    for province in places.provinces():
        _name(found, {f"p{province.code}"}, province.name, province.name_en, *province.aliases)
        for old in places.former(province.code):
            _name(found, _became(province, old), old.name, old.name_en, *old.aliases)
    large = frozenset(found)
    for commune in places.communes(places.BAC_KAN_BEFORE_2025):
        names = (commune.name, *commune.aliases, *places.former_names(commune.code))
        _name(found, {f"w{commune.code}"}, *(name for name in names if fold(name) not in large))
    ours = frozenset(found)
    for district in places.districts():
        if (key := fold(district.name)) not in ours and " " in key:
            _name(found, {f"w{code}" for code in district.successors}, key)
    return {key: frozenset(facets) for key, facets in found.items()}


def _name(found: dict[str, set[str]], facets: set[str], *names: str) -> None:
    for key in map(fold, names):
        if key:
            found.setdefault(key, set()).update(facets)


def _became(province: places.Place, old: places.Place) -> set[str]:
    """What a former province is today: communes of the new one, or the whole of it where the name is the same."""
    if old.name == province.name:
        return {f"p{province.code}"}
    # Those of whom only the province is known may be there too.
    return {f"wx{province.code}", *(f"w{code}" for code in places.inside_former(old.code))}


def facets_of(text: str) -> frozenset[str]:
    """The facets of a place by its code or by a name of today or of before; empty when it names none that we know."""
    code = text.strip()
    if code.isdigit():
        if places.province(code):
            return frozenset({f"p{code}"})
        if places.commune(code):
            return frozenset({f"w{code}"})
        return frozenset(f"w{commune}" for commune in places.inside_former(code))
    key = fold(text)
    for kind in sorted(TYPES, key=len, reverse=True):
        if key.startswith(f"{kind} ") and key[len(kind) + 1 :] in _names():
            key = key[len(kind) + 1 :]
            break
    known = _names().get(key)
    if known is None:
        found = places.find(text)
        known = frozenset(f"{'p' if place.kind == 'province' else 'w'}{place.code}" for place in found)
    return known


@lru_cache(maxsize=1000)
def _said(typed: str) -> frozenset[str]:
    """The communes of today that words with a type before them mean ("xa tan cuong"); none where they may be too many."""
    found = places.find(typed)
    return frozenset(f"w{place.code}" for place in found) if 0 < len(found) <= MOST_MEANT else frozenset()


def place_at(folded: list[str], start: int) -> tuple[int, frozenset[str]]:
    """How many words from here name a place (with its type in front, if any), and its facets; (0, nothing) if none."""
    ahead = 0
    for size in (2, 1):
        if " ".join(folded[start : start + size]) in TYPES and len(folded) > start + size:
            ahead = size
            break
    for skipped in (ahead, 0) if ahead else (0,):
        for size in range(min(LONGEST, len(folded) - start - skipped), 0, -1):
            key = " ".join(folded[start + skipped : start + skipped + size])
            # A single syllable is a place only when somebody says so: "huế" is, the "na" of Na Rì is a fruit.
            if key in _names() and (size > 1 or skipped or len(key) > len("hue") or key in {"hn", "hcm", "tphcm", "sg", "hue"}):
                return skipped + size, _names()[key]
    if ahead and " ".join(folded[start : start + ahead]) in SMALL:
        for size in range(min(LONGEST, len(folded) - start - ahead), 0, -1):
            if meant := _said(" ".join(folded[start : start + ahead + size])):
                return ahead + size, meant
    return 0, frozenset()


__all__ = ["facets_of", "place_at"]

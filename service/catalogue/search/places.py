"""Place names as the search needs them: what somebody calls a place, today or before July 2025, and the units it means now."""

from __future__ import annotations

from functools import cache
from itertools import product

from service.core import places
from service.core.text import fold

LONGEST = 5
# What kind of unit it is says nothing about which one it is.
TYPES = frozenset({"tinh", "thanh pho", "tp", "huyen", "quan", "thi xa", "tx", "thi tran", "tt", "phuong", "xa", "vung"})


@cache
def _names() -> dict[str, frozenset[str]]:
    """Folded names of units and the facets of what they are today: pNN for provinces, wNNNNN for communes."""
    found: dict[str, set[str]] = {}

    def name(text: str, facet: str) -> None:
        if key := fold(text):
            found.setdefault(key, set()).add(facet)

    for province in places.provinces():
        for text in (province.name, province.name_en, *province.aliases):
            name(text, f"p{province.code}")
        for old in places.former(province.code):
            for text, facet in product((old.name, old.name_en, *old.aliases), _became(province, old)):
                name(text, facet)
    for commune in places.communes():
        for text in (commune.name, *commune.aliases, *places.former_names(commune.code)):
            if fold(text) not in found or not any(facet.startswith("p") for facet in found[fold(text)]):
                name(text, f"w{commune.code}")
    return {key: frozenset(facets) for key, facets in found.items()}


def _became(province: places.Place, old: places.Place) -> list[str]:
    """What a former province is today: communes of the new one where they are known, else the whole of it."""
    made = [commune.code for commune in places.communes(province.code) if old.name in places.former_names(commune.code)]
    if old.name == province.name or not made:
        return [f"p{province.code}"]
    # Those of whom only the province is known may be there too.
    return [*(f"w{code}" for code in made), f"wx{province.code}"]


def facets_of(text: str) -> frozenset[str]:
    """The facets of a place by its code or by a name of today or of before; empty when it names none that we know."""
    code = text.strip()
    if code.isdigit():
        if places.province(code):
            return frozenset({f"p{code}"})
        if places.commune(code):
            return frozenset({f"w{code}"})
        communes = places.communes(code)
        return frozenset(f"w{commune.code}" for commune in communes)
    key = fold(text)
    for kind in sorted(TYPES, key=len, reverse=True):
        if key.startswith(f"{kind} ") and key[len(kind) + 1 :] in _names():
            key = key[len(kind) + 1 :]
            break
    return _names().get(key, frozenset())


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
    return 0, frozenset()


__all__ = ["facets_of", "place_at"]

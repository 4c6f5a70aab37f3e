"""Quotas of their own for some places, as people type them: a line for each, "Na Rì: 3". Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from service.core import places
from service.core.i18n import _
from service.core.places import Place
from service.core.text import fold
from service.fairs.charges.models import QuotaPer

MOST_PLACES, MOST_BOOTHS = 200, 10_000
BY_PLACE = (QuotaPer.OLD_DISTRICT, QuotaPer.PROVINCE)


def read(typed: str, per: str) -> dict[str, int]:
    """The booths of each place by its code. Raises ValueError with what is wrong in which line."""
    found: dict[str, int] = {}
    if typed.strip() and per not in BY_PLACE:
        raise ValueError(_("Số riêng cho từng nơi chỉ dùng khi tính theo huyện cũ hoặc theo tỉnh."))
    for line in filter(None, (each.strip(" ;\t") for each in typed.replace("\x00", " ").splitlines())):
        name, _mark, number = line.rpartition(":")
        number = number.strip()
        if not name.strip() or not (number.isascii() and number.isdigit() and len(number) <= len(str(MOST_BOOTHS))):
            raise ValueError(_("Dòng “%(line)s”: ghi tên nơi, dấu hai chấm, số gian. Ví dụ: Na Rì: 3", line=line[:60]))
        found[_meant(name.strip(), per).code] = int(number)
    return checked(found, per)


def checked(found: Mapping[str, int], per: str) -> dict[str, int]:
    """The same for what a program hands in. Raises ValueError."""
    if found and per not in BY_PLACE:
        raise ValueError(_("Số riêng cho từng nơi chỉ dùng khi tính theo huyện cũ hoặc theo tỉnh."))
    if len(found) > MOST_PLACES:
        raise ValueError(_("Nhiều nhất %(n)s nơi có số riêng.", n=MOST_PLACES))
    for code, number in found.items():
        if _known(code, per) is None:
            raise ValueError(_("Không có nơi nào mang mã “%(code)s”.", code=code[:20]))
        if not 0 <= number <= MOST_BOOTHS:
            raise ValueError(_("Số gian từ 0 đến %(n)s.", n=MOST_BOOTHS))
    return dict(sorted(found.items()))


def typed(found: Mapping[str, int], per: str) -> str:
    """As lines again, each read as the same place."""
    return "\n".join(f"{_called(code, per)}: {number}" for code, number in found.items())


def words(found: Mapping[str, int], per: str) -> str:
    """In one line: Na Rì 3, Ba Bể 0."""
    named = ((place.name if (place := _known(code, per)) else code, number) for code, number in found.items())
    return ", ".join(f"{name} {number}" for name, number in named)


def _known(code: str, per: str) -> Place | None:
    return places.district(code) if per == QuotaPer.OLD_DISTRICT else places.province(code)


def _called(code: str, per: str) -> str:
    place = _known(code, per)
    if place is None:
        return code
    above = places.above_before(place) if per == QuotaPer.OLD_DISTRICT else None
    return f"{place.full_name}, {above.name}" if above is not None else place.full_name


def _meant(name: str, per: str) -> Place:
    known = _known(name, per)
    if known is not None:
        return known
    every: Iterable[Place] = places.districts() if per == QuotaPer.OLD_DISTRICT else places.provinces()
    told = fold(name)
    exact = [place for place in every if told in (fold(place.full_name), fold(_called(place.code, per)))]
    called = exact or [place for place in every if told == fold(place.name)]
    if len(called) == 1:
        return called[0]
    if called:
        names = "; ".join(_called(place.code, per) for place in called[:6])
        raise ValueError(_("“%(name)s” có thể là nhiều nơi: %(names)s. Hãy ghi rõ một nơi.", name=name[:60], names=names))
    raise ValueError(
        _("Không có huyện cũ nào tên “%(name)s”.", name=name[:60]) if per == QuotaPer.OLD_DISTRICT
        else _("Không có tỉnh, thành phố nào tên “%(name)s”.", name=name[:60])
    )  # fmt: skip

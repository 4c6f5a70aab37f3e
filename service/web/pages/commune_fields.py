"""A commune in a form: typed by its name of today or before, chosen from a list where the province is known."""

from __future__ import annotations

from service.core import places
from service.core.i18n import _

MOST_NAMED = 6  # So many places of one name are told apart in an error.
LONGEST = 100


def read(typed: str | None, province: str | None = None) -> str | None:
    """The code of the commune that is meant; the province that was chosen decides between places of one name.

    Raises ValueError with the places that it could be.
    """
    plain = " ".join((typed or "").replace("\x00", "").split())[:LONGEST]
    if not plain:
        return None
    found = places.communes_meant(plain, province)
    if len(found) == 1:
        return found[0].code
    if not found and places.province(province) is not None:
        raise ValueError(_("Tỉnh, thành phố đã chọn không có xã, phường nào tên “%(name)s”.", name=plain[:60]))
    if not found:
        raise ValueError(_("Không có xã, phường nào tên “%(name)s”. Ghi tên nay hoặc tên cũ.", name=plain[:60]))
    names = "; ".join(shown(each.code) for each in found[:MOST_NAMED]) + ("…" if len(found) > MOST_NAMED else "")
    raise ValueError(_("“%(name)s” có thể là nhiều nơi: %(names)s. Hãy ghi rõ một nơi.", name=plain[:60], names=names))


def shown(code: str | None) -> str:
    """A commune as it stands in the field."""
    return places.where(None, code) if places.commune(code) is not None else ""


def choices(province: str | None) -> list[str]:
    """The communes of the chosen province by name, to choose from."""
    known = places.province(province)
    return sorted(each.full_name for each in places.communes(known.code)) if known is not None else []

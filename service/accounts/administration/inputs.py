"""What administrators hand in."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from service.accounts.inputs import Name
from service.core import places
from service.core.i18n import _
from service.core.inputs import Input

MOST_LINES = 200


def _units(value: Any) -> Any:
    """Lines with a province, a commune or a former district each, as the codes of today; nothing typed is everywhere."""
    if isinstance(value, str):
        value = value.replace("\x00", "").splitlines()
    if not isinstance(value, (list, tuple)) or len(value) > MOST_LINES:
        raise ValueError(_("Nhiều nhất %(most)s dòng, mỗi dòng một tỉnh hoặc một xã.", most=MOST_LINES))
    codes: set[str] = set()
    for line in (str(each).strip() for each in value):
        codes |= _meant(line) if line else set()
    return tuple(sorted(codes))


def _meant(line: str) -> set[str]:
    line = line[:200]
    single = places.code_meant(line, "province") or places.code_meant(line, "commune")
    found = {single} if single else {place.code for place in places.find(line, "commune")}
    if not found:
        raise ValueError(_("Không rõ “%(line)s” là nơi nào. Hãy gõ tên tỉnh, xã hoặc huyện cũ, mỗi nơi một dòng.", line=line))
    return found


class DutyArea(Input):
    """The provinces and communes an office looks after; none: the whole market."""

    duty_codes: Annotated[tuple[str, ...], BeforeValidator(_units)] = ()


class OfficeDraft(DutyArea):
    """An office or an organiser that comes to the market."""

    kind: Literal["office", "organiser"] = "office"
    name: Name

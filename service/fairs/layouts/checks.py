"""What a floor must be before it is stored at all. PURE.

Booths that overlap or block an aisle may be stored: a floor is drawn in steps, and what is wrong with it is shown at once
(`faults`). What is refused here could not be read again: codes that stand twice, names of things that are not there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from service.core import formats, places
from service.core.errors import Invalid
from service.core.i18n import _
from service.fairs.layouts.inputs import (
    LARGEST_BOOTH,
    LEAST_RAW,
    MOST_BOOTHS,
    MOST_DONG,
    BoothDraft,
    FloorDraft,
    HallLayout,
)
from service.fairs.layouts.models import BoothKind

MOST_TOLD = 40


def check(draft: FloorDraft) -> None:
    """Raise Invalid with everything that keeps this floor from being stored."""
    wrong: dict[str, str] = {}
    for name, sentence in _wrong(draft):
        wrong.setdefault(name, sentence)
        if len(wrong) >= MOST_TOLD:
            break
    if wrong:
        raise Invalid(next(iter(wrong.values())), wrong)


def _wrong(draft: FloorDraft) -> Iterator[tuple[str, str]]:
    if len(draft.booths) > MOST_BOOTHS:
        yield "booths", _("Một hội chợ có nhiều nhất %(most)s gian.", most=MOST_BOOTHS)
        return
    for label, codes in (
        (_("loại gian"), [each.code for each in draft.classes]),
        (_("khu"), [each.code for each in draft.zones]),
        (_("gian"), [each.code for each in draft.booths]),
        (_("sảnh"), [each.name for each in draft.halls]),
    ):
        for code, count in Counter(codes).items():
            if count > 1:
                yield f"code.{code}", _("Hai %(kind)s mang cùng mã %(code)s. Hãy đổi một mã.", kind=label, code=code)
    ids = Counter(each.id for each in _everything(draft))
    if any(count > 1 for count in ids.values()):
        yield "id", _("Một mã số (id) đứng hai lần trên mặt bằng.")
    for zone in draft.zones:
        if zone.province_code is not None and places.province(zone.province_code) is None:
            yield "province_code", _("Không có tỉnh, thành phố mang mã “%(code)s”.", code=zone.province_code[:10])
    yield from _wrong_booths(draft)


def _everything(draft: FloorDraft) -> Iterator[BoothDraft | HallLayout]:
    yield from draft.halls
    yield from draft.booths


def _wrong_booths(draft: FloorDraft) -> Iterator[tuple[str, str]]:
    classes = {each.code: each for each in draft.classes}
    zones = {each.code for each in draft.zones}
    wholes = {booth.code: hall.id for hall in draft.halls for booth in hall.booths if booth.part_of is None}
    for hall in draft.halls:
        if (hall.booths or hall.things) and (hall.width is None or hall.depth is None):
            yield "width", _("Hãy ghi chiều rộng và chiều sâu của %(hall)s trước khi đặt gian vào đó.", hall=hall.name)
        for booth in hall.booths:
            said = {"code": booth.code}
            at, kind = f"booth.{booth.code}", classes.get(booth.class_code)
            if kind is None:
                yield at, _("Gian %(code)s: không có loại gian mang mã %(other)s.", **said, other=booth.class_code)
            elif kind.kind is BoothKind.RAW and (booth.width or 0) * (booth.depth or 0) < LEAST_RAW:
                yield at, _("Gian %(code)s: đất trống cho thuê từ %(least)s m² trở lên.", **said, least=LEAST_RAW)
            # Booths that are combined may come to more than anybody could have typed.
            if max(booth.width or 0, booth.depth or 0) > LARGEST_BOOTH:
                yield at, _("Gian %(code)s: mỗi cạnh dài nhất %(most)s m.", **said, most=LARGEST_BOOTH)
            if (booth.price_vnd or 0) > MOST_DONG:
                yield at, _("Gian %(code)s: giá nhiều nhất %(most)s.", **said, most=formats.vnd(MOST_DONG))
            if booth.zone is not None and booth.zone not in zones:
                yield at, _("Gian %(code)s: không có khu mang mã %(other)s.", **said, other=booth.zone)
            if booth.part_of is not None and wholes.get(booth.part_of) != hall.id:
                yield at, _("Gian %(code)s: không có gian ghép %(other)s trong sảnh này.", **said, other=booth.part_of)

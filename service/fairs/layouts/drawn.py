"""A floor that is handed in, as the plain values that everybody reads. PURE."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from uuid import UUID

from service.fairs.layouts.floor import Floor, HallFloor, Spot, Thing, ZoneMark
from service.fairs.layouts.inputs import BoothDraft, ClassDraft, FloorDraft, HallLayout, natural
from service.fairs.layouts.models import PriceBy


def floor_of(fair_id: UUID, draft: FloorDraft) -> Floor:
    """What `floor` would read if this draft were stored."""
    classes = {each.code: each for each in draft.classes}
    zones = tuple(
        ZoneMark(each.id, each.code, each.name, each.kind.value, each.province_code, each.goods.value, each.smell)
        for each in draft.zones
    )
    return Floor(fair_id, tuple(_halls(draft, classes)), zones)


def _halls(draft: FloorDraft, classes: Mapping[str, ClassDraft]) -> Iterator[HallFloor]:
    for hall in draft.halls:
        if hall.width is None or hall.depth is None:
            continue
        things = [
            Thing(each.kind.value, each.label, float(each.x), float(each.y), float(each.width), float(each.depth))
            for each in hall.things
        ]
        things.sort(key=lambda each: (each.kind, each.y, each.x))
        spots = tuple(_spots(hall, classes))
        yield HallFloor(hall.id, hall.name, float(hall.width), float(hall.depth), hall.outdoor, spots, tuple(things))


def _spots(hall: HallLayout, classes: Mapping[str, ClassDraft]) -> Iterator[Spot]:
    parts: dict[str, list[str]] = {}
    for booth in hall.booths:
        if booth.part_of is not None:
            parts.setdefault(booth.part_of, []).append(booth.code)
    for booth in sorted(hall.booths, key=lambda each: natural(each.code)):
        if booth.part_of is None:
            kind = classes[booth.class_code]
            width, depth = size(booth, kind)
            yield Spot(
                booth.id, booth.code, hall.id, hall.name, kind.code, kind.kind.value, float(booth.x), float(booth.y),
                float(width), float(depth), booth.zone, booth.power.value, booth.water, booth.cold,
                price(booth, kind), booth.first_come, booth.closed, tuple(sorted(parts.get(booth.code, ()), key=natural)),
            )  # fmt: skip


def size(booth: BoothDraft, kind: ClassDraft) -> tuple[Decimal, Decimal]:
    """How large a booth is: its own size, or that of its class."""
    return booth.width or kind.width, booth.depth or kind.depth


def price(booth: BoothDraft, kind: ClassDraft) -> int:
    """What the whole booth costs for the whole fair by the list, in whole đồng; halves are rounded up, as the database does."""
    if booth.price_vnd is not None:
        return booth.price_vnd
    if kind.price_by is PriceBy.BOOTH:
        return kind.price_vnd
    width, depth = size(booth, kind)
    return int(kind.price_vnd * width * depth + Decimal("0.5"))

"""Which thing of a floor that is handed in is which of the floor that stands. PURE."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar
from uuid import UUID

from service.fairs.layouts.inputs import BoothDraft, ClassDraft, FloorDraft, HallLayout, ThingDraft, ZoneDraft

KnownT = TypeVar("KnownT", ClassDraft, ZoneDraft, BoothDraft, ThingDraft, HallLayout)


def matched(draft: FloorDraft, before: FloorDraft) -> FloorDraft:
    """The draft with the ids of what stands there already: what says none is known by its code, its name or its place.

    A hall that the draft leaves out belongs to the fair and stays, with nothing drawn in it. An id that the floor before does
    not know is not taken over: it may be another fair's.
    """
    booths = {each.code: each.id for each in before.booths}
    own = {each.id for each in before.booths}
    halls = _known(draft.halls, before.halls, lambda each: each.name)
    stood = {hall.id: hall for hall in before.halls}
    filled = []
    for hall in halls:
        things = stood[hall.id].things if hall.id in stood else ()
        standing = [_with(each, each.id if each.named and each.id in own else booths.get(each.code)) for each in hall.booths]
        update = {"booths": tuple(standing), "things": _known(hall.things, things, _spot)}
        filled.append(hall.model_copy(update=update))
    named = {hall.id for hall in halls}
    bare = [
        hall.model_copy(update={"booths": (), "things": (), "width": None, "depth": None})
        for hall in before.halls
        if hall.id not in named
    ]
    return FloorDraft(
        classes=_known(draft.classes, before.classes, lambda each: each.code),
        zones=_known(draft.zones, before.zones, lambda each: each.code),
        halls=(*filled, *bare),
    )


def _spot(thing: ThingDraft) -> object:
    return thing.kind, thing.x, thing.y, thing.width, thing.depth


def _known(drafts: Sequence[KnownT], before: Iterable[KnownT], key: Callable[[KnownT], object]) -> tuple[KnownT, ...]:
    stands = list(before)
    own = {each.id for each in stands}
    called = {key(each): each.id for each in stands}
    said = {each.id for each in drafts if each.named and each.id in own}
    found = []
    for each in drafts:
        if each.named and each.id in own:
            found.append(_with(each, each.id))
            continue
        known = called.pop(key(each), None)
        found.append(_with(each, None if known in said else known))
    return tuple(found)


def _with(each: KnownT, known: UUID | None) -> KnownT:
    """The thing with the id it is known by; one that is new gets an id that nothing else can have."""
    return each.model_copy(update={"id": known or type(each).model_fields["id"].get_default(call_default_factory=True)})

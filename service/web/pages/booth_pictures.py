"""The halls of a fair with a plan in them: which booth looks how, and where its link leads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from service import fairs
from service.core.i18n import _

plans = fairs.plans
Look = fairs.layouts.Look
FORMS = (
    "hợp tác xã",
    "htx",
    "liên hiệp hợp tác xã",
    "tổ hợp tác",
    "hộ kinh doanh",
    "công ty cổ phần",
    "công ty tnhh",
    "công ty",
)
LINE = 9  # Letters in a booth of three metres.


def of_version(found: plans.PlanPage, hall: int, base: str) -> dict[str, Any]:
    """One hall of a version: who stands where, who has moved, what is kept for others."""
    frozen = found.frozen
    changed = {change.party for change in found.changes if change.kind == "moved"} if found.published else set()

    def look(spot: fairs.layouts.Spot) -> Look:
        booth = str(spot.id)
        party = found.holders.get(booth)
        if party is not None and frozen is not None:
            tone = "moved" if party in changed else "taken"
            words = _("%(booth)s: %(name)s", booth=spot.code, name=frozen.name(party))
            if party in found.locked:
                words = _("%(words)s, đã khóa", words=words)
            return Look(
                href=f"{base}/{found.line.number}?don={frozen.parties[party].code}#list",
                label=short(frozen.name(party)),
                tone=tone,
                words=words,
            )
        return _empty(spot, held=booth in found.held)

    return _drawn(found.floor, hall, look) | {"hall_link": f"{base}/{found.line.number}?sanh="}


def of_hand(
    judged: plans.Judged, floor: fairs.layouts.Floor, hall: int, base: str, steps: Sequence[str], chosen: str
) -> dict[str, Any]:
    """One hall of a version being changed: the first booth that is pressed is chosen, the second one is where it goes."""
    holders = {booth: party for party, those in judged.board.booths.items() for booth in those}
    held = {booth.id for booth in judged.frozen.problem.booths if booth.held}
    wrong = {each.booth for each in judged.broken if each.booth}
    before = {booth: party for party, those in judged.before.items() for booth in those}

    def look(spot: fairs.layouts.Spot) -> Look:
        booth = str(spot.id)
        party = holders.get(booth)
        if booth not in judged.frozen.codes:
            return _empty(spot, held=False)
        href = None
        if chosen and spot.code.casefold() != chosen.casefold():
            href = hand_address(base, judged.number, steps, hall=hall, chon=chosen, den=spot.code)
        elif party is not None and not chosen:
            href = hand_address(base, judged.number, steps, hall=hall, chon=spot.code)
        elif chosen:
            href = hand_address(base, judged.number, steps, hall=hall)
        if party is None:
            plain = _empty(spot, held=booth in held)
            return Look(href=href, label=plain.label, tone=plain.tone, words=plain.words)
        name = judged.frozen.name(party)
        tone = "mine" if spot.code.casefold() == chosen.casefold() else "moved" if before.get(booth) != party else "taken"
        words = _("%(booth)s: %(name)s", booth=spot.code, name=name)
        if party in judged.board.locked:
            words = _("%(words)s, đã khóa", words=words)
        return Look(href=href, label=short(name), tone=tone, words=words)

    bare = hand_address(base, judged.number, steps)
    links = {
        "hall_link": f"{bare}{'&' if '?' in bare else '?'}sanh=",
        "hand_base": hand_address(base, judged.number, steps, hall=hall),
    }
    return _drawn(floor, hall, look, marked=wrong) | links


def of_public(plan: plans.PublicPlan, hall: int, address: str, chosen: frozenset[UUID]) -> dict[str, Any]:
    """One hall for everybody: names where somebody stands, every booth a link to its page."""

    def look(spot: fairs.layouts.Spot) -> Look:
        there = plan.holders.get(spot.id, ())
        href = f"{address}/gian/{spot.code}"
        if there:
            names = ", ".join(each.name for each in there)
            tone = "wish" if spot.id in chosen else "taken"
            return Look(
                href=href, label=short(there[0].name), tone=tone, words=_("%(booth)s: %(name)s", booth=spot.code, name=names)
            )
        plain = _empty(spot, held=spot.id in plan.held)
        return Look(href=href, label=plain.label, tone=plain.tone, words=plain.words)

    return _drawn(plan.floor, hall, look)


def short(name: str) -> str | tuple[str, ...]:
    """What tells an exhibitor from its neighbours, in two lines: nearly all of them begin with the same legal form."""
    bare = next((name[len(form) :].strip() for form in FORMS if name.casefold().startswith(f"{form} ")), name)
    if len(bare) <= LINE:
        return bare
    lines = [""]
    for word in bare.split():
        if len(lines) == 1 and lines[0] and len(lines[0]) + len(word) >= LINE:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return tuple(lines)


def hand_address(base: str, number: int, steps: Sequence[str], *, hall: int = 1, **more: str) -> str:
    """The page of a version being changed, with these steps."""
    query: list[tuple[str, str]] = [("b", step) for step in steps]
    if hall != 1:
        query.append(("sanh", str(hall)))
    query += [(name, value) for name, value in more.items() if value]
    return f"{base}/{number}/tay" + (f"?{urlencode(query)}" if query else "")


def _empty(spot: fairs.layouts.Spot, *, held: bool) -> Look:
    if spot.closed is not None:
        return Look(tone="closed", words=_("%(booth)s: không dùng, %(why)s", booth=spot.code, why=spot.closed))
    if held:
        return Look(tone="held", words=_("%(booth)s: đang giữ", booth=spot.code))
    if spot.first_come:
        return Look(label=_("đặt"), tone="free", words=_("%(booth)s: ai đặt trước được trước", booth=spot.code))
    return Look(tone="free", words=_("%(booth)s: còn trống", booth=spot.code))


def _drawn(
    floor: fairs.layouts.Floor, hall: int, look: Callable[[fairs.layouts.Spot], Look], *, marked: set[str] | None = None
) -> dict[str, Any]:
    if not floor.halls:
        return {"halls": [], "hall": None, "drawing": "", "hall_number": 1, "tones": [], "floor_words": fairs.layouts}
    at = hall if hall <= len(floor.halls) else 1
    shown = floor.halls[at - 1]
    looks: Mapping[UUID, Look] = {spot.id: look(spot) for spot in shown.booths}
    rims = [UUID(booth) for booth in marked or ()]
    drawing = fairs.layouts.picture(
        shown, looks, title=_("Sơ đồ %(hall)s", hall=shown.name), zones=floor.zones, marked=rims
    )  # fmt: skip
    return {
        "halls": [(n, each.name, len(each.booths)) for n, each in enumerate(floor.halls, 1)], "hall": shown, "drawing": drawing,
        "hall_number": at,
        "tones": {each.tone for each in looks.values()},
        "floor_words": fairs.layouts,
    }  # fmt: skip

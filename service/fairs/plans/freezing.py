"""Reading a fair as it is now, as the question that an allocation answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service.core import clock, places
from service.core.errors import Conflict
from service.core.i18n import _
from service.fairs import applications, bookings, layouts, standing
from service.fairs.bookings import Occupied
from service.fairs.layouts.floor import Floor, Spot, ZoneMark
from service.fairs.models import Fair
from service.fairs.plans.frozen import Frozen, Who
from service.fairs.plans.inputs import PlanWish
from service.fairs.plans.problem import Booth, Level, Party, Plan, Problem, Zone
from service.fairs.plans.violations import violations

_CLASSES = text("SELECT c.code, c.name FROM fairs_booth_class c WHERE c.fair_id = :fair").bindparams(
    bindparam("fair", type_=Uuid)
)
Places = Mapping[str, tuple[str, ...]]
PHASES = {"none": 0, "single": 1, "three": 3}
REMEMBERED_YEARS = 2  # How long luck is remembered.
# Who was left without a booth has had twice the bad luck of one whose wish was not met; each fair counts at most once.
# A refusal is told to the first one of those who share a booth and is everybody's. The two ways are two joins: with both in one
# condition every refusal would be held against every application.
_LUCK = text("""
WITH refused AS (
  SELECT p.fair_id, r.party, max(CASE WHEN r.wish = 'booth' THEN 2 ELSE 1 END) AS points
    FROM fairs_plan p
    JOIN fairs_fair f ON f.id = p.fair_id
   CROSS JOIN LATERAL jsonb_to_recordset(p.result -> 'refusals') AS r(party uuid, wish text)
   WHERE p.state = 'published' AND f.ends_on < :today AND f.ends_on >= :since AND p.fair_id <> :fair
   GROUP BY p.fair_id, r.party
), concerned AS (
  SELECT fair_id, party AS application_id, points FROM refused
  UNION ALL
  SELECT r.fair_id, m.application_id, r.points
    FROM refused r JOIN fairs_share h ON h.lead_id = r.party JOIN fairs_share_member m ON m.share_id = h.id
   WHERE m.state = 'agreed'
)
SELECT supplier_id, sum(points)::int AS points
  FROM (SELECT a.supplier_id, c.fair_id, max(c.points) AS points
          FROM concerned c JOIN fairs_application a ON a.id = c.application_id
         WHERE a.supplier_id = ANY(:suppliers)
         GROUP BY a.supplier_id, c.fair_id) told
 GROUP BY supplier_id
""").bindparams(bindparam("suppliers", type_=ARRAY(Uuid)), bindparam("fair", type_=Uuid))


@dataclass(frozen=True, slots=True)
class Material:
    """What a fair is made of at one moment: read once, asked several questions."""

    floor: Floor
    parties: Sequence[applications.Party]
    occupied: Sequence[Occupied]
    days: Sequence[date]
    luck: Mapping[UUID, int]
    classes: Mapping[str, str]


async def material(session: AsyncSession, fair: Fair) -> Material:
    """Read it: the same number of statements however large the fair is. Raises Conflict where the fair has no days yet."""
    days = standing.days(fair)
    if not days:
        raise Conflict(_("Hội chợ chưa có ngày chính xác. Ghi ngày mở và ngày đóng rồi xếp gian."))
    floor = await layouts.floor(session, fair.id)
    parties = await applications.parties(session, fair.id)
    occupied = await bookings.occupied(session, fair.id)
    suppliers = [sharer.supplier_id for party in parties for sharer in party.sharers if sharer.supplier_id is not None]
    luck = await past_luck(session, suppliers, fair.id)
    named = (await session.execute(_CLASSES, {"fair": fair.id})).all()
    return Material(floor, parties, occupied, days, luck, {row.code: row.name for row in named})


async def freeze(
    session: AsyncSession,
    fair: Fair,
    wish: PlanWish,
    *,
    locked: Places | None = None,
    published: Places | None = None,
) -> Frozen:
    """The fair as it is at this moment, with these locks, and what was published before."""
    return translate(await material(session, fair), wish, locked or {}, published or {})


async def past_luck(session: AsyncSession, supplier_ids: Sequence[UUID], fair_id: UUID) -> dict[UUID, int]:
    """How badly these suppliers came off at the fairs of the last two years, by the versions that were published there."""
    if not supplier_ids:
        return {}
    today = clock.today()
    since = clock.add_months(today.replace(day=1), -12 * REMEMBERED_YEARS)
    found = await session.execute(
        _LUCK, {"suppliers": list(set(supplier_ids)), "fair": fair_id, "today": today, "since": since}
    )
    return {row.supplier_id: row.points for row in found}


def translate(found: Material, wish: PlanWish, locked: Places, published: Places) -> Frozen:
    """The same as plain values. PURE. Booths that are booked first come first served are nobody's to give out."""
    floor, parties, days, luck = found.floor, found.parties, found.days, found.luck
    spots = [spot for spot in floor.booths if not spot.first_come]
    busy, booked = [each for each in found.occupied if each.origin != "plan"], set[UUID]()
    for each in busy:
        if each.origin == "booking" and each.state == "taken" and each.application_id is not None:
            booked.add(each.application_id)  # It has a booth already.
    waiting = ("accepted", "waiting") if wish.waiting_too else ("accepted",)
    there = [party for party in parties if party.state in waiting and party.id not in booked]
    ordered = sorted(there, key=lambda party: (party.state != "accepted", party.place or len(parties) + 1, str(party.id)))
    among = {party.id for party in ordered}
    quotas = {_quota(party, wish): wish.quota_booths for party in ordered if _quota(party, wish)}
    problem = Problem(
        days=len(days),
        booths=tuple(_booth(spot, _stays(busy, spot.id, days[0])) for spot in spots),
        parties=tuple(_party(party, 2 * len(ordered) - n, days, wish, luck, among) for n, party in enumerate(ordered)),
        zones=tuple(_zone(mark) for mark in sorted(floor.zones, key=lambda mark: mark.code)),
        beside=_pairs(layouts.beside(floor), {spot.id for spot in spots}),
        quotas={name: most for name, most in quotas.items() if most is not None},
        locked={party: booths for party, booths in sorted(locked.items()) if UUID(party) in among},
        previous={party: booths for party, booths in sorted(published.items()) if UUID(party) in among}
        if wish.near_published else {},
        groups=wish.groups,
        levels=tuple(level for level in wish.order if level is not Level.MOVED or (wish.near_published and published)),
    )  # fmt: skip
    problem = _with_holds(problem, [party for party in ordered if party.state == "accepted"], busy, days[0])
    return Frozen(
        first_day=days[0], problem=problem, parties={str(party.id): _who(party, days[0]) for party in ordered},
        codes={str(spot.id): spot.code for spot in spots}, halls={str(hall.id): hall.name for hall in floor.halls},
        zones={mark.code: mark.name for mark in floor.zones}, quotas={name: _called(name) for name in problem.quotas},
        classes=dict(found.classes),
    )  # fmt: skip


def _stays(busy: Sequence[Occupied], booth_id: UUID, opening: date) -> tuple[tuple[int, int], ...]:
    """On which days others have a booth."""
    return tuple(sorted(((o.first_day - opening).days, (o.last_day - opening).days) for o in busy if o.booth_id == booth_id))


def _with_holds(problem: Problem, accepted: Sequence[applications.Party], busy: Sequence[Occupied], opening: date) -> Problem:
    """The same with the booths that are held for an accepted party locked for it.

    A hold is a lock only where it can be one: as many booths as the party asks for, on all its days, and no rule broken with
    those held before it. Any other hold keeps its booth empty, as one for a name does: no hold makes a plan impossible.
    """
    of = {sharer.application_id: str(party.id) for party in accepted for sharer in party.sharers}
    holds: dict[str, list[Occupied]] = {}
    for each in busy:
        if each.origin == "hold" and each.application_id in of:
            holds.setdefault(of[each.application_id], []).append(each)
    kept: dict[str, tuple[str, ...]] = {}
    for party in accepted:
        own = holds.get(str(party.id), [])
        wanted = tuple(sorted({str(each.booth_id) for each in own}))
        if not own:
            continue
        free = [each for each in busy if each not in own]
        booths = tuple(
            replace(booth, held=_stays(free, UUID(booth.id), opening)) if booth.id in wanted else booth
            for booth in problem.booths
        )
        asked = problem.by_id[str(party.id)]
        whole = all(
            (each.first_day - opening).days <= asked.first_day and asked.last_day <= (each.last_day - opening).days
            for each in own
        )
        trial = replace(problem, booths=booths, locked={}, kept={})
        if whole and not violations(trial, Plan({**kept, asked.id: wanted})):
            kept[asked.id] = wanted
            problem = replace(problem, booths=booths)
    return replace(problem, locked={**problem.locked, **kept}, kept=kept) if kept else problem


def _booth(spot: Spot, held: tuple[tuple[int, int], ...]) -> Booth:
    return Booth(
        id=str(spot.id), hall=str(spot.hall_id), kind=spot.kind, class_code=spot.class_code, area_dm2=round(spot.area * 100),
        x=round(spot.x * 10), y=round(spot.y * 10), width=round(spot.width * 10), depth=round(spot.depth * 10),
        zone=spot.zone, power=PHASES[spot.power], water=spot.water, cold=spot.cold,
        closed=spot.closed is not None, held=held,
    )  # fmt: skip


def _party(
    party: applications.Party, weight: int, days: Sequence[date], wish: PlanWish, luck: Mapping[UUID, int], among: set[UUID]
) -> Party:
    """A party in the terms of the problem. Two later ones always weigh more than one earlier one: no place is worth two."""
    # A fair may have been moved since somebody chose days; nobody stays outside of it.
    first = min(max(party.first_day, days[0]), days[-1])
    last = max(first, min(party.last_day, days[-1]))
    own = [luck.get(sharer.supplier_id, 0) for sharer in party.sharers if sharer.supplier_id is not None]
    return Party(
        id=str(party.id), first_day=(first - days[0]).days, last_day=(last - days[0]).days, booths=party.booths, weight=weight,
        classes=party.class_codes, least_dm2=round(party.least_m2 * 100), power=PHASES[party.power], water=party.water,
        cold=party.cold, goods=party.goods, smell=party.smell, takes_smell=party.takes_smell, commodity=party.commodity or "",
        pavilion=party.pavilion, zones=party.zones, near=tuple(str(each) for each in party.near if each in among),
        apart=tuple(str(each) for each in party.apart if each in among), quota=_quota(party, wish),
        luck=max([*own, party.luck], default=0),
    )  # fmt: skip


def _quota(party: applications.Party, wish: PlanWish) -> str:
    """Whose quota a party counts into: that of the one who has applied first, whoever shares the booth."""
    first = party.sharers[0] if party.sharers else None
    if first is None or wish.quota_by == "none":
        return ""
    if wish.quota_by == "old_district":
        return first.old_district or first.province_code or ""
    return first.province_code or ""


def _called(quota: str) -> str:
    """A quota by the name of its province; a former district is called by its own name."""
    place = places.province(quota) or places.district(quota)
    return place.name if place is not None else quota


def _zone(mark: ZoneMark) -> Zone:
    return Zone(mark.code, goods=mark.goods, smell=mark.smell, pavilion=mark.kind == "pavilion")


def _pairs(beside: frozenset[tuple[UUID, UUID]], among: set[UUID]) -> frozenset[tuple[str, str]]:
    named = ((str(a), str(b)) for a, b in beside if a in among and b in among)
    return frozenset((a, b) if a < b else (b, a) for a, b in named)


def _who(party: applications.Party, opening: date) -> Who:
    return Who(
        name=party.name, code=party.code, state=party.state, place=party.place, points=party.points,
        applications=tuple(str(sharer.application_id) for sharer in party.sharers),
        suppliers=tuple(str(sharer.supplier_id) if sharer.supplier_id else None for sharer in party.sharers),
        names=tuple(sharer.name for sharer in party.sharers),
        turns=tuple((str(one), (first - opening).days, (last - opening).days) for one, first, last in party.by_days),
    )  # fmt: skip

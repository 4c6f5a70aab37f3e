"""Publishing a version: from this moment everybody sees it, the booths are occupied by it, and who is concerned is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.fairs import bookings, standing
from service.fairs.bookings import Placing
from service.fairs.models import Fair
from service.fairs.plans import frozen as frozen_plans
from service.fairs.plans import mails, rules, words
from service.fairs.plans.asking import locked, own, placings, published_version, version
from service.fairs.plans.comparing import difference
from service.fairs.plans.events import PlanPublished
from service.fairs.plans.frozen import Frozen, Since
from service.fairs.plans.inputs import PlanPublish
from service.fairs.plans.models import KEPT, FairPlan, PlanState
from service.fairs.plans.problem import Change, Plan, Violation, Wish
from service.fairs.plans.refusals import refusals
from service.fairs.plans.violations import violations
from service.fairs.plans.words import Names
from service.fairs.plans.working import frozen_of

MOST_NAMED = 3


@dataclass(frozen=True)
class Before:
    """What publishing a version would mean now: for whom booths change, what has changed since, what it breaks."""

    changes: tuple[Change, ...]
    unchanged: int
    since: Since
    broken: tuple[Violation, ...]
    left: frozenset[str]  # Parties who lose a booth because they take part no more.
    names: Names


async def publish_plan(session: AsyncSession, actor: Actor, slug: str, number: int, said: PlanPublish) -> FairPlan:
    """Let everybody see a version, in place of the one before. Publishing it again changes nothing.

    The fair's row is locked, so two who press at once come one after the other. A version that breaks a rule on the fair of now
    is refused (its booth is lost, somebody withdrew); one that is merely out of date asks for a word that this is meant.
    """
    fair = await own(session, slug, actor, lock=True)
    plan = await locked(session, fair.id, number)
    if plan.state == PlanState.PUBLISHED:
        return plan
    if not rules.may_publish(actor, fair.organisation_id, fair.state, fair.ends_on, clock.today(), plan.state):
        raise NotAllowed(_("Chỉ công bố được phương án đã có kết quả, của hội chợ đã công bố. Hãy chọn phương án khác."))
    if plan.version != said.version:
        raise Conflict(_("Phương án này vừa đổi. Hãy xem lại rồi công bố."))
    before = await published_version(session, fair.id)
    booths, _fixed = await placings(session, plan.id)
    now = await frozen_of(session, fair, plan)
    then = frozen_plans.read(plan.frozen)
    broken = _broken(now, booths)
    if broken:
        names = _names(then, now)
        told = " ".join(words.violation(each, names) for each in broken[:MOST_NAMED])
        raise Conflict(_("Phương án không còn công bố được. %(why)s Hãy xếp lại hoặc sửa tay.", why=told))
    if now.facts() != plan.facts and not said.although_old:
        message = _("Từ khi xếp, hội chợ đã đổi. Hãy xếp lại, hoặc đánh dấu “vẫn công bố”.")
        raise Invalid(message, {"although_old": message})
    earlier = await _retired(session, before)
    plan.state, plan.published_at, plan.published_by = PlanState.PUBLISHED, clock.now(), actor.person_id
    await session.flush()
    await bookings.settle_plan(session, actor, fair.id, plan.id, settled(now, booths))
    changes = difference(earlier, booths)
    told_of = {"number": plan.number, "placed": len(booths), "changed": len(changes)}
    await announce(session, PlanPublished(plan.id, fair.id), actor=actor, new=told_of)
    await _tell(session, fair, booths, before, now, changes)
    return plan


async def before_publishing(session: AsyncSession, slug: str, actor: Actor, number: int) -> Before:
    """The same without doing it, for the page that asks whether it is meant. Raises NotFound."""
    fair = await standing.own(session, slug, actor)
    plan = await version(session, fair.id, number)
    if plan is None or plan.state not in KEPT:
        raise NotFound(_("Không có phương án này."))
    before = await published_version(session, fair.id)
    earlier = (await placings(session, before.id))[0] if before is not None and before.id != plan.id else {}
    booths, _fixed = await placings(session, plan.id)
    now = await frozen_of(session, fair, plan)
    changes = difference(earlier, booths)
    unchanged = sum(set(earlier.get(party, ())) == set(those) for party, those in booths.items())
    left = frozenset(change.party for change in changes if not change.now and change.party not in now.parties)
    then = frozen_plans.read(plan.frozen)
    old = frozen_plans.read(before.frozen).names if before is not None else None
    names = _names(then, now)
    if old is not None:  # Who had a booth in the published plan may be in neither of the two.
        names = replace(names, parties={**old.parties, **names.parties}, booths={**old.booths, **names.booths})
    return Before(changes, unchanged, frozen_plans.since(then, now), _broken(now, booths), left, names)


def _names(then: Frozen, now: Frozen) -> Names:
    """Names of what there was and what there is."""
    old, new = then.names, now.names
    return replace(new, parties={**old.parties, **new.parties}, booths={**old.booths, **new.booths})


def settled(frozen: Frozen, booths: Mapping[str, tuple[str, ...]]) -> list[Placing]:
    """Who stands where, exhibitor by exhibitor: those of a party that share its booths stand in one line each."""
    found = []
    stays = {party.id: (party.first_day, party.last_day) for party in frozen.problem.parties}
    for party, those in sorted(booths.items()):
        who = frozen.parties[party]
        turns = {application: (first, last) for application, first, last in who.turns}
        for application, supplier, name in zip(who.applications, who.suppliers, who.names, strict=True):
            first, last = turns.get(application, stays[party])
            found += [
                Placing(
                    booth_id=UUID(booth), first_day=frozen.day(first), last_day=frozen.day(last),
                    application_id=UUID(application), supplier_id=UUID(supplier) if supplier else None, name=name,
                    share_id=UUID(party) if len(who.applications) > 1 else None,
                )
                for booth in those
            ]  # fmt: skip
    return found


def _broken(now: Frozen, booths: Mapping[str, tuple[str, ...]]) -> tuple[Violation, ...]:
    """The rules that a version breaks on the fair of now; what was locked then is no rule any more, what is held is."""
    return violations(replace(now.problem, locked=now.problem.kept), Plan(dict(booths)))


async def _retired(session: AsyncSession, before: FairPlan | None) -> dict[str, tuple[str, ...]]:
    if before is None:
        return {}
    before.state = PlanState.SUPERSEDED
    await session.flush()
    return (await placings(session, before.id))[0]


async def _tell(
    session: AsyncSession, fair: Fair, booths: Mapping[str, tuple[str, ...]], before: FairPlan | None, now: Frozen,
    changes: tuple[Change, ...],
) -> None:  # fmt: skip
    """Tell those who are new, have moved or lost their booth; and those who are told for the first time that they have none."""
    known = set(frozen_plans.read(before.frozen).parties) if before is not None else set()
    none = [party for party in now.parties if party not in booths and party not in known]
    refused = {
        each.party: each for each in refusals(replace(now.problem, locked={}), Plan(dict(booths))) if each.wish == Wish.BOOTH
    }
    await mails.tell(session, fair, now, changes, none, refused)

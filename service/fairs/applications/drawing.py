"""Setting the rule of the order of choice, fixing the seed of a drawing, and drawing (F9).

A drawing is two steps. The first fixes a secret and tells its hash; the second takes the word that somebody called out, counts
the points of everybody who is accepted or waiting on that day, and writes list, seed and order down for good. Drawing again,
because somebody has come or gone since, is a new drawing with its reason; those before stay where everybody can read them.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid
from service.core.events import announce
from service.core.i18n import _
from service.core.text import slug as plain_words
from service.fairs import standing
from service.fairs.applications import choice
from service.fairs.applications.choice_facts import Candidate, candidates
from service.fairs.applications.events import ChoiceRuleSet, DrawPromised, OrderDrawn
from service.fairs.applications.inputs import ClaimDraft, DrawDraft, PromiseDraft, RuleDraft
from service.fairs.applications.models import ChoiceDraw, ChoiceRule
from service.fairs.models import Fair

# What was counted and drawn for each application, in one statement for all of them.
_PLACES = text(
    """
UPDATE fairs_application a SET points = x.points, place = x.place, facts = x.facts, version = a.version + 1, updated_at = :now
  FROM jsonb_to_recordset(:rows) AS x(id uuid, points int, place int, facts jsonb)
 WHERE a.id = x.id AND (a.points, a.place, a.facts) IS DISTINCT FROM (x.points, x.place, x.facts)
"""
).bindparams(bindparam("rows", type_=JSONB))
_GONE = text(
    "UPDATE fairs_application SET place = NULL, version = version + 1, updated_at = :now"
    " WHERE fair_id = :fair AND place IS NOT NULL AND state NOT IN ('accepted', 'waiting')"
)


async def set_rule(session: AsyncSession, actor: Actor, slug: str, draft: RuleDraft) -> ChoiceRule:
    """Say how points are counted. It counts only from the next drawing on; the same rule again changes nothing."""
    fair = await standing.own(session, slug, actor, lock=True)
    rule = _rule(draft.claims, draft)
    kept = await session.get(ChoiceRule, fair.id, populate_existing=True)
    if kept is None:
        kept = ChoiceRule(fair_id=fair.id, **rule.plain())
        kept.updated_at = clock.now()
        session.add(kept)
        await session.flush()
        await announce(session, ChoiceRuleSet(fair.id), actor=actor, new=rule.plain())
        return kept
    old = rule_of(kept).plain()
    if old == rule.plain():
        return kept
    if draft.version is not None and draft.version != kept.version:
        raise Conflict(_("Người khác vừa sửa cách tính điểm. Hãy xem lại bản mới rồi sửa tiếp."))
    for name, value in rule.plain().items():
        setattr(kept, name, value)
    kept.updated_at = clock.now()
    await session.flush()
    await announce(session, ChoiceRuleSet(fair.id), actor=actor, old=old, new=rule.plain())
    return kept


async def promise_draw(
    session: AsyncSession, actor: Actor, slug: str, draft: PromiseDraft, *, secret: str | None = None
) -> ChoiceDraw:
    """Fix the secret of the next drawing and tell its hash. The same key again, or one that waits already, is that drawing.

    The secret comes from the operating system; only the demo and tests hand one in. Drawing again needs a reason.
    """
    fair = await standing.own(session, slug, actor, lock=True)
    there = await session.scalar(select(ChoiceDraw).where(ChoiceDraw.fair_id == fair.id, ChoiceDraw.key == draft.key))
    waiting = there or await session.scalar(
        select(ChoiceDraw).where(ChoiceDraw.fair_id == fair.id, ChoiceDraw.drawn_at.is_(None))
    )
    if waiting is not None:
        return waiting
    kept = await session.get(ChoiceRule, fair.id, populate_existing=True)
    if kept is None:
        raise Conflict(_("Hãy đặt cách tính điểm trước, rồi mới bốc thăm."))
    last = await session.scalar(select(func.max(ChoiceDraw.number)).where(ChoiceDraw.fair_id == fair.id)) or 0
    if last and not draft.reason:
        sentence = _("Ghi lý do bốc thăm lại: lý do này hiện công khai.")
        raise Invalid(sentence, {"reason": sentence})
    hidden = secret or secrets.token_hex(32)
    made = ChoiceDraw(
        id=new_id(), fair_id=fair.id, number=last + 1, key=draft.key, reason=draft.reason, secret=hidden,
        commitment=choice.commitment(hidden), rule=rule_of(kept).plain(), promised_at=clock.now(),
    )  # fmt: skip
    try:
        async with session.begin_nested():
            session.add(made)
    except IntegrityError as error:  # The key has been used at another fair.
        raise Conflict(_("Biểu mẫu này đã dùng rồi. Hãy mở lại trang.")) from error
    fact = DrawPromised(fair.id, number=made.number)
    await announce(session, fact, actor=actor, new={"commitment": made.commitment, "reason": made.reason})
    return made


async def draw_order(session: AsyncSession, actor: Actor, slug: str, number: int, draft: DrawDraft) -> ChoiceDraw:
    """Draw: count everybody's points, settle ties by lot, and write the order down. Drawn already: nothing changes."""
    fair = await standing.own(session, slug, actor, lock=True)
    found = await session.scalar(
        select(ChoiceDraw)
        .where(ChoiceDraw.fair_id == fair.id, ChoiceDraw.number == number)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Conflict(_("Chưa có lần bốc thăm này. Hãy chốt hạt giống trước."))
    if found.drawn_at is not None:
        return found
    rule = choice.Rule.of(found.rule)
    everybody = await candidates(session, fair, rule)
    if not everybody:
        raise Conflict(_("Chưa có đơn nào được nhận hoặc trong danh sách chờ, nên chưa có ai để bốc thăm."))
    found.called = choice.called_word(draft.called)
    found.seed = choice.seed_of(found.secret, found.called)
    entries = [choice.Entry(each.code, each.points) for each in everybody]
    found.listed = choice.lines(entries)
    found.digest = choice.digest(found.listed)
    found.drawn_at, found.drawn_by = clock.now(), actor.person_id
    await session.flush()
    places = {entry.code: place for place, entry in enumerate(choice.ordered(found.seed, entries), 1)}
    await _write_places(session, fair, everybody, places)
    new = {"seed": found.seed, "digest": found.digest, "applicants": len(entries)}
    await announce(session, OrderDrawn(fair.id, draw_id=found.id, number=found.number), actor=actor, new=new)
    return found


def rule_of(kept: ChoiceRule) -> choice.Rule:
    """The stored rule as a value."""
    return choice.Rule.of(
        {"per_star": kept.per_star, "per_year": kept.per_year, "most_years": kept.most_years, "first_time": kept.first_time,
         "claims": kept.claims}
    )  # fmt: skip


async def _write_places(session: AsyncSession, fair: Fair, everybody: Sequence[Candidate], places: dict[str, int]) -> None:
    rows: list[dict[str, Any]] = []
    for each in everybody:
        facts = {"parts": [[part.what, part.number, part.points] for part in each.parts]}
        rows += [
            {"id": str(own), "points": each.points, "place": places[each.code], "facts": facts} for own in each.applications
        ]
    # The statements go round the session: what it remembers of these applications is out of date from here on.
    await session.execute(_PLACES, {"rows": rows, "now": clock.now()})
    await session.execute(_GONE, {"fair": fair.id, "now": clock.now()})


def _rule(claims: Sequence[ClaimDraft], draft: RuleDraft) -> choice.Rule:
    made: list[choice.Claim] = []
    taken: set[str] = set()
    for each in claims:
        code = plain_words(each.code or each.name)[:40] or "muc"
        unique = next(one for one in (code, *(f"{code[:36]}-{n}" for n in range(2, 99))) if one not in taken)
        taken.add(unique)
        made.append(choice.Claim(unique, each.name, each.points, each.name_en))
    return choice.Rule(draft.per_star, draft.per_year, draft.most_years, draft.first_time, tuple(made))

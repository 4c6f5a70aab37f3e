"""Reads of the order of choice: the rule, its preview, the drawings and their documents."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service.accounts import Actor
from service.core.errors import NotFound
from service.core.i18n import _
from service.fairs import standing
from service.fairs.applications import choice
from service.fairs.applications.choice import Entry, Rule
from service.fairs.applications.choice_facts import Candidate, candidates, points_of
from service.fairs.applications.drawing import rule_of
from service.fairs.applications.models import ChoiceDraw, ChoiceRule
from service.fairs.applications.views import DrawView

_OWN = text(
    "SELECT EXISTS (SELECT 1 FROM fairs_application a JOIN catalogue_supplier s ON s.id = a.supplier_id"
    " WHERE a.id = :id AND s.organisation_id = :organisation)"
).bindparams(bindparam("organisation", type_=Uuid))


@dataclass(frozen=True, slots=True)
class RuleView:
    """The rule with its version; None where there is none yet."""

    rule: Rule
    version: int | None


async def choice_rule(session: AsyncSession, slug: str, actor: Actor | None) -> RuleView:
    """How points are counted at a fair: for everybody, for whoever applies should know it."""
    fair = await standing.visible(session, slug, actor)
    kept = await session.get(ChoiceRule, fair.id, populate_existing=True)
    return RuleView(rule_of(kept), kept.version) if kept is not None else RuleView(Rule(), None)


async def preview(session: AsyncSession, slug: str, actor: Actor) -> list[Candidate]:
    """Who would have how many points today, most first, those who wait for an answer too: for the organiser."""
    fair = await standing.own(session, slug, actor)
    kept = await session.get(ChoiceRule, fair.id, populate_existing=True)
    found = await candidates(session, fair, rule_of(kept) if kept is not None else Rule(), submitted_too=True)
    return sorted(found, key=lambda each: (-each.points, each.exhibitor, each.code))


async def own_points(session: AsyncSession, slug: str, actor: Actor, application_id: UUID) -> Candidate | None:
    """The points that the reader's own application would have today, each part of it; None where there is no rule yet."""
    fair = await standing.visible(session, slug, actor)
    kept = await session.get(ChoiceRule, fair.id, populate_existing=True)
    own = await session.scalar(_OWN, {"id": application_id, "organisation": actor.organisation_id})
    return await points_of(session, fair, rule_of(kept), application_id) if kept is not None and own else None


async def drawings(session: AsyncSession, slug: str, actor: Actor | None) -> list[DrawView]:
    """The drawings of a fair, the last one first, each with all that it takes to draw it again."""
    fair = await standing.visible(session, slug, actor)
    found = await session.scalars(
        select(ChoiceDraw)
        .where(ChoiceDraw.fair_id == fair.id)
        .order_by(ChoiceDraw.number.desc())
        .execution_options(populate_existing=True)
    )
    return [_view(each) for each in found]


async def drawing_document(session: AsyncSession, slug: str, actor: Actor | None, number: int) -> str:
    """A drawing as the text file that `chophien redraw` reads. Raises NotFound while it has not been drawn."""
    found = next((each for each in await drawings(session, slug, actor) if each.number == number), None)
    if found is None or found.secret is None or found.called is None or found.listed is None:
        raise NotFound(_("Lần bốc thăm này chưa có danh sách."))
    return choice.document(found.secret, found.called, found.listed)


def order_of(view: DrawView) -> list[Entry]:
    """The order that a drawing gave; nothing before it was drawn."""
    if view.seed is None or view.listed is None:
        return []
    return choice.ordered(view.seed, choice.entries_in(view.listed))


def _view(row: ChoiceDraw) -> DrawView:
    told = row.drawn_at is not None
    return DrawView(
        row.number, row.reason, row.commitment, Rule.of(row.rule), row.promised_at, row.drawn_at,
        row.secret if told else None, row.called, row.seed, row.digest, row.listed,
    )  # fmt: skip

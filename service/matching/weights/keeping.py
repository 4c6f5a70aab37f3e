"""The weights that a buyer has moved and kept: its own requests are ranked by them until somebody moves them again (M10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor, Role
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed
from service.core.events import announce
from service.core.i18n import _
from service.matching import rules
from service.matching.ranking import FACTORS, Weights
from service.matching.weights.events import WeightsReset, WeightsSaved
from service.matching.weights.models import SavedWeights

MOST = 10


@dataclass(frozen=True, slots=True)
class WeightsView:
    """What a buyer has kept; `weights` is None after it has gone back to those of the market."""

    weights: Weights | None
    version: int
    updated_at: datetime


def may_keep_weights(actor: Actor | None) -> bool:
    """Whether the actor may keep weights for its organisation: whoever buys and may write."""
    return (
        actor is not None and actor.role is Role.BUYER and actor.organisation_id is not None
        and rules.may_act_for(actor, actor.organisation_id)
    )  # fmt: skip


async def save_weights(session: AsyncSession, actor: Actor, weights: Weights, *, version: int | None = None) -> SavedWeights:
    """Keep these weights for the buyer's requests, in place of those it had; the same again changes nothing.

    `version` is the one that was read, 0 for none yet; whoever comes second is told so.
    """
    organisation_id = _organisation(actor)
    values = dict(weights.named())
    if not all(0 <= value <= MOST for value in values.values()):
        raise Invalid(_("Mỗi trọng số từ 0 đến %(most)s.", most=MOST))
    # The first to come makes the row, whoever is a moment later finds it; then it is locked.
    made = insert(SavedWeights).values(id=new_id(), organisation_id=organisation_id, weights={}, version=0)
    await session.execute(made.on_conflict_do_nothing(index_elements=["organisation_id"]))
    kept = await _locked(session, organisation_id)
    if kept is None:  # The organisation itself has just been taken away.
        raise NotAllowed(_("Chỉ người của nhà phân phối lưu được trọng số cho các yêu cầu của mình."))
    if version is not None and version != kept.version:
        raise Conflict(_("Người khác trong tổ chức vừa lưu trọng số mới. Hãy xem lại rồi lưu."))
    if kept.weights != values:
        old, kept.weights = kept.weights, values
        kept.saved_by, kept.updated_at = actor.person_id, clock.now()
        await session.flush()
        await announce(session, WeightsSaved(kept.id), actor=actor, old=old or None, new=values)
    return kept


async def reset_weights(session: AsyncSession, actor: Actor) -> None:
    """Go back to the market's own weights; where nothing was kept nothing changes."""
    kept = await _locked(session, _organisation(actor))
    if kept is None or not kept.weights:
        return
    old, kept.weights = kept.weights, {}
    kept.saved_by, kept.updated_at = actor.person_id, clock.now()
    await session.flush()
    await announce(session, WeightsReset(kept.id), actor=actor, old=old)


async def weights_of(session: AsyncSession, organisation_id: UUID | None) -> WeightsView | None:
    """What an organisation that buys has kept; None where it has never kept any."""
    if organisation_id is None:
        return None
    kept = await session.scalar(
        select(SavedWeights).where(SavedWeights.organisation_id == organisation_id).execution_options(populate_existing=True)
    )
    if kept is None:
        return None
    return WeightsView(as_weights(kept.weights) if kept.weights else None, kept.version, kept.updated_at.astimezone(clock.ZONE))


def as_weights(kept: dict[str, Any]) -> Weights:
    """The stored weights; a factor that came later weighs what the market gives it."""
    return Weights(**{name: float(kept[name]) for name in FACTORS if name in kept})


def _organisation(actor: Actor) -> UUID:
    if not may_keep_weights(actor) or actor.organisation_id is None:
        raise NotAllowed(_("Chỉ người của nhà phân phối lưu được trọng số cho các yêu cầu của mình."))
    return actor.organisation_id


async def _locked(session: AsyncSession, organisation_id: UUID) -> SavedWeights | None:
    found: SavedWeights | None = await session.scalar(
        select(SavedWeights)
        .where(SavedWeights.organisation_id == organisation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found

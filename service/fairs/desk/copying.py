"""An earlier fair as the template of a new one (A4): its days move, and what hangs on it comes along by the parts' faces."""

from __future__ import annotations

from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core.errors import Invalid
from service.core.events import announce
from service.core.i18n import _
from service.fairs import charges, layouts, rules, standing
from service.fairs.desk.events import FairCopied
from service.fairs.desk.inputs import CopyDraft
from service.fairs.fairs import draft_fair
from service.fairs.inputs import FairDraft, HallDraft
from service.fairs.models import Fair, FairDay, Hall

_BUYERS = text(
    "INSERT INTO fairs_buyer (fair_id, buyer_id, looking_for, commodity_ids)"
    " SELECT :to, e.buyer_id, e.looking_for, e.commodity_ids FROM fairs_buyer e WHERE e.fair_id = :from"
    " ON CONFLICT (fair_id, buyer_id) DO NOTHING RETURNING buyer_id"
)


async def copy_fair(session: AsyncSession, actor: Actor, slug: str, draft: CopyDraft, *, key: UUID) -> Fair:
    """Prepare a new fair from an earlier one of the actor's own. The same key again is the same fair, as it is by then."""
    earlier = await standing.own(session, slug, actor)
    there: Fair | None = await session.scalar(select(Fair).where(Fair.key == key))
    if there is not None and rules.may_change(actor, there.organisation_id):
        return there
    made = await draft_fair(session, actor, await _drafted(session, earlier, draft), key=key, copied_from=earlier.id)
    shift = made.starts_on - earlier.starts_on
    days = set(standing.days(made))
    for row in await session.scalars(select(FairDay).where(FairDay.fair_id == earlier.id)):
        if row.day + shift in days:
            session.add(FairDay(fair_id=made.id, day=row.day + shift, opens=row.opens, closes=row.closes, note=row.note))
    await session.flush()
    if draft.floor:
        await layouts.copy_floor(session, actor, earlier.id, made.id)
    if draft.charges:
        await charges.copy_charges(session, actor, earlier.id, made.id)
    if draft.buyers:
        await session.execute(_BUYERS, {"from": earlier.id, "to": made.id})
    await announce(session, FairCopied(made.id, earlier.id), actor=actor, new=draft.model_dump())
    return made


async def _drafted(session: AsyncSession, earlier: Fair, draft: CopyDraft) -> FairDraft:
    length, shift = earlier.ends_on - earlier.starts_on, draft.starts_on - earlier.starts_on
    kept = ("kind", "place", "address", "province_code", "commune_code", "date_precision", "opening_hours", "hosts", "co_hosts",
            "description")  # fmt: skip
    said = {name: getattr(earlier, name) for name in kept}
    if draft.call:
        said |= {"call_words": earlier.call_words, "call_needs": earlier.call_needs}
        if earlier.call_opens_on is not None:
            said["call_opens_on"] = earlier.call_opens_on + shift
        if earlier.call_closes_on is not None:
            said["call_closes_on"] = earlier.call_closes_on + shift
    halls = await session.scalars(select(Hall).where(Hall.fair_id == earlier.id).order_by(Hall.position, Hall.name))
    named = tuple(HallDraft(name=hall.name, about=hall.about, area_m2=hall.area_m2) for hall in halls)
    try:
        return FairDraft(
            name=draft.name, name_en=draft.name_en, starts_on=draft.starts_on, ends_on=draft.starts_on + length, halls=named,
            illustrative=earlier.illustrative, **said,
        )  # fmt: skip
    except ValidationError as error:  # The days that follow from the first one are further away than it is.
        sentence = _("Ngày của hội chợ phải từ năm 1990 đến năm 2100.")
        raise Invalid(sentence, {"starts_on": sentence}) from error

"""A request once more: what a buyer asked for last year, as a draft for the year to come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from service.accounts import Actor
from service.core import clock
from service.core.errors import NotAllowed, NotFound
from service.core.i18n import _
from service.matching import rules
from service.matching.inputs import MOST_MONTHS, RequestDraft
from service.matching.models import SourcingRequest
from service.matching.queries import stored
from service.matching.requests import open_request


async def copy_request(session: AsyncSession, actor: Actor, code: str, *, key: UUID | None = None) -> SourcingRequest:
    """A new draft that asks for the same, its months those of the coming year where they are over, and without a past deadline.

    Whatever a matching round asked besides stays with the round. `key` names the act of copying, as it does that of posting.
    """
    request = await stored(session, code, actor)
    if not rules.may_act_for(actor, request.organisation_id):
        if rules.may_see(actor, request, request.organisation_id, invited=request.invited):
            raise NotAllowed(_("Chỉ người đăng mới sao chép được yêu cầu này."))
        raise NotFound(_("Không tìm thấy yêu cầu này."))
    today, row = clock.today(), request.row
    goods = {each.id: each for each in await catalogue.commodity_terms(session)}
    commodity = goods.get(row["commodity_id"]) if row["commodity_id"] else None
    deadline = row["deadline"] if row["deadline"] is not None and row["deadline"] >= today else None
    draft = RequestDraft(
        title=row["title"], commodity=commodity.slug if commodity else None, words=row["words"],
        ceiling_vnd_per_kg=row["ceiling_vnd_per_kg"], certificates=tuple(row["certificates"]), min_stars=row["min_stars"],
        pack_net_g=row["pack_net_g"], unverified_too=row["unverified_too"],
        delivery_province_code=row["delivery_province_code"], place=row["place"], deadline=deadline, note=row["note"],
        visibility=row["visibility"], sealed=row["sealed"], closes_at_quotes=row["closes_at_quotes"],
        mark_slug=row["mark_slug"], illustrative=row["illustrative"],
        months=moved(zip(row["months"], row["kg"], strict=True), today),
    )  # fmt: skip
    copied_from = row["id"]
    return await open_request(session, actor, row["buyer_id"], draft, key=key, keep_as_draft=True, copied_from=copied_from)


def moved(months: Iterable[tuple[date, Decimal]], today: date) -> tuple[tuple[date, Decimal], ...]:
    """The same months, those that are over in the year in which they come next. PURE."""
    first = today.replace(day=1)
    found = []
    for month, kg in months:
        day = month
        while day < first:
            day = clock.add_months(day, MOST_MONTHS)
        found.append((day, kg))
    return tuple(sorted(found))

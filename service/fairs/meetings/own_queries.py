"""What one participant reads of the meetings of a fair: its own times, its list, requests both ways, whom it could meet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor, Role
from service.core import clock, cursors
from service.fairs.meetings.models import AskState, Away, MeetingFeed, Participant
from service.fairs.meetings.participants import Own, side_of
from service.fairs.meetings.people import FIELDS, NAMED, someone
from service.fairs.meetings.sessions import slots_at
from service.fairs.meetings.slots import closed_to
from service.fairs.meetings.views import AskView, OwnPart, Page, WishView

OTHERS = 20

_WISHES = text(
    f"""
SELECT {FIELDS}, w.value, w.words, w.goods,
       EXISTS (SELECT FROM fairs_meeting_wish x WHERE x.participant_id = w.other_id AND x.other_id = w.participant_id) AS mutual
  FROM fairs_meeting_wish w JOIN fairs_participant p ON p.id = w.other_id {NAMED}
 WHERE w.participant_id = :own AND p.left_at IS NULL ORDER BY w.value DESC, coalesce(s.name, b.name), p.id LIMIT 200
"""  # noqa: S608 - our own constants.
)
_ASKS = text(
    f"""
SELECT {FIELDS}, k.id AS ask_id, k.from_id = :own AS mine, k.state, k.answer_by, k.words, k.answer_words, k.asked_at
  FROM fairs_meeting_ask k
  JOIN fairs_participant p ON p.id = CASE WHEN k.from_id = :own THEN k.to_id ELSE k.from_id END {NAMED}
 WHERE :own IN (k.from_id, k.to_id) ORDER BY k.state <> 'asked', k.id DESC LIMIT 200
"""  # noqa: S608 - our own constants.
)
_OTHERS = text(
    f"""
SELECT {FIELDS}, count(*) OVER () AS rest
  FROM fairs_participant p {NAMED}
 WHERE p.fair_id = :fair AND p.left_at IS NULL AND (p.supplier_id IS NULL) = :buyers
   AND NOT EXISTS (SELECT FROM fairs_meeting_wish w WHERE w.participant_id = :own AND w.other_id = p.id)
   AND (CAST(:name AS text) IS NULL OR (coalesce(s.name, b.name), p.id) > (CAST(:name AS text), CAST(:after AS uuid)))
 ORDER BY coalesce(s.name, b.name), p.id LIMIT :limit
"""  # noqa: S608 - our own constants.
)
# The coming fairs at which the reader takes part, or could: those of its booth, those it said it would come to.
_FAIRS = text(
    """
SELECT f.slug, f.name, f.starts_on, f.ends_on, p.id AS part_id, p.filled_at IS NOT NULL AS filled, t.wishes_until,
       (SELECT count(*) FROM fairs_meeting_wish w WHERE w.participant_id = p.id) AS wishes,
       (SELECT count(*) FROM fairs_meeting_ask k WHERE k.to_id = p.id AND k.state = 'asked') AS waiting
  FROM fairs_fair f
  LEFT JOIN fairs_meeting_terms t ON t.fair_id = f.id
  LEFT JOIN fairs_participant p ON p.fair_id = f.id AND p.organisation_id = :own AND p.left_at IS NULL
 WHERE f.state = 'announced' AND f.ends_on >= :today
   AND EXISTS (SELECT FROM fairs_meeting_session z WHERE z.fair_id = f.id)
   AND (p.id IS NOT NULL
     OR EXISTS (SELECT FROM fairs_buyer e JOIN matching_buyer b ON b.id = e.buyer_id
                 WHERE e.fair_id = f.id AND b.organisation_id = :own)
     OR EXISTS (SELECT FROM fairs_occupancy o JOIN catalogue_supplier s ON s.id = o.supplier_id
                 WHERE o.fair_id = f.id AND o.state = 'taken' AND s.organisation_id = :own)
     OR EXISTS (SELECT FROM fairs_application a JOIN catalogue_supplier s ON s.id = a.supplier_id
                 WHERE a.fair_id = f.id AND a.state = 'accepted' AND s.organisation_id = :own))
 ORDER BY f.starts_on, f.id LIMIT 50
"""
)


@dataclass(frozen=True, slots=True)
class FairToMeetAt:
    """A coming fair with meetings, at which the reader takes part or could."""

    slug: str
    name: str
    starts_on: date
    ends_on: date
    joined: bool
    filled: bool
    wishes_until: date | None
    wishes: int
    waiting: int

    @property
    def href(self) -> str:
        """Where the reader enters what it wishes."""
        return f"/hoi-cho/{self.slug}/cuoc-gap"


async def fairs_to_meet_at(session: AsyncSession, actor: Actor) -> list[FairToMeetAt]:
    """The coming fairs with meetings at which the reader takes part or could: one statement."""
    if actor.organisation_id is None or actor.role not in (Role.SUPPLIER, Role.BUYER):
        return []
    found = await session.execute(_FAIRS, {"own": actor.organisation_id, "today": clock.today()})
    return [
        FairToMeetAt(
            row.slug, row.name, row.starts_on, row.ends_on, row.part_id is not None, bool(row.filled), row.wishes_until,
            row.wishes, row.waiting,
        )
        for row in found
    ]  # fmt: skip


async def own_entry(session: AsyncSession, part: Participant) -> OwnPart:
    """What the reader's organisation has entered: two statements."""
    away = (await session.execute(select(Away.starts_at, Away.ends_at).where(Away.participant_id == part.id))).all()
    every = await slots_at(session, part.fair_id)
    closed = closed_to(every, [(row[0], row[1]) for row in away])
    codes = frozenset(each.code for each in every if each.number in closed)
    return OwnPart(part.id, side_of(part), part.most, part.contact, codes, part.filled_at is not None)


async def own_wishes(session: AsyncSession, part_id: UUID) -> list[WishView]:
    """The reader's own list, the dearest first: one statement."""
    rows = (await session.execute(_WISHES, {"own": part_id})).mappings()
    return [WishView(someone(row), row["value"], row["words"], row["goods"], row["mutual"]) for row in rows]


async def own_asks(session: AsyncSession, part_id: UUID) -> list[AskView]:
    """Requests for meetings to and from the reader, those that wait first: one statement."""
    rows = (await session.execute(_ASKS, {"own": part_id})).mappings()
    return [
        AskView(
            row["ask_id"], someone(row), row["mine"], AskState(row["state"]), row["answer_by"], row["words"],
            row["answer_words"], row["asked_at"],
        )
        for row in rows
    ]  # fmt: skip


async def others(session: AsyncSession, own: Own, cursor: str | None = None) -> Page:
    """A page of those of the other side who are not on the reader's list: one statement."""
    name, after = cursors.place(cursor, str) if cursor else (None, None)
    asked = {
        "fair": own.fair.id, "own": own.part.id, "buyers": own.part.supplier_id is not None, "name": name, "after": after,
        "limit": OTHERS + 1,
    }  # fmt: skip
    rows = (await session.execute(_OTHERS, asked)).mappings().all()
    last = rows[OTHERS - 1] if len(rows) > OTHERS else None
    more = cursors.sealed([last["name"], last["id"].hex]) if last is not None else None
    return Page([someone(row) for row in rows[:OTHERS]], more, rows[0]["rest"] if rows else 0)


async def own_feed(session: AsyncSession, actor: Actor) -> str | None:
    """The lot that the reader's calendar address is signed over, if it has one."""
    if actor.organisation_id is None:
        return None
    found: str | None = await session.scalar(
        select(MeetingFeed.lot).where(MeetingFeed.organisation_id == actor.organisation_id)
    )
    return found

"""Reads of meetings, each for one reader. The number of statements never grows with the number of rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service.accounts import Actor
from service.core import clock, cursors
from service.core.errors import NotFound
from service.core.i18n import _
from service.fairs import standing
from service.fairs.meetings.models import MeetingResult, MeetingState, Result, Said, Side
from service.fairs.meetings.people import FIELDS, NAMED, someone
from service.fairs.meetings.sessions import sessions_of, terms_of
from service.fairs.meetings.slots import slots_of
from service.fairs.meetings.views import (
    Counts,
    MeetingLine,
    MeetingOutcome,
    Page,
    ParticipantLine,
    ResultView,
    SessionView,
    TermsView,
)

LINES = 40
MOST_MEETINGS = 2000

_MEETINGS = """
SELECT m.id, f.slug AS fair_slug, f.name AS fair_name, f.place AS fair_place, f.ends_on < :today AS fair_over,
       m.supplier_part_id, s.name AS supplier, s.slug AS supplier_slug, m.buyer_part_id, b.name AS buyer, m.starts_at,
       m.ends_at,
       m.table_no, m.booth, m.state, m.absent, m.called_off, m.sequence, m.changed_at, sa.said AS supplier_said,
       coalesce(sa.late, false) AS supplier_late, ba.said AS buyer_said, coalesce(ba.late, false) AS buyer_late,
       coalesce(bw.goods, sw.goods) AS goods, sp.organisation_id AS supplier_org, bp.organisation_id AS buyer_org,
       m.sequence > 0 AND t.id IS NOT NULL AS changed
  FROM fairs_meeting m
  JOIN fairs_fair f ON f.id = m.fair_id
  JOIN fairs_participant sp ON sp.id = m.supplier_part_id JOIN catalogue_supplier s ON s.id = sp.supplier_id
  JOIN fairs_participant bp ON bp.id = m.buyer_part_id JOIN matching_buyer b ON b.id = bp.buyer_id
  LEFT JOIN fairs_timetable t ON t.id = m.timetable_id AND t.state = 'published'
  LEFT JOIN fairs_attendance sa ON sa.meeting_id = m.id AND sa.side = 'supplier'
  LEFT JOIN fairs_attendance ba ON ba.meeting_id = m.id AND ba.side = 'buyer'
  LEFT JOIN fairs_meeting_wish sw ON sw.participant_id = m.supplier_part_id AND sw.other_id = m.buyer_part_id
  LEFT JOIN fairs_meeting_wish bw ON bw.participant_id = m.buyer_part_id AND bw.other_id = m.supplier_part_id
"""
_ORDER = " ORDER BY m.starts_at, m.table_no NULLS LAST, m.booth, m.id LIMIT :most"
_OF_OWN = text(f"{_MEETINGS} WHERE :own IN (sp.organisation_id, bp.organisation_id){_ORDER}").bindparams(
    bindparam("own", type_=Uuid)
)
_OF_OWN_AT = text(
    f"{_MEETINGS} WHERE m.fair_id = :fair AND :own IN (sp.organisation_id, bp.organisation_id){_ORDER}"
).bindparams(bindparam("own", type_=Uuid))
_OF_FAIR = text(f"{_MEETINGS} WHERE m.fair_id = :fair{_ORDER}")
_OF_DAY = text(f"{_MEETINGS} WHERE m.fair_id = :fair AND (m.starts_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date = :day{_ORDER}")
_ONE = text(f"{_MEETINGS} WHERE m.id = :id AND :own IN (sp.organisation_id, bp.organisation_id){_ORDER}").bindparams(
    bindparam("own", type_=Uuid)
)
_PARTS = text(
    f"""
SELECT {FIELDS}, p.most, p.contact, p.filled_at, p.reminded_at,
       (SELECT count(*) FROM fairs_away a WHERE a.participant_id = p.id) AS away,
       (SELECT count(*) FROM fairs_meeting_wish w WHERE w.participant_id = p.id) AS wishes,
       (SELECT count(*) FROM fairs_meeting_wish w WHERE w.other_id = p.id) AS wished_by,
       (SELECT count(*) FROM fairs_meeting_ask k WHERE p.id IN (k.from_id, k.to_id) AND k.state IN ('asked', 'accepted'))
         AS asks,
       (SELECT count(*) FROM fairs_meeting m WHERE p.id IN (m.supplier_part_id, m.buyer_part_id) AND m.state <> 'cancelled')
         AS meetings,
       (SELECT count(*) FROM fairs_meeting m WHERE p.id IN (m.supplier_part_id, m.buyer_part_id) AND m.state = 'no_show'
           AND m.absent = CASE WHEN p.supplier_id IS NULL THEN 'buyer' ELSE 'supplier' END) AS absences,
       count(*) OVER () AS total
  FROM fairs_participant p {NAMED}
 WHERE p.fair_id = :fair AND p.left_at IS NULL AND (NOT :silent OR p.filled_at IS NULL
       AND NOT EXISTS (SELECT FROM fairs_meeting_wish w WHERE w.participant_id = p.id))
   AND (CAST(:name AS text) IS NULL OR (coalesce(s.name, b.name), p.id) > (CAST(:name AS text), CAST(:after AS uuid)))
 ORDER BY coalesce(s.name, b.name), p.id LIMIT :limit
"""  # noqa: S608 - our own constant.
)
_PART_TOTAL = text("SELECT count(*) FROM fairs_participant p WHERE p.fair_id = :fair AND p.left_at IS NULL")
_COUNTS = text(
    """
SELECT (SELECT count(*) FROM fairs_participant p WHERE p.fair_id = :fair AND p.left_at IS NULL AND p.supplier_id IS NOT NULL)
         AS suppliers,
       (SELECT count(*) FROM fairs_participant p WHERE p.fair_id = :fair AND p.left_at IS NULL AND p.buyer_id IS NOT NULL)
         AS buyers,
       (SELECT count(*) FROM fairs_participant p WHERE p.fair_id = :fair AND p.left_at IS NULL AND p.filled_at IS NULL
           AND NOT EXISTS (SELECT FROM fairs_meeting_wish w WHERE w.participant_id = p.id)) AS silent,
       w.wishes, w.mutual / 2 AS mutual, k.waiting AS asks_waiting, k.accepted AS asks_accepted, m.*
  FROM (SELECT count(*) AS wishes, count(x.participant_id) AS mutual
          FROM fairs_meeting_wish w JOIN fairs_participant p ON p.id = w.participant_id AND p.fair_id = :fair
          LEFT JOIN fairs_meeting_wish x ON x.participant_id = w.other_id AND x.other_id = w.participant_id) w,
       (SELECT count(*) FILTER (WHERE k.state = 'asked') AS waiting, count(*) FILTER (WHERE k.state = 'accepted') AS accepted
          FROM fairs_meeting_ask k JOIN fairs_participant p ON p.id = k.from_id AND p.fair_id = :fair) k,
       (SELECT count(*) FILTER (WHERE m.state = 'planned') AS planned, count(*) FILTER (WHERE m.state = 'held') AS held,
               count(*) FILTER (WHERE m.state = 'no_show') AS no_show, count(*) FILTER (WHERE m.state = 'not_held') AS not_held,
               count(*) FILTER (WHERE m.state = 'disputed') AS disputed,
               count(*) FILTER (WHERE m.state = 'cancelled') AS cancelled,
               count(*) FILTER (WHERE m.state = 'cancelled' AND m.called_off IN ('supplier', 'buyer') AND m.starts_at > :now
                                  AND m.changed_at > t.published_at) AS called_off
          FROM fairs_meeting m LEFT JOIN fairs_timetable t ON t.fair_id = m.fair_id AND t.state = 'published'
         WHERE m.fair_id = :fair) m
"""
)
# Of what both sides have said at any time the furthest counts; where both went as far, the later word.
_OUTCOMES = text(
    """
SELECT m.id AS meeting_id, sp.supplier_id, bp.buyer_id, s.name AS supplier, b.name AS buyer, m.state, m.absent,
       r.result AS outcome, r.kg, r.vnd, r.side AS said_by
  FROM fairs_meeting m
  JOIN fairs_participant sp ON sp.id = m.supplier_part_id JOIN catalogue_supplier s ON s.id = sp.supplier_id
  JOIN fairs_participant bp ON bp.id = m.buyer_part_id JOIN matching_buyer b ON b.id = bp.buyer_id
  LEFT JOIN LATERAL (
       SELECT r.result, r.kg, r.vnd, r.side FROM fairs_meeting_result r WHERE r.meeting_id = m.id AND r.result IS NOT NULL
        ORDER BY array_position(ARRAY['none', 'talks', 'sample', 'quote', 'memorandum', 'order'], r.result::text) DESC,
                 r.said_at DESC LIMIT 1) r ON true
 WHERE m.fair_id = :fair ORDER BY m.starts_at, m.id
"""
)


async def terms_and_sessions(session: AsyncSession, fair_id: UUID) -> tuple[TermsView, list[SessionView]]:
    """What holds for the meetings of a fair, and its sessions with their slots: two statements."""
    terms = await terms_of(session, fair_id)
    rows = await sessions_of(session, fair_id)
    every = slots_of(rows)
    view = TermsView(
        terms.seats, terms.tables, terms.most_per_supplier, terms.most_per_buyer, terms.wishes_until, terms.answer_days,
        terms.version,
    )  # fmt: skip
    return view, [
        SessionView(
            each.id, each.name, each.day, each.starts, each.ends, each.slot_minutes, each.pause_minutes,
            tuple((first, last) for first, last in each.breaks), each.most_per_supplier, each.most_per_buyer, each.version,
            tuple(slot for slot in every if slot.session_id == each.id), each.tables,
        )
        for each in rows
    ]  # fmt: skip


async def session_page(session: AsyncSession, fair_id: UUID, session_id: UUID) -> SessionView:
    """One session of a fair. Raises NotFound."""
    for each in (await terms_and_sessions(session, fair_id))[1]:
        if each.id == session_id:
            return each
    raise NotFound(_("Hội chợ này không có buổi gặp đó."))


async def own_meetings(session: AsyncSession, actor: Actor, fair_id: UUID | None = None) -> list[MeetingLine]:
    """The meetings of the reader's organisation, over all fairs or at one, cancelled ones among them."""
    if actor.organisation_id is None:
        return []
    asked = {"own": actor.organisation_id, "today": clock.today(), "most": MOST_MEETINGS, "fair": fair_id}
    statement = _OF_OWN if fair_id is None else _OF_OWN_AT
    if fair_id is None:
        del asked["fair"]
    return [_line(row, actor.organisation_id) for row in (await session.execute(statement, asked)).mappings()]


async def meetings_of(session: AsyncSession, organisation_id: UUID) -> list[MeetingLine]:
    """The meetings of one organisation over all fairs, for its calendar."""
    asked = {"own": organisation_id, "today": clock.today(), "most": MOST_MEETINGS}
    return [_line(row, organisation_id) for row in (await session.execute(_OF_OWN, asked)).mappings()]


async def meeting_page(session: AsyncSession, actor: Actor, meeting_id: UUID) -> MeetingLine:
    """One meeting of the reader's organisation. It is not there for anybody else."""
    asked = {"id": meeting_id, "own": actor.organisation_id, "today": clock.today(), "most": 1}
    row = (await session.execute(_ONE, asked)).mappings().one_or_none()
    if row is None:
        raise NotFound(_("Không có cuộc gặp này."))
    return _line(row, actor.organisation_id)


async def all_meetings(session: AsyncSession, actor: Actor, slug: str, day: date | None = None) -> list[MeetingLine]:
    """Every meeting of a fair, or of one of its days, for its organiser; in the order of time and table."""
    fair = await standing.own(session, slug, actor)
    asked: dict[str, Any] = {"fair": fair.id, "today": clock.today(), "most": MOST_MEETINGS}
    if day is not None:
        asked["day"] = day
    found = await session.execute(_OF_FAIR if day is None else _OF_DAY, asked)
    return [_line(row, None) for row in found.mappings()]


async def participant_list(
    session: AsyncSession, actor: Actor, slug: str, cursor: str | None = None, *, silent: bool = False
) -> Page:
    """A page of the participants of a fair with what they have entered, for its organiser."""
    fair = await standing.own(session, slug, actor)
    name, after = cursors.place(cursor, str) if cursor else (None, None)
    asked = {"fair": fair.id, "name": name, "after": after, "limit": LINES + 1, "silent": silent}
    found = (await session.execute(_PARTS, asked)).mappings().all()
    total = int(await session.scalar(_PART_TOTAL, {"fair": fair.id}) or 0)
    items = [
        ParticipantLine(
            someone(row), row["most"], row["contact"], row["away"], row["wishes"], row["wished_by"], row["asks"],
            row["meetings"], row["absences"], row["filled_at"], row["reminded_at"],
        )
        for row in found[:LINES]
    ]  # fmt: skip
    last = found[LINES - 1] if len(found) > LINES else None
    return Page(items, cursors.sealed([last["name"], last["id"].hex]) if last is not None else None, total)


async def counts(session: AsyncSession, fair_id: UUID) -> Counts:
    """The figures of all meetings of a fair: one statement."""
    row = (await session.execute(_COUNTS, {"fair": fair_id, "now": clock.now()})).mappings().one()
    return Counts(**row)


async def meetings(session: AsyncSession, fair_id: UUID) -> list[MeetingOutcome]:
    """Every meeting of a fair with what became of it, for the report of results: one statement."""
    return [
        MeetingOutcome(
            row["meeting_id"], row["supplier_id"], row["buyer_id"], row["supplier"], row["buyer"], MeetingState(row["state"]),
            Side(row["absent"]) if row["absent"] else None, Result(row["outcome"]) if row["outcome"] else None, row["kg"],
            row["vnd"], Side(row["said_by"]) if row["said_by"] else None,
        )
        for row in (await session.execute(_OUTCOMES, {"fair": fair_id})).mappings()
    ]  # fmt: skip


async def results_of(session: AsyncSession, ids: list[UUID]) -> dict[UUID, list[ResultView]]:
    """What both sides were asked of these meetings and say, the first question first."""
    rows = await session.scalars(
        select(MeetingResult)
        .where(MeetingResult.meeting_id.in_(ids))
        .order_by(MeetingResult.meeting_id, MeetingResult.months, MeetingResult.side)
    )
    found: dict[UUID, list[ResultView]] = {}
    for row in rows:
        view = ResultView(row.meeting_id, row.side, row.months, row.result, row.kg, row.vnd, row.words, row.said_at)
        found.setdefault(row.meeting_id, []).append(view)
    return found


def _line(row: RowMapping, own: UUID | None) -> MeetingLine:
    values: Mapping[str, Any] = {
        name: row[name] for name in MeetingLine.__dataclass_fields__ if name in row and name not in ("own", "state", "absent")
    }
    side = None
    if own is not None:
        side = Side.SUPPLIER if row["supplier_org"] == own else Side.BUYER
    line = MeetingLine(
        **values, state=MeetingState(row["state"]), absent=Side(row["absent"]) if row["absent"] else None, own=side
    )
    return replace(
        line, supplier_said=Said(line.supplier_said) if line.supplier_said else None,
        buyer_said=Said(line.buyer_said) if line.buyer_said else None, changed=bool(row["changed"]),
    )  # fmt: skip

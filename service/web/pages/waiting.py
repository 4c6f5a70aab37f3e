"""What waits for the reader's organisation over the whole market: the lists of requests and of fairs put together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from service import fairs, matching
from service.accounts import Actor
from service.core import clock

WITHOUT_A_DAY = timedelta(days=7)  # What has no day of its own stands where the things of this week end.


@dataclass(frozen=True, slots=True)
class Waiting:
    """Everything that waits, the most urgent first, with counts by kind; and once more only what belongs to fairs."""

    items: Sequence[matching.Wait | fairs.desk.FairWait]
    counts: Counter[StrEnum]
    fairs: fairs.desk.FairWaitList


async def all_waiting(session: AsyncSession, me: Actor | None) -> Waiting:
    """Both lists as one: two statements, however much waits."""
    of_requests = await matching.waiting(session, me)
    of_fairs = await fairs.desk.fair_waiting(session, me)
    items: list[matching.Wait | fairs.desk.FairWait] = [*of_requests.items, *of_fairs.items]
    counts: Counter[StrEnum] = Counter()
    counts.update(of_requests.counts)
    counts.update(of_fairs.counts)
    return Waiting(sorted(items, key=_urgency), counts, of_fairs)


def _urgency(wait: matching.Wait | fairs.desk.FairWait) -> date:
    return wait.day or clock.today() + WITHOUT_A_DAY

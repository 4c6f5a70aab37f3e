"""How often somebody may do something, counted in the database so that it holds for all processes together.

The count is a moment (GCRA): when the last of what was taken would have been used up at an even pace. One statement takes or
refuses, and a row lock of PostgreSQL makes two at once wait for each other. Names and addresses are kept only as a hash.

`allow` is exact. `Leases` is for the hottest pages: a process takes twenty at a time and spends them without asking.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from sqlalchemy import LargeBinary, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from service.core.db import Base

NOTHING = timedelta(0)
LEASE = 20
MOST_LEASES = 20_000  # A few megabytes; what was not asked for longest makes room.


class Limit(Base):
    """How far somebody is ahead of the pace. Unlogged: after a crash everybody starts anew, and no page waits for a disk."""

    __tablename__ = "core_limit"
    __table_args__ = {"prefixes": ["UNLOGGED"]}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.

    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    used_up_at: Mapped[datetime]


# The row is read back only where nothing was taken: then it says how long to wait.
_TAKE = text(
    """
    WITH taken AS (
      INSERT INTO core_limit AS l (key, used_up_at)
      VALUES (:key, clock_timestamp() + CAST(:pace AS interval) * :cost)
      ON CONFLICT (key) DO UPDATE
         SET used_up_at = greatest(l.used_up_at, clock_timestamp()) + CAST(:pace AS interval) * :cost
       WHERE greatest(l.used_up_at, clock_timestamp()) - clock_timestamp() <= CAST(:pace AS interval) * (:times - :cost)
      RETURNING 1
    )
    SELECT EXISTS (SELECT 1 FROM taken),
           (SELECT used_up_at - clock_timestamp() - CAST(:pace AS interval) * (:times - :cost)
              FROM core_limit WHERE key = :key)
    """
)


async def allow(connection: AsyncSession | AsyncConnection, name: str, who: str, times: int, per: timedelta) -> bool:
    """Take one of the `times` that `who` may do this in any `per`; False when they are used up.

    A refused request must not undo the count: call it in a transaction of its own where the rest may fail.
    """
    return await wait(connection, name, who, times, per) == NOTHING


async def wait(
    connection: AsyncSession | AsyncConnection, name: str, who: str, times: int, per: timedelta, cost: int = 1
) -> timedelta:
    """The same, and how long to wait until it is allowed again: nothing when it is allowed now."""
    values = {"key": _key(name, who), "pace": per / times, "times": times, "cost": cost}
    taken, left = (await connection.execute(_TAKE, values)).one()
    if taken:
        return NOTHING
    return max(left or NOTHING, timedelta(seconds=1))


async def forget(connection: AsyncSession | AsyncConnection, name: str, who: str) -> None:
    """Let somebody start anew, because she has shown who she is."""
    await connection.execute(text("DELETE FROM core_limit WHERE key = :key"), {"key": _key(name, who)})


async def give_back(
    connection: AsyncSession | AsyncConnection, name: str, who: str, times: int, per: timedelta
) -> None:  # fmt: skip
    """Put back the one that was taken, where only failures count."""
    values = {"key": _key(name, who), "pace": per / times}
    await connection.execute(
        text("UPDATE core_limit SET used_up_at = used_up_at - CAST(:pace AS interval) WHERE key = :key"), values
    )


def _key(name: str, who: str) -> bytes:
    return hashlib.sha256(f"{name}:{who}".encode()).digest()[:16]


class Leases:
    """What one process has taken in advance: most requests are counted in memory, one in twenty in the database.

    All processes together take from the same count, so it holds however many there are; what one took and did not spend is
    lost to the others, so the last few may be refused a little early. Somebody who was refused is refused from memory.
    """

    def __init__(self, name: str, times: int, per: timedelta) -> None:
        self.name = name
        self.times = times
        self.per = per
        self.lease = max(1, min(LEASE, times // 10))
        self._left: dict[str, tuple[int, float]] = {}  # Whoever it is: how many are left, and until when they hold.

    async def wait(self, who: str, open_transaction: Callable[[], Any]) -> timedelta:
        """Take one; how long to wait where there is none. `open_transaction` is only called where memory does not know."""
        now = monotonic()
        left, until = self._left.get(who, (0, 0.0))
        if now < until:
            if left > 0:
                self._left[who] = (left - 1, until)
                return NOTHING
            if left < 0:
                return timedelta(seconds=until - now)
        async with open_transaction() as session:
            waiting = await wait(session, self.name, who, self.times, self.per, self.lease)
        while len(self._left) >= MOST_LEASES:
            del self._left[next(iter(self._left))]
        if waiting == NOTHING:
            others, until = self._left.get(who, (0, 0.0))  # Another request may have taken a lease at the same moment.
            self._left[who] = (self.lease - 1 + max(0, others), now + self.per.total_seconds())
        else:
            self._left[who] = (-1, now + waiting.total_seconds())
        return waiting

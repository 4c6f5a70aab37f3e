"""What of the gap sheet a reader may count. Pure: asks no database.

Counted is what a reader may see: public requests and those without a name by everybody, requests to matched suppliers by
officers too, a round's by its organiser, and everything of one's own. Requests to invited suppliers are their owners' alone.

What was offered and awarded on one request is known to its buyer, and to each supplier its own part. So a sum of it is shown
only where requests of at least three buyers stand behind it. The public gets such sums for a commodity and month as a whole:
with a further filter, the difference of two sums could be one buyer's. Officers, and an organiser within her own round, may
filter.
"""

from __future__ import annotations

from service.accounts import Actor, Role

FEWEST_BUYERS = 3


def counts_matched(reader: Actor | None) -> bool:
    """Whether requests to matched suppliers are counted for this reader, whoever posted them."""
    return reader is not None and reader.role in (Role.OFFICER, Role.SYSTEM)


def may_narrow(reader: Actor | None, *, runs_round: bool) -> bool:
    """Whether sums of what was offered and awarded are shown under further filters; `runs_round`: it is her own round."""
    return counts_matched(reader) or runs_round


def shows_outcome(reader: Actor | None, *, own_only: bool, narrowed: bool, runs_round: bool, buyers: int) -> bool:
    """Whether a sum of what was offered and awarded may be shown, with requests of so many buyers behind it."""
    if own_only or (reader is not None and reader.role is Role.SYSTEM):
        return True
    return buyers >= FEWEST_BUYERS and (not narrowed or may_narrow(reader, runs_round=runs_round))

"""What stands behind each tab of one request, counted for its owner in one statement."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.matching.queries import QUOTES
from service.matching.views import RequestView


@dataclass(frozen=True, slots=True)
class Tabs:
    """How many invitations (and of what was written in them, how much is unread), quotes, lots and versions a request has."""

    invitations: int
    unread: int
    quotes: int
    lots: int
    versions: int


async def request_tabs(session: AsyncSession, request: RequestView) -> Tabs | None:
    """The counts beside the tabs; None for whoever does not own the request, and sees no tabs."""
    if not request.mine:
        return None
    row = (await session.execute(_COUNTED, {"request": request.id})).one()
    return Tabs(*row)


_COUNTED = text(
    f"""
SELECT (SELECT count(*) FROM matching_invitation i WHERE i.request_id = r.id AND i.state <> 'withdrawn'),
       (SELECT count(*) FROM matching_invitation i JOIN matching_message m ON m.invitation_id = i.id
         WHERE i.request_id = r.id AND m.side = 'supplier' AND m.read_at IS NULL),
       {QUOTES},
       (SELECT count(*) FROM matching_pool p WHERE p.request_id = r.id),
       (SELECT count(*) FROM matching_request_version v WHERE v.request_id = r.id)
  FROM matching_request r WHERE r.id = :request
"""  # noqa: S608 - only our own constants are put in.
)

"""Bodies are taken in whole before anything of ours waits for them: counted, and against the clock.

A page opens its transaction before it reads its form. Were the body read only then, a few senders who dribble one byte a second
would hold every connection to the database. So the doorkeeper reads the body first, into a file once it is more than a form,
and lets go of a sender who is slower than any phone in a valley.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import IO

from starlette.types import Message, Receive

IN_MEMORY = 1024 * 1024
PIECE = 256 * 1024
# A sender may think for so long, and must then have kept this pace since the beginning: a sixth of what EDGE carries.
PATIENCE_SECONDS = 15.0
LEAST_BYTES_A_SECOND = 2048


class TooLarge(Exception):
    """More was sent than anybody may send to this address at once."""


class TooSlow(Exception):
    """The sender has let us wait longer than anybody may."""


class Gone(Exception):
    """The sender hung up in the middle of the body; nobody is left to be answered."""


def allowed_seconds(taken: int) -> float:
    """How long a sender may have needed for so many bytes."""
    return PATIENCE_SECONDS + taken / LEAST_BYTES_A_SECOND


@asynccontextmanager
async def taken(receive: Receive, most: int) -> AsyncIterator[Receive]:
    """Read the whole body and give a `receive` that hands it out again. Raises TooLarge, TooSlow or Gone."""
    began, length, more = asyncio.get_running_loop().time(), 0, True
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as kept:
        while more:
            piece, more = await _piece(receive, began + allowed_seconds(length), most - length)
            length += len(piece)
            kept.write(piece)
        kept.seek(0)
        yield _handed_out(kept, length, receive)


async def _piece(receive: Receive, until: float, most: int) -> tuple[bytes, bool]:
    try:
        async with asyncio.timeout_at(until):
            message = await receive()
    except TimeoutError:
        raise TooSlow from None
    if message["type"] == "http.disconnect":
        raise Gone
    piece: bytes = message.get("body", b"")
    if len(piece) > most:
        raise TooLarge
    return piece, message.get("more_body", False)


def _handed_out(kept: IO[bytes], left: int, receive: Receive) -> Receive:
    done = False

    async def again() -> Message:
        nonlocal left, done
        if done:
            return await receive()  # All that can still come is that the reader hangs up.
        piece = kept.read(PIECE)
        left -= len(piece)
        done = left <= 0
        return {"type": "http.request", "body": piece, "more_body": not done}

    return again

"""Searching for seconds in a thread while a page follows it: what is told once a second, and when it is to stop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

EVERY = 1.0
FoundT = TypeVar("FoundT")


@dataclass(frozen=True, slots=True)
class Progress:
    """How it goes: the level at work, the best so far, and what nobody can beat."""

    level: StrEnum
    value: int | None
    bound: int | None
    seconds: float


Search = Callable[[Callable[[Any], None], Callable[[], bool]], FoundT]


async def followed(search: Search[FoundT], tell: Callable[[dict[str, Any]], Awaitable[bool]]) -> FoundT:
    """Run `search(progress, cancelled)` in a thread, and `tell` once a second how it goes; False says that nobody wants it.

    It ends early, with what it has, when nobody wants it any more, and when the worker is stopped, which waits for its threads.
    """
    unwanted = threading.Event()
    newest: list[Progress] = []
    searching = asyncio.create_task(asyncio.to_thread(search, newest.append, unwanted.is_set))
    try:
        while not (await asyncio.wait({searching}, timeout=EVERY))[0]:
            told = newest[-1] if newest else None
            shown = (
                {"level": str(told.level), "value": told.value, "bound": told.bound, "seconds": told.seconds} if told else {}
            )
            newest[:-1] = []
            if not await tell(shown):
                unwanted.set()
        return await searching
    finally:
        unwanted.set()

"""How the web process listens: a connection that does not come to its point is closed.

The server itself closes a connection that idles between two requests, but waits for ever for the end of a request's head.
Whoever opens a thousand connections and sends one letter a minute on each would take every place at the door.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 10.0
MOST_HEAD_BYTES = 64 * 1024


class Impatient(HttpToolsProtocol):
    """The HTTP protocol of uvicorn, with a limit to the time and the size of a request's head."""

    head_seconds = HEAD_SECONDS
    _late: asyncio.TimerHandle | None = None
    _head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # As uvicorn has it.
        """Somebody has come, and is to say what she wants."""
        super().connection_made(transport)
        self._wait()

    def on_message_begin(self) -> None:
        """The first letters of a request, maybe of a later one on the same connection."""
        super().on_message_begin()
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Count what comes before the head is whole."""
        if self._late is not None:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._late is not None and self._head_bytes > MOST_HEAD_BYTES:
            self._close()

    def on_headers_complete(self) -> None:
        """The head is whole; the body has a clock of its own (bodies.py)."""
        self._stop_waiting()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is there any more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(self.head_seconds, self._close)

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
        self._late, self._head_bytes = None, 0

    def _close(self) -> None:
        self._stop_waiting()
        closing: Any = self.transport
        if not closing.is_closing():
            closing.abort()

"""What may go wrong by the rules of the trade. The edge turns each of these into a page, a fragment or a problem document."""

from __future__ import annotations

from collections.abc import Mapping


class Refused(Exception):
    """Something was asked that cannot be done; the message says why and what to do next, in the reader's language."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(Refused):
    """There is no such thing, or it is not for this reader to know."""


class NotAllowed(Refused):
    """The thing is there, but this actor may not do that with it."""


class Conflict(Refused):
    """Somebody else was faster, or the thing has moved on since it was read."""


class TooOften(Refused):
    """The same was asked more often than anybody may; `seconds` is how long to wait."""

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class Invalid(Refused):
    """What was handed in is not right; `errors` says for each field what would be."""

    def __init__(self, message: str, errors: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.errors = dict(errors or {})

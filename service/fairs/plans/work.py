"""What is known of a question while engines work on it: between their threads and the one that waits for them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import ceil, inf, isinf

from service.fairs.plans.rows import Rows, Terms

HAIR = 1e-6
SLACK = 1e-9  # What the floating point of HiGHS may hide in a bound.


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how hard to look. `effort` are deterministic units of CP-SAT."""

    until: float
    workers: int = 1
    seed: int = 1
    effort: float | None = None
    cancelled: Callable[[], bool] | None = None
    proving: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The best values found; none make the sum smaller than `bound`. `impossible`: nothing keeps all rows."""

    values: list[int] | None
    bound: int | None
    proven: bool
    impossible: bool = False
    stopped: bool = False
    effort: float = 0.0


@dataclass(slots=True)
class Work:
    """What is known so far, between the engine's thread and the one that waits for it."""

    rows: Rows
    goal: Terms
    lock: threading.RLock = field(default_factory=threading.RLock)
    over: threading.Event = field(default_factory=threading.Event)
    values: list[int] | None = None
    value: int | None = None
    bound: float = -inf
    impossible: bool = False
    effort: float = 0.0
    running: int = 1
    enough: int | None = None  # A value that is had elsewhere: that nothing is smaller is all there is to know.
    stops: list[Callable[[], None]] = field(default_factory=list)
    failure: BaseException | None = None

    def found(self, values: Sequence[int]) -> None:
        """An engine has these values; they count where they keep every row and are better."""
        value = sum(by * values[at] for at, by in self.goal.items())
        with self.lock:
            if (self.value is None or value < self.value) and self.rows.hold(values):
                self.values, self.value = list(values), value
            self._meet()

    def none_below(self, bound: float) -> None:
        """An engine says that nothing is smaller than this."""
        if not isinf(bound):
            with self.lock:
                self.bound = max(self.bound, ceil(bound - max(HAIR, abs(bound) * SLACK)))
                self._meet()

    def nothing(self) -> None:
        """An engine says that nothing keeps all rows."""
        with self.lock:
            self.impossible = self.value is None
            self.over.set()

    @property
    def proven(self) -> bool:
        """Whether nothing is smaller than what was found."""
        return self.value is not None and self.bound >= self.value

    def suffice(self, value: int) -> None:
        """Say what is had elsewhere."""
        with self.lock:
            self.enough = value
            self._meet()

    def _meet(self) -> None:
        if self.proven or (self.enough is not None and self.bound >= self.enough):
            self.over.set()

    def run(self, engine: Callable[[Work, Limits], None], limits: Limits) -> None:
        """Let an engine work on it; the last one that ends ends the question."""
        try:
            engine(self, limits)
        except BaseException as failure:  # noqa: BLE001 - raised again by the one who waits.
            self.failure = failure
            self.over.set()
        finally:
            with self.lock:
                self.running -= 1
                if not self.running:
                    self.over.set()

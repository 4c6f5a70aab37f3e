"""What who runs the market does to accounts and offices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from service.core.events import Event


@dataclass(frozen=True)
class DutySet(Event):
    """The office that is the subject looks after another area from now on."""

    unanswered: ClassVar[str | None] = "Queues ask for the area when they are read."


@dataclass(frozen=True)
class PersonLocked(Event):
    """The person that is the subject is kept out until somebody unlocks her."""

    unanswered: ClassVar[str | None] = "Her sessions end in the same transaction; she is told when she tries to sign in."


@dataclass(frozen=True)
class PersonUnlocked(Event):
    """The person that is the subject may sign in again."""

    unanswered: ClassVar[str | None] = "She finds out by signing in."


@dataclass(frozen=True)
class SessionsEnded(Event):
    """An administrator has ended every session of the person that is the subject."""

    unanswered: ClassVar[str | None] = "She signs in again."


@dataclass(frozen=True)
class AdministratorNamed(Event):
    """The person that is the subject was made an administrator from the command line of the machine."""

    unanswered: ClassVar[str | None] = "Whoever ran the command reads the link on the terminal."

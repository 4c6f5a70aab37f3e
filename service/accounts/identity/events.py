"""What happens to the ways in which a person shows who she is. The subject is always the person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from service.core.events import Event


@dataclass(frozen=True)
class PersonRegistered(Event):
    """A person has come by herself, with an organisation of hers."""

    organisation_id: UUID

    unanswered: ClassVar[str | None] = "The mail to confirm her address is written in the same transaction."


@dataclass(frozen=True)
class EmailConfirmed(Event):
    """The person has shown that she reads that address."""

    unanswered: ClassVar[str | None] = "From now on mails go there; nothing waits for it."


@dataclass(frozen=True)
class PhoneConfirmed(Event):
    """An officer has found that the number is the person's."""

    unanswered: ClassVar[str | None] = "From now on the number is hers alone; nothing waits for it."


@dataclass(frozen=True)
class LanguageChosen(Event):
    """The person's mails speak another language."""

    unanswered: ClassVar[str | None] = "The next mail is written in it."


@dataclass(frozen=True)
class ResetAsked(Event):
    """Somebody has asked for a link to set a new password for the person."""

    unanswered: ClassVar[str | None] = "The link is mailed in the same transaction."


@dataclass(frozen=True)
class ResetCodeIssued(Event):
    """Somebody who may has read out a code with which the person sets a new password."""

    unanswered: ClassVar[str | None] = "The code is told by mouth; using it is told by mail."


@dataclass(frozen=True)
class PasswordChanged(Event):
    """The person has another password; `how` is `changed`, `reset` or `code`."""

    how: str


@dataclass(frozen=True)
class SecondFactorSet(Event):
    """The person has an authenticator from now on."""


@dataclass(frozen=True)
class SecondFactorRemoved(Event):
    """The person has no authenticator any more."""


@dataclass(frozen=True)
class RecoveryCodeUsed(Event):
    """The person has come in with a recovery code instead of her authenticator."""

    left: int


@dataclass(frozen=True)
class RecoveryCodesRenewed(Event):
    """The person has new recovery codes; the old ones open nothing."""

    unanswered: ClassVar[str | None] = "Only she herself can ask for them, with a code of her authenticator."


@dataclass(frozen=True)
class SignInFailed(Event):
    """Somebody gave the right password of the person and a wrong code, or was refused for another reason."""

    reason: str

    unanswered: ClassVar[str | None] = "It is kept for her own list and for audits; limits hold back whoever tries."

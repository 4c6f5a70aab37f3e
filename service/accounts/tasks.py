"""What the clock asks of accounts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, or_
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.identity.events import PasswordChanged, RecoveryCodeUsed, SecondFactorRemoved, SecondFactorSet
from service.accounts.identity.models import Link
from service.accounts.models import Person, Session
from service.accounts.organisations.models import Invitation
from service.core import clock, mail
from service.core.events import Event, every, on


@every("17 3 * * *")
async def forget_ended_sessions(session: AsyncSession) -> None:
    """Take away the sessions that nobody can use any more; the journal keeps when they were opened and ended."""
    await session.execute(delete(Session).where(Session.expires_at < clock.now()))


@every("37 3 * * *")
async def forget_old_invitations(session: AsyncSession) -> None:
    """Take away invitations that nobody has accepted in time, with the addresses they went to."""
    await session.execute(delete(Invitation).where(Invitation.accepted_at.is_(None), Invitation.expires_at < clock.now()))


@every("41 3 * * *")
async def forget_used_links(session: AsyncSession) -> None:
    """Take away links and codes that open nothing any more, with the addresses they went to."""
    await session.execute(delete(Link).where(or_(Link.used_at.is_not(None), Link.expires_at < clock.now())))


@on(PasswordChanged)
async def tell_of_the_new_password(session: AsyncSession, fact: PasswordChanged) -> None:
    """Tell the person that her password has changed, so that she notices when it was not she."""
    await _tell(session, fact, "password_changed")


@on(SecondFactorSet)
async def tell_of_the_second_factor(session: AsyncSession, fact: SecondFactorSet) -> None:
    """Tell the person that an authenticator is asked for from now on."""
    await _tell(session, fact, "second_factor_set")


@on(SecondFactorRemoved)
async def tell_of_the_removed_second_factor(session: AsyncSession, fact: SecondFactorRemoved) -> None:
    """Tell the person that no authenticator is asked for any more."""
    await _tell(session, fact, "second_factor_removed")


@on(RecoveryCodeUsed)
async def tell_of_the_recovery_code(session: AsyncSession, fact: RecoveryCodeUsed) -> None:
    """Tell the person that somebody came in with one of her recovery codes."""
    await _tell(session, fact, "recovery_code_used", left=fact.left)


async def _tell(session: AsyncSession, fact: Event, template: str, **values: Any) -> None:
    person = await session.get(Person, fact.subject)
    if person is not None and person.email is not None and person.email_confirmed_at is not None:
        await mail.send(session, person.email, template, person.language, **values)

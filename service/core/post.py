"""Handing a mail to the server that carries it: who speaks SMTP, and how not to send twice.

A mail is claimed and the claim kept before the other server is spoken to. What goes wrong before the text was handed over is
tried again by the queue; what goes wrong after it is not, because nobody can know whether the mail has left.
"""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit
from uuid import UUID

import structlog
from sqlalchemy import text

from service.core import clock, mail

if TYPE_CHECKING:
    from service.core.db import Database
    from service.core.settings import Settings

log = structlog.get_logger("mail")

TIMEOUT_SECONDS = 20
MOST_ATTEMPTS = 8
_CLAIM = text(
    "UPDATE core_mail SET state = 'sending', attempts = attempts + 1 WHERE id = :id AND state = 'waiting'"
    " RETURNING id, to_address, subject, body, stop_address, attempts, created_at"
)
_SENT = text("UPDATE core_mail SET state = 'sent', sent_at = :now, reason = NULL, body = NULL WHERE id = :id")
_MOVED = text("UPDATE core_mail SET state = :state, reason = :reason WHERE id = :id")
_LEFT_HALF = text("UPDATE core_mail SET state = 'failed', reason = :reason WHERE id = :id AND state = 'sending'")


class Undelivered(Exception):
    """The mail has not left; `lasting` says that trying again cannot help."""

    def __init__(self, reason: str, *, lasting: bool = False) -> None:
        super().__init__(reason)
        self.lasting = lasting


class Letter(NamedTuple):
    """A claimed mail, as the sender needs it."""

    id: UUID
    to_address: str
    subject: str
    body: str
    stop_address: str | None
    attempts: int
    created_at: object


async def deliver(database: Database, settings: Settings, mail_id: UUID) -> None:
    """Send one mail of the outbox. Raises Undelivered where it is to be tried again; a mail that is not waiting stays."""
    if settings.smtp_url is None:
        if not settings.development:
            await _move(database, mail_id, mail.MailState.FAILED, "CHOPHIEN_SMTP_URL is empty: nobody carries mail")
        return
    async with database.transaction() as session:
        claimed = (await session.execute(_CLAIM, {"id": mail_id})).one_or_none()
        if claimed is None:
            # A worker died between handing it over and writing that down: it may have left, so it is not sent again.
            await session.execute(_LEFT_HALF, {"id": mail_id, "reason": "interrupted while sending; it may have arrived"})
            return
    letter = Letter(*claimed)
    try:
        await asyncio.to_thread(hand_over, message(letter, settings), settings.smtp_url.get_secret_value())
    except Undelivered as failure:
        again = not failure.lasting and letter.attempts < MOST_ATTEMPTS
        await _move(database, mail_id, mail.MailState.WAITING if again else mail.MailState.FAILED, str(failure))
        log.warning("mail not delivered", mail=str(mail_id), attempt=letter.attempts, again=again, reason=str(failure))
        if again:
            raise
        return
    async with database.transaction() as session:
        await session.execute(_SENT, {"id": mail_id, "now": clock.now()})


async def _move(database: Database, mail_id: UUID, state: mail.MailState, reason: str) -> None:
    async with database.transaction() as session:
        await session.execute(_MOVED, {"id": mail_id, "state": state.value, "reason": reason[:500]})


def message(letter: Letter, settings: Settings) -> EmailMessage:
    """The mail as it travels. A line break in a header is refused by the library, and none can come from a template."""
    base = settings.address
    sender = settings.mail_from
    built = EmailMessage(policy=SMTP)
    built["From"] = sender
    built["To"] = letter.to_address
    built["Subject"] = letter.subject
    built["Date"] = format_datetime(letter.created_at)  # type: ignore[arg-type] # A row gives a datetime.
    built["Message-ID"] = f"<{letter.id}@{parseaddr(sender)[1].partition('@')[2]}>"  # The same however often it is tried.
    built["Auto-Submitted"] = "auto-generated"
    if letter.stop_address is not None:
        built["List-Unsubscribe"] = f"<{base}{letter.stop_address}>"
        built["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    built.set_content(mail.complete(letter.body, base))
    return built


def hand_over(built: EmailMessage, url: str) -> None:
    """Give the mail to the server of this address. Raises Undelivered, with the server's own words where it has any."""
    try:
        with _connected(url) as server:
            _expect(server.mail(parseaddr(built["From"])[1]))
            _expect(server.rcpt(built["To"]))
            try:
                answer = server.data(built.as_bytes())
            except (smtplib.SMTPServerDisconnected, OSError) as error:
                raise Undelivered(f"the connection ended after the text was sent: {error}", lasting=True) from error
            _expect(answer)
    except smtplib.SMTPResponseException as error:
        raise Undelivered(_said(error.smtp_code, error.smtp_error), lasting=500 <= error.smtp_code < 600) from error
    except (smtplib.SMTPException, OSError) as error:
        raise Undelivered(f"{type(error).__name__}: {error}") from error
    except ValueError as error:  # A password or a sender that cannot be said over SMTP.
        raise Undelivered(f"{type(error).__name__}: {error}", lasting=True) from error


def _connected(url: str) -> smtplib.SMTP:
    """smtps:// is TLS from the first byte, smtp:// becomes TLS or fails, smtp+plain:// is for a relay on one's own machine."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    trusted = ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=trusted)
    else:
        server = smtplib.SMTP(host, parts.port or 587, timeout=TIMEOUT_SECONDS)
    try:
        if parts.scheme == "smtp":
            _expect(server.starttls(context=trusted))
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.ehlo_or_helo_if_needed()
    except BaseException:
        server.close()
        raise
    return server


def _expect(answer: tuple[int, bytes]) -> None:
    code, said = answer
    if not 200 <= code < 300:
        raise Undelivered(_said(code, said), lasting=500 <= code < 600)


def _said(code: int, said: bytes | str) -> str:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {words}"

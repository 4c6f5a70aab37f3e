"""Mail: written into the outbox in the transaction that made it due, sent by a job.

    await mail.send(session, recipient.email, "request_answered", recipient.language, name=…, code=…)

A template is `templates/mail/<name>.txt`: its first line is the subject, the rest the text, both through gettext. Addresses of
ours are written `{{ link("/tim-hang/YC-1") }}` and become whole when the mail leaves. A letter that people may stop carries
`stop_address`, an address of ours that takes a POST without a session (RFC 8058).
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from sqlalchemy import CheckConstraint, Index, delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from service.core import clock, formats, i18n
from service.core.db import Row, word
from service.core.events import enqueue
from service.core.i18n import _

TEMPLATES = Path(__file__).parents[2] / "templates" / "mail"
HERE = "\ue000"  # Stands for the market's own address until a mail leaves or is shown; nobody types it.
KEPT = timedelta(days=30)
JOB = "send_mail"
# One plain address as SMTP carries it without extensions: no comments, no quotes, nothing that could end a header.
ADDRESS = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?=.{4,190}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}"
)


class MailState(StrEnum):
    """Where a mail stands. `sending` is only seen while the other server is being spoken to, or after a crash just then."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class Mail(Row):
    """One mail in the outbox. Its text is forgotten once it has been sent: it may hold a link that opens an account."""

    __tablename__ = "core_mail"
    __table_args__ = (
        CheckConstraint("state in ('waiting', 'sending', 'sent', 'failed')", name="state"),
        Index("ix_core_mail_to_address", "to_address"),
        Index("ix_core_mail_created_at", "created_at"),
    )

    to_address: Mapped[str]
    template: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str | None]
    stop_address: Mapped[str | None]
    state: Mapped[MailState] = mapped_column(word(MailState))
    attempts: Mapped[int]
    reason: Mapped[str | None]  # Why it has failed, or why it waits to be tried again.
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    sent_at: Mapped[datetime | None]


def plain_address(typed: str) -> str:
    """An e-mail address as it is stored and looked up, in small letters. Raises ValueError when it is not one."""
    address = typed.strip().lower()
    if not ADDRESS.fullmatch(address) or ".." in address or address.startswith(".") or ".@" in address:
        raise ValueError(_("Địa chỉ e-mail chưa đúng, ví dụ: ten@vidu.vn."))
    return address


async def send(
    session: AsyncSession, to: str, template: str, language: str = i18n.SOURCE_LANGUAGE, *, stop_address: str | None = None,
    **values: Any,
) -> None:  # fmt: skip
    """Put a mail into the outbox and queue its sending; both happen if and only if this transaction is kept.

    It is rendered now, so a wrong template fails here and not in a job at night.
    """
    address = plain_address(to)
    if stop_address is not None and (not stop_address.startswith("/") or not stop_address.isprintable()):
        raise ValueError(f"an address to stop mails is one of ours: {stop_address!r}")
    subject, body = render(template, language, {**values, "stop_address": stop_address})
    mail = Mail(
        to_address=address, template=template, subject=subject, body=body, stop_address=stop_address, state=MailState.WAITING,
        attempts=0, created_at=clock.now(),
    )  # fmt: skip
    session.add(mail)
    await session.flush()
    await enqueue(session, JOB, mail=str(mail.id))


def render(template: str, language: str, values: dict[str, Any]) -> tuple[str, str]:
    """Subject and text in that language. The subject is one line whatever its values hold."""
    subject, body, foot = _template(template)
    with i18n.speaking(language):
        written = " ".join(subject.render(values).split())
        return written, (body.render(values).strip() + foot.render(stop_address=values["stop_address"]).rstrip() + "\n")


def complete(written: str, base: str) -> str:
    """The text with its links made whole: `base` is how this market is reached from outside."""
    return written.replace(HERE, base.rstrip("/"))


async def newest(
    session: AsyncSession, *, before: UUID | None = None, limit: int = 20, state: MailState | None = None
) -> list[Mail]:
    """The newest mails of the outbox, older than the one named."""
    query = select(Mail).order_by(Mail.id.desc()).limit(limit)
    if before is not None:
        query = query.where(Mail.id < before)
    if state is not None:
        query = query.where(Mail.state == state)
    return list(await session.scalars(query))


async def forget_mails(session: AsyncSession, address: str) -> None:
    """Take away every mail to that address, because its owner is being erased."""
    await session.execute(delete(Mail).where(Mail.to_address == address.strip().lower()))


async def forget_old_mails(session: AsyncSession) -> None:
    """Take away what was written more than thirty days ago, sent or not."""
    await session.execute(text("DELETE FROM core_mail WHERE created_at < :day"), {"day": clock.now() - KEPT})


@cache
def _environment() -> Environment:
    env = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, auto_reload=False,
        autoescape=False,  # noqa: S701 - a mail is plain text; nothing in it is read as markup.
    )  # fmt: skip
    env.globals.update(_=_, ngettext=i18n.ngettext, link=lambda path: HERE + path)
    env.filters.update(
        vnd=formats.vnd, kg=formats.kg, day=formats.day, month=formats.month, number=formats.number, phone=formats.phone,
        moment=formats.moment, percent=formats.percent,
    )  # fmt: skip
    return env


@cache
def _template(name: str) -> tuple[Template, Template, Template]:
    env = _environment()
    source, _path, _fresh = env.loader.get_source(env, f"{name}.txt")  # type: ignore[union-attr] # It has a loader.
    subject, _line, body = source.partition("\n")
    return env.from_string(subject), env.from_string(body), env.get_template("_foot.txt")

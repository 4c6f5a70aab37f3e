"""Mails leave once, over real SMTP, and nothing typed by anybody becomes a header."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import worker
from service.core import clock, mail, post
from service.core.db import Database
from service.core.settings import Settings
from service.core.tasks import forget_mails

LINK = {"token": "abc", "hours": 24}


class Carrier:
    """A mail server that keeps what it is given, after first answering with the given words."""

    def __init__(self) -> None:
        self.answers: list[str] = []
        self.got: list[EmailMessage] = []

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Envelope) -> str:  # noqa: ARG002, N802 - as aiosmtpd calls it.
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            read = message_from_bytes(content, policy=policy.SMTP)
            assert isinstance(read, EmailMessage)
            self.got.append(read)
        elif answer == "gone":
            server.transport.abort()
        return answer


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def carrier() -> Carrier:
    return Carrier()


@pytest.fixture
def posted(carrier: Carrier, settings: Settings) -> Iterator[Settings]:
    """The settings of a market whose mail that server carries, without TLS on the loopback."""
    port = _free_port()
    controller = Controller(carrier, hostname="127.0.0.1", port=port)
    controller.start()
    url = SecretStr(f"smtp+plain://127.0.0.1:{port}")
    yield settings.model_copy(update={"smtp_url": url, "base_url": "https://cho.example", "mail_from": "Chợ <cho@vidu.vn>"})
    controller.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def outbox(real_database: Database) -> AsyncIterator[Database]:
    """The real database; its mails and jobs are taken away afterwards."""
    yield real_database
    async with real_database.transaction() as session:
        await session.execute(text("DELETE FROM core_mail"))
        await session.execute(text("DELETE FROM procrastinate_jobs"))


async def _write(database: Database, **said: Any) -> UUID:
    async with database.transaction() as session:
        await mail.send(session, "Lan@VidU.vn ", "confirm_email", **{**LINK, **said})
        (newest,) = await mail.newest(session, limit=1)
        return newest.id


async def _state(database: Database, mail_id: UUID) -> mail.Mail:
    async with database.transaction() as session:
        found = await session.get(mail.Mail, mail_id)
        assert found is not None
        return found


async def test_a_mail_is_carried_with_whole_links_and_its_text_is_forgotten(
    outbox: Database, posted: Settings, carrier: Carrier
) -> None:
    mail_id = await _write(outbox)
    await post.deliver(outbox, posted, mail_id)
    (got,) = carrier.got
    assert got["To"] == "lan@vidu.vn"
    assert got["From"] == "Chợ <cho@vidu.vn>"
    assert got["Subject"] == "Xác nhận địa chỉ e-mail của bạn ở Chợ Phiên"
    assert got["Message-ID"] == f"<{mail_id}@vidu.vn>"
    assert "https://cho.example/xac-nhan/abc" in got.get_content()
    assert got["List-Unsubscribe"] is None
    kept = await _state(outbox, mail_id)
    assert (kept.state, kept.body, kept.attempts) == ("sent", None, 1)
    await post.deliver(outbox, posted, mail_id)
    assert len(carrier.got) == 1


async def test_the_queue_sends_what_a_transaction_has_written(outbox: Database, posted: Settings, carrier: Carrier) -> None:
    await _write(outbox)
    async with outbox.transaction() as session:
        await mail.send(session, "hoa@vidu.vn", "confirm_email", **LINK)
        await session.rollback()
    app = worker.create_worker(outbox, posted)
    async with app.open_async():
        await asyncio.wait_for(app.run_worker_async(wait=False, install_signal_handlers=False), 30)
    assert [got["To"] for got in carrier.got] == ["lan@vidu.vn"]


async def test_a_mail_that_can_be_stopped_says_how(outbox: Database, posted: Settings, carrier: Carrier) -> None:
    await post.deliver(outbox, posted, await _write(outbox, stop_address="/dung-thu/xyz"))
    (got,) = carrier.got
    assert got["List-Unsubscribe"] == "<https://cho.example/dung-thu/xyz>"
    assert got["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "https://cho.example/dung-thu/xyz" in got.get_content()


async def test_two_workers_send_one_mail_once(outbox: Database, posted: Settings, carrier: Carrier) -> None:
    mail_id = await _write(outbox)
    await asyncio.gather(*(post.deliver(outbox, posted, mail_id) for _ in range(6)))
    assert len(carrier.got) == 1
    assert (await _state(outbox, mail_id)).state == "sent"


async def test_without_the_claim_it_would_be_sent_twice(
    outbox: Database, posted: Settings, carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: a claim that takes whatever it finds."""
    monkeypatch.setattr(post, "_CLAIM", text(str(post._CLAIM).replace("AND state = 'waiting'", "")))
    mail_id = await _write(outbox)
    await asyncio.gather(*(post.deliver(outbox, posted, mail_id) for _ in range(6)))
    assert len(carrier.got) > 1


async def test_what_the_server_wants_later_is_tried_again(outbox: Database, posted: Settings, carrier: Carrier) -> None:
    carrier.answers = ["451 come back later"]
    mail_id = await _write(outbox)
    with pytest.raises(post.Undelivered, match="451 come back later"):
        await post.deliver(outbox, posted, mail_id)
    waiting = await _state(outbox, mail_id)
    assert (waiting.state, waiting.reason) == ("waiting", "451 come back later")
    await post.deliver(outbox, posted, mail_id)
    assert len(carrier.got) == 1
    assert (await _state(outbox, mail_id)).reason is None


async def test_what_the_server_never_wants_is_kept_with_its_reason(
    outbox: Database, posted: Settings, carrier: Carrier
) -> None:
    carrier.answers = ["550 no such mailbox"]
    mail_id = await _write(outbox)
    await post.deliver(outbox, posted, mail_id)
    failed = await _state(outbox, mail_id)
    assert (failed.state, failed.reason) == ("failed", "550 no such mailbox")


async def test_a_mail_is_given_up_after_the_last_attempt(outbox: Database, posted: Settings) -> None:
    nobody = posted.model_copy(update={"smtp_url": SecretStr("smtp+plain://127.0.0.1:1")})
    mail_id = await _write(outbox)
    for _ in range(post.MOST_ATTEMPTS - 1):
        with pytest.raises(post.Undelivered, match="ConnectionRefused"):
            await post.deliver(outbox, nobody, mail_id)
    await post.deliver(outbox, nobody, mail_id)
    assert (await _state(outbox, mail_id)).state == "failed"


async def test_a_connection_that_breaks_after_the_text_is_not_tried_again(
    outbox: Database, posted: Settings, carrier: Carrier
) -> None:
    carrier.answers = ["gone"]
    mail_id = await _write(outbox)
    await post.deliver(outbox, posted, mail_id)
    unsure = await _state(outbox, mail_id)
    assert unsure.state == "failed"
    assert "after the text was sent" in str(unsure.reason)


async def test_a_mail_left_half_done_by_a_killed_worker_is_not_sent_again(
    outbox: Database, posted: Settings, carrier: Carrier
) -> None:
    mail_id = await _write(outbox)
    async with outbox.transaction() as session:
        await session.execute(text("UPDATE core_mail SET state = 'sending'"))
    await post.deliver(outbox, posted, mail_id)
    assert carrier.got == []
    assert "may have arrived" in str((await _state(outbox, mail_id)).reason)


async def test_without_a_server_a_mail_waits_in_development_and_fails_loudly_in_production(
    outbox: Database, settings: Settings
) -> None:
    mail_id = await _write(outbox)
    await post.deliver(outbox, settings, mail_id)
    assert (await _state(outbox, mail_id)).state == "waiting"
    await post.deliver(outbox, settings.model_copy(update={"environment": "production"}), mail_id)
    assert "CHOPHIEN_SMTP_URL" in str((await _state(outbox, mail_id)).reason)


async def test_starttls_and_a_password_are_used_and_a_stranger_is_not_trusted(
    outbox: Database, posted: Settings, carrier: Carrier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, key = _own_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    logins: list[tuple[bytes, bytes]] = []

    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, login: Any) -> AuthResult:
        logins.append((login.login, login.password))
        return AuthResult(success=True)

    port = _free_port()
    controller = Controller(
        carrier, hostname="127.0.0.1", port=port, tls_context=context, authenticator=authenticate, auth_required=True,
        require_starttls=True,
    )  # fmt: skip
    controller.start()
    try:
        secure = posted.model_copy(update={"smtp_url": SecretStr(f"smtp://cho:bi%20mat@localhost:{port}")})
        mail_id = await _write(outbox)
        with pytest.raises(post.Undelivered, match="CERTIFICATE_VERIFY_FAILED"):
            await post.deliver(outbox, secure, mail_id)
        assert logins == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        await post.deliver(outbox, secure, mail_id)
    finally:
        controller.stop()
    assert logins == [(b"cho", b"bi mat")]
    assert len(carrier.got) == 1


def _own_certificate(folder: Path) -> tuple[Path, Path]:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    certificate, secret = folder / "own.pem", folder / "own.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, secret


NASTY = [
    "a@vidu.vn\r\nBcc: b@vidu.vn", "a@vidu.vn, b@vidu.vn", "Lan <a@vidu.vn>", "a b@vidu.vn", "a@vidu", "@vidu.vn",
    "a..b@vidu.vn", "", "a" * 65 + "@vidu.vn", "a@-vidu.vn", "lan@vídụ.vn", "a@vidu.vn\x00",
]  # fmt: skip


@pytest.mark.parametrize("typed", NASTY)
def test_only_one_plain_address_is_taken(typed: str) -> None:
    with pytest.raises(ValueError, match="e-mail"):
        mail.plain_address(typed)


@pytest.mark.parametrize("stop", ["https://evil.example/", "/a\r\nBcc: b@vidu.vn", "evil"])
async def test_a_stop_address_is_ours(session: AsyncSession, stop: str) -> None:
    with pytest.raises(ValueError, match="stop"):
        await mail.send(session, "a@vidu.vn", "confirm_email", stop_address=stop, **LINK)


@given(st.text(max_size=80))
def test_no_value_ends_the_subject_or_becomes_a_header(value: str) -> None:
    subject = " ".join(value.split())
    letter = post.Letter(UUID(int=1), "a@vidu.vn", subject, value, None, 1, clock.now())
    try:
        built = post.message(letter, Settings())
    except (ValueError, UnicodeEncodeError):
        return  # The library refuses what it cannot write; nothing is sent.
    read = message_from_bytes(built.as_bytes(), policy=policy.SMTP)
    assert set(read.keys()) <= {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type",
                                "Content-Transfer-Encoding", "MIME-Version"}  # fmt: skip


async def test_a_mail_speaks_the_language_of_its_reader(session: AsyncSession) -> None:
    await mail.send(session, "a@vidu.vn", "confirm_email", "en", **LINK)
    (newest,) = await mail.newest(session, limit=1)
    assert newest.subject == "Confirm your e-mail address at Chợ Phiên"


async def test_old_mails_are_forgotten_at_night_and_those_of_a_person_when_asked(session: AsyncSession) -> None:
    await mail.send(session, "a@vidu.vn", "confirm_email", **LINK)
    await mail.send(session, "b@vidu.vn", "confirm_email", **LINK)
    await mail.forget_mails(session, "A@vidu.vn")
    assert [found.to_address for found in await mail.newest(session)] == ["b@vidu.vn"]
    with clock.freeze(clock.now() + mail.KEPT + timedelta(days=1)):
        await forget_mails(session)
    assert await mail.newest(session) == []


@pytest.mark.parametrize(
    "values", [{"smtp_url": "http://x"}, {"smtp_url": "smtp://"}, {"smtp_url": "smtp://h", "mail_from": "nobody"}]
)
def test_a_wrong_mail_server_is_refused_at_the_start(values: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="CHOPHIEN_"):
        Settings(**values)

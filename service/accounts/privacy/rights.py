"""What is held about a person: shown, handed out, corrected and erased (A7).

Erasing keeps the figures and takes the names away: her row stays under a pseudonym, because records say by its id who typed or
decided them; everything by which she could be found, reached or let in goes in the same transaction. The words that the journal
and the change log hold of her are replaced by the database itself (`accounts_forget`): the application may change neither.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import rules
from service.accounts.actors import Actor
from service.accounts.identity.devices import device_words
from service.accounts.identity.models import Link, RecoveryCode, SecondFactor
from service.accounts.identity.passwords import password_fits
from service.accounts.identity.people import locked_person
from service.accounts.identity.registration import refuse_a_crowd
from service.accounts.inputs import PersonCorrection
from service.accounts.models import Member, Organisation, Person, Session
from service.accounts.organisations import members
from service.accounts.organisations.events import MemberLeft, PersonCorrected, PersonErased
from service.accounts.organisations.models import Consent, Grant, Invitation, Token
from service.accounts.privacy.holdings import held_above
from service.core import clock, mail
from service.core.errors import Conflict, Invalid, NotAllowed
from service.core.events import JournalEntry, announce
from service.core.files import File
from service.core.i18n import _

MOST_LINES = 5000  # Of the journal, in one export; the number of all stands beside them.
MOST_RECORDS = 500  # Of each kind of record; the same.


async def held(session: AsyncSession, actor: Actor, lines: int = MOST_LINES) -> dict[str, Any]:
    """Everything that is held about the actor, by plain names, with the newest `lines` of what she has done."""
    person = await session.get_one(Person, _herself(actor))
    mine = JournalEntry.person_id == person.id
    done = await session.execute(
        select(JournalEntry.at, JournalEntry.fact, JournalEntry.subject, JournalEntry.organisation_id)
        .where(mine)
        .order_by(JournalEntry.id.desc())
        .limit(lines)
    )
    second = await session.get(SecondFactor, person.id)
    return {
        "person": {
            "id": person.id, "name": person.name, "email": person.email, "email_confirmed_at": person.email_confirmed_at,
            "phone": person.phone, "phone_confirmed_at": person.phone_confirmed_at, "language": person.language,
            "created_at": person.created_at, "second_factor_since": second.confirmed_at if second else None,
        },
        "organisations": await _organisations(session, person.id),
        "sessions": await _sessions(session, person.id),
        "consents": await _rows(
            session, select(Consent.purpose, Consent.version, Consent.given_at, Consent.withdrawn_at)
            .where(Consent.person_id == person.id).order_by(Consent.given_at.desc(), Consent.id.desc()),
        ),
        "tokens": await _rows(
            session, select(Token.name, Token.prefix, Token.created_at, Token.last_used_on, Token.revoked_at)
            .where(Token.issued_by == person.id).order_by(Token.id.desc()),
        ),
        "invitations": await _rows(
            session, select(Invitation.organisation_id, Invitation.role, Invitation.created_at, Invitation.accepted_at)
            .where(or_(Invitation.invited_by == person.id, Invitation.accepted_by == person.id)).order_by(Invitation.id.desc()),
        ),
        "grants": await _rows(
            session, select(Grant.organisation_id, Grant.office_id, Grant.created_at, Grant.revoked_at)
            .where(Grant.granted_by == person.id).order_by(Grant.id.desc()),
        ),
        "files": await _rows(
            session, select(File.name, File.media_type, File.size_bytes, File.created_at)
            .where(File.uploaded_by == person.id, File.dropped_at.is_(None)).order_by(File.id.desc()),
        ),
        "mails": await _mails(session, person),
        "records": [asdict(each) for each in await held_above(session, person.id, min(lines, MOST_RECORDS))],
        "done": [dict(row) for row in done.mappings()],
        "done_in_all": await session.scalar(select(func.count()).select_from(JournalEntry).where(mine)) or 0,
    }  # fmt: skip


async def correct_person(session: AsyncSession, actor: Actor, correction: PersonCorrection) -> None:
    """Correct the name and the phone number; the same words change nothing. A new number is unconfirmed, whoever has it."""
    person = await locked_person(session, _herself(actor))
    if (correction.name, correction.phone) == (person.name, person.phone):
        return
    if correction.phone != person.phone:
        if correction.phone is None and person.email is None:
            message = _("Bạn đăng nhập bằng số này. Hãy thêm địa chỉ e-mail trước khi bỏ số.")
            raise Invalid(message, {"phone": message})
        await refuse_a_crowd(session, None, correction.phone)
        person.phone, person.phone_confirmed_at = correction.phone, None
    person.name = correction.name
    await session.flush()
    await announce(session, PersonCorrected(person.id), actor=actor)


async def erase_person(session: AsyncSession, actor: Actor, password: str) -> None:
    """Erase the actor. Raises Invalid for a wrong password and Conflict where an organisation would lose its last owner.

    An organisation in which nobody else is left stays without people: there is nobody to whom it could be handed over.
    """
    person_id = _herself(actor)
    if not await password_fits(await session.get_one(Person, person_id), password):
        message = _("Mật khẩu chưa đúng.")
        raise Invalid(message, {"password": message})
    await _leave_every_organisation(session, actor, person_id)
    person = await locked_person(session, person_id)
    addresses = await _addresses(session, person)
    for address in addresses:
        await mail.forget_mails(session, address)
    await session.execute(
        update(Invitation)
        .where(or_(Invitation.email.in_(addresses), Invitation.phone == person.phone))
        .values(email=None, phone=None)
    )
    for table in (Session, Link, SecondFactor, RecoveryCode, Consent):
        await session.execute(delete(table).where(table.person_id == person_id))
    revoked = Token.issued_by == person_id, Token.revoked_at.is_(None)
    await session.execute(update(Token).where(*revoked).values(revoked_at=clock.now()))
    # Eight digits of chance from the end of the id: enough to tell two of them apart in a list, and nobody's name.
    person.name = f"Người dùng đã xóa {person_id.hex[-8:]}"
    person.email = person.phone = person.email_confirmed_at = person.phone_confirmed_at = None
    person.password_hash, person.erased_at = "-", clock.now()
    await session.flush()
    await announce(session, PersonErased(person_id), actor=Actor(person_id, person.name, None, "", actor.role))
    await session.execute(text("SELECT accounts_forget(:person)"), {"person": person_id})


async def _leave_every_organisation(session: AsyncSession, actor: Actor, person_id: UUID) -> None:
    found = await session.scalars(
        select(Member.organisation_id).where(Member.person_id == person_id).order_by(Member.organisation_id)
    )
    standings, others, people = [], [], {}
    for organisation_id in found.all():  # In one order, so that two who are erased at once do not wait for each other.
        people[organisation_id] = await members.locked(session, organisation_id)
        if person_id not in people[organisation_id]:
            continue
        standings.append(members.standing(people[organisation_id], person_id))
        others.append(len(people[organisation_id]) - 1)
    if not rules.may_erase(standings, others):
        raise Conflict(
            _("Bạn là chủ duy nhất của một tổ chức còn người khác. Hãy bàn giao vai chủ ở trang Tổ chức của tôi trước.")
        )
    for organisation_id, there in people.items():
        if person_id in there:
            role = there[person_id].role
            await session.delete(there[person_id])
            await session.flush()
            await announce(session, MemberLeft(organisation_id, person_id=person_id), actor=actor, old={"role": role})


async def _addresses(session: AsyncSession, person: Person) -> list[str]:
    """Every address to which anything was sent for her: the present one, and those she wanted or had before."""
    before = text(
        "SELECT DISTINCT v FROM core_change, LATERAL (VALUES (old ->> 'email'), (new ->> 'email')) AS said (v)"
        " WHERE table_name = 'accounts_person' AND row_id = :person AND v IS NOT NULL"
    )
    asked = await session.scalars(select(Link.address).where(Link.person_id == person.id, Link.address.is_not(None)))
    had = await session.scalars(before, {"person": person.id})
    return sorted({*asked.all(), *had.all(), *([person.email] if person.email else [])})


async def _organisations(session: AsyncSession, person_id: UUID) -> list[dict[str, Any]]:
    statement = (
        select(Organisation.id, Organisation.name, Organisation.kind, Member.role)
        .join(Member, Member.organisation_id == Organisation.id)
        .where(Member.person_id == person_id)
        .order_by(Organisation.name, Organisation.id)
    )
    return await _rows(session, statement)


async def _sessions(session: AsyncSession, person_id: UUID) -> list[dict[str, Any]]:
    statement = (
        select(Session.created_at, Session.seen_at, Session.expires_at, Session.user_agent)
        .where(Session.person_id == person_id)
        .order_by(Session.created_at.desc())
    )
    return [{**row, "device": device_words(row["user_agent"])} for row in await _rows(session, statement)]


async def _mails(session: AsyncSession, person: Person) -> list[dict[str, Any]]:
    if person.email is None or person.email_confirmed_at is None:
        return []  # Not shown to be hers: what was sent there may be another's.
    statement = select(mail.Mail.created_at, mail.Mail.template, mail.Mail.subject, mail.Mail.state)
    return await _rows(session, statement.where(mail.Mail.to_address == person.email).order_by(mail.Mail.id.desc()))


async def _rows(session: AsyncSession, statement: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in (await session.execute(statement.limit(500))).mappings()]


def _herself(actor: Actor) -> UUID:
    if actor.person_id is None or not rules.may_leave_by(actor):
        raise NotAllowed(_("Dữ liệu cá nhân chỉ dành cho chính bạn, khi đã đăng nhập; khóa API không mở được."))
    return actor.person_id

"""Running the market: people and organisations, offices and their areas, accounts locked and helped.

    /quan-tri                      administration/people.html         people, by words
    /quan-tri/nguoi/{id}           administration/person.html         one; POST …/{act} does something with the account
    /quan-tri/to-chuc              administration/organisations.html  organisations, by words and kind
    /quan-tri/to-chuc/moi          administration/new.html            an office or an organiser
    /quan-tri/to-chuc/{id}         administration/organisation.html   one; POST …/pham-vi, …/moi-nguoi

Every act is told to the journal. Administrators approve nothing of the trade.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from service import accounts
from service.accounts import Actor, OrganisationKind
from service.core import places
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotFound
from service.core.i18n import _
from service.web.deps import Acting, Page, PageMaker, Session, Signed, settings
from service.web.pages import forms
from service.web.pages.organisation import INVITATION, role_choices, role_names
from service.web.pages.render import here

router = APIRouter(prefix="/quan-tri")
Words = Annotated[str, Query(max_length=200)]
Cursor = Annotated[str, Query(max_length=400)]


def kind_names() -> dict[OrganisationKind, str]:
    """What the kinds of organisations are called."""
    return {
        OrganisationKind.SUPPLIER: _("nhà cung cấp"),
        OrganisationKind.BUYER: _("nhà phân phối"),
        OrganisationKind.ORGANISER: _("ban tổ chức"),
        OrganisationKind.OFFICE: _("cơ quan"),
        OrganisationKind.OPERATOR: _("ban điều hành chợ"),
    }


def fact_names() -> dict[str, str]:
    """What may have happened to a person or an organisation, in words."""
    return {
        "PersonAdded": _("Lập tài khoản"),
        "PersonRegistered": _("Đăng ký"),
        "EmailConfirmed": _("Xác nhận e-mail"),
        "PhoneConfirmed": _("Xác nhận số điện thoại"),
        "ResetAsked": _("Yêu cầu đặt lại mật khẩu"),
        "ResetCodeIssued": _("Cấp mã đặt lại mật khẩu"),
        "PasswordChanged": _("Đổi mật khẩu"),
        "SecondFactorSet": _("Bật xác thực hai bước"),
        "SecondFactorRemoved": _("Tắt xác thực hai bước"),
        "RecoveryCodeUsed": _("Dùng mã dự phòng"),
        "SignedIn": _("Đăng nhập"),
        "SignedOut": _("Đăng xuất"),
        "SignInFailed": _("Đăng nhập không thành"),
        "PersonLocked": _("Khóa tài khoản"),
        "PersonUnlocked": _("Mở khóa tài khoản"),
        "SessionsEnded": _("Kết thúc mọi phiên"),
        "AdministratorNamed": _("Được cử làm quản trị viên"),
        "OrganisationFounded": _("Lập tổ chức"),
        "OrganisationRenamed": _("Đổi tên tổ chức"),
        "OrganisationVerified": _("Xác minh tổ chức"),
        "DutySet": _("Đổi phạm vi phụ trách"),
        "MemberAdded": _("Thêm người"),
        "MemberLeft": _("Một người rời tổ chức"),
        "MemberRemoved": _("Bỏ người khỏi tổ chức"),
        "MemberRoleChanged": _("Đổi vai"),
        "OwnershipHandedOver": _("Bàn giao vai chủ"),
        "InvitationSent": _("Gửi lời mời"),
        "InvitationAccepted": _("Nhận lời mời"),
        "InvitationWithdrawn": _("Hủy lời mời"),
        "TokenIssued": _("Cấp khóa API"),
        "TokenRevoked": _("Thu hồi khóa API"),
    }


def area_lines(codes: Iterable[str]) -> list[str]:
    """The places of an area in words; none: nothing, which means everywhere."""
    return [places.where(code) if places.province(code) else places.where(_parent(code), code) for code in codes]


def _parent(code: str) -> str | None:
    found = places.commune(code)
    return found.parent if found else None


@router.get("")
async def people(request: Request, page: Page, me: Signed, session: Session, q: Words = "", cursor: Cursor = "") -> Response:
    """The people of the market, newest first, or those that the words mean."""
    lines, after = await accounts.accounts_found(session, me, q, cursor or None)
    return page.show(
        "administration/people.html", lines=lines, asked=q,
        next=here(request, cursor=after) if after else None, first=here(request, cursor=None) if cursor else None,
    )  # fmt: skip


@router.get("/nguoi/{person_id}")
async def person(person_id: UUID, page: Page, me: Signed, session: Session) -> Response:
    """One person's account."""
    return await _person(page, me, session, person_id)


async def _person(page: PageMaker, me: Actor, session: Session, person_id: UUID, *, code: str | None = None) -> Response:
    return page.show(
        "administration/person.html",
        who=await accounts.account(session, me, person_id),
        may_administer=accounts.may_administer(me),
        may_lock=accounts.may_lock(me, person_id),
        role_names=role_names(),
        fact_names=fact_names(),
        code=code,
    )


@router.post("/nguoi/{person_id}/{act}")
async def act(person_id: UUID, act: str, page: Page, me: Acting, session: Session) -> Response:
    """Lock or unlock an account, end its sessions, confirm its number, or show a code for a new password, once."""
    there = f"/quan-tri/nguoi/{person_id}"
    if act == "khoa":
        await accounts.lock_person(session, me, person_id)
        return page.redirect(there, _("Đã khóa tài khoản và kết thúc mọi phiên."))
    if act == "mo-khoa":
        await accounts.unlock_person(session, me, person_id)
        return page.redirect(there, _("Đã mở khóa tài khoản."))
    if act == "ket-thuc-phien":
        await accounts.end_all_sessions(session, me, person_id)
        return page.redirect(there, _("Đã kết thúc mọi phiên của người này."))
    if act == "xac-nhan-so":
        await accounts.confirm_phone(session, me, person_id)
        return page.redirect(there, _("Đã xác nhận số điện thoại."))
    if act == "ma-dat-lai":
        code = await accounts.issue_reset_code(session, me, person_id)
        return await _person(page, me, session, person_id, code=code)
    raise NotFound(_("Không có trang này ở Chợ Phiên."))


@router.get("/to-chuc")
async def organisations(
    request: Request, page: Page, me: Signed, session: Session, q: Words = "", kind: Words = "", cursor: Cursor = ""
) -> Response:
    """The organisations of the market, newest first, or those that the words mean."""
    asked = OrganisationKind(kind) if kind in set(OrganisationKind) else None
    lines, after = await accounts.organisations_found(session, me, q, asked, cursor or None)
    return page.show(
        "administration/organisations.html", lines=lines, asked=q, kind=asked.value if asked else "", kinds=kind_names(),
        area_lines=area_lines, may_administer=accounts.may_administer(me),
        next=here(request, cursor=after) if after else None, first=here(request, cursor=None) if cursor else None,
    )  # fmt: skip


@router.get("/to-chuc/moi")
async def new_organisation(page: Page, me: Signed, session: Session) -> Response:
    """An empty form for an office or an organiser."""
    await accounts.accounts_found(session, me)  # Whoever may not look is told that there is no such page.
    return _new_page(page, forms.filled({"kind": "office", "key": new_id()}))


@router.post("/to-chuc/moi")
async def enter_organisation(request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Enter it; the next page invites its first people."""
    form = await forms.read(request, accounts.OfficeDraft)
    if form.value is None:
        await accounts.accounts_found(session, me)
        return _new_page(page, form, 422)
    organisation = await accounts.enter_organisation(session, me, form.value, key=forms.key_of(form))
    said = _("Đã lập %(name)s. Giờ hãy mời người đầu tiên.", name=organisation.name)
    return page.redirect(f"/quan-tri/to-chuc/{organisation.id}", said)


def _new_page(page: PageMaker, form: forms.Form[Any], status: int = 200) -> Response:
    kinds = [(kind.value, kind_names()[kind]) for kind in (OrganisationKind.OFFICE, OrganisationKind.ORGANISER)]
    return page.show("administration/new.html", status=status, form=form, kinds=kinds)


@router.get("/to-chuc/{organisation_id}")
async def organisation(organisation_id: UUID, page: Page, me: Signed, session: Session) -> Response:
    """One organisation with its people."""
    return await _organisation(page, me, session, organisation_id)


async def _organisation(
    page: PageMaker, me: Actor, session: Session, organisation_id: UUID, *, duty: forms.Form[Any] | None = None,
    invitation: forms.Form[Any] | None = None, code: str | None = None,
) -> Response:  # fmt: skip
    found = await accounts.organisation_account(session, me, organisation_id)
    wrong = (duty and duty.errors) or (invitation and invitation.errors)
    area = area_lines(found.duty_codes)
    return page.show(
        "administration/organisation.html",
        status=422 if wrong else 200,
        found=found,
        area=area,
        kind_name=kind_names()[found.kind],
        may_administer=accounts.may_administer(me),
        duty=duty or forms.filled({"duty_codes": "\n".join(area)}),
        invitation=invitation or forms.filled({"role": "owner" if not found.people else "member", "key": new_id()}),
        role_choices=role_choices(),
        role_names=role_names(),
        fact_names=fact_names(),
        code=code,
        address=f"{settings(page.request).address}{INVITATION}",
    )


@router.post("/to-chuc/{organisation_id}/pham-vi")
async def set_duty(organisation_id: UUID, request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Give an office another area of duty."""
    form = await forms.read(request, accounts.DutyArea)
    if form.value is None:
        return await _organisation(page, me, session, organisation_id, duty=form)
    await accounts.set_duty(session, me, organisation_id, form.value)
    return page.redirect(f"/quan-tri/to-chuc/{organisation_id}", _("Đã lưu phạm vi phụ trách."))


@router.post("/to-chuc/{organisation_id}/moi-nguoi")
async def invite(organisation_id: UUID, request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Invite somebody to an office, an organiser, or among the administrators."""
    form = await forms.read(request, accounts.InvitationDraft)
    if form.value is None:
        return await _organisation(page, me, session, organisation_id, invitation=form)
    try:
        async with session.begin_nested():
            invited = await accounts.invite_to(
                session, me, organisation_id, form.value, INVITATION, key=forms.key_of(form)
            )  # fmt: skip
    except (Invalid, Conflict) as refusal:
        form.add(getattr(refusal, "errors", None) or {"form": refusal.message})
        return await _organisation(page, me, session, organisation_id, invitation=form)
    if invited.email is not None:
        there = f"/quan-tri/to-chuc/{organisation_id}"
        return page.redirect(there, _("Đã gửi lời mời tới %(email)s.", email=invited.email))
    return await _organisation(page, me, session, organisation_id, code=invited.code)

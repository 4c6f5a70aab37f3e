"""My organisation: its people, who is invited, which office acts for it; founding, joining, switching."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from service import accounts
from service.accounts import Actor, MemberRole, OrganisationKind
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.i18n import _
from service.web import guarding
from service.web.deps import Acting, Me, Page, PageMaker, Session, Signed, cookie_name
from service.web.pages import forms

router = APIRouter()
DESKS = {
    OrganisationKind.SUPPLIER: "/ban-hang", OrganisationKind.BUYER: "/tim-hang",
    OrganisationKind.ORGANISER: "/ban-to-chuc/hoi-cho", OrganisationKind.OFFICE: "/duyet",
    OrganisationKind.OPERATOR: "/quan-tri",
}  # fmt: skip
INVITATION = "/loi-moi"
TRIES_AN_HOUR = 60  # From one address: nobody walks through the codes, and a whole office may be invited in an afternoon.


def role_names() -> dict[MemberRole, str]:
    """What a member's role is called."""
    return {MemberRole.OWNER: _("chủ"), MemberRole.MEMBER: _("thành viên"), MemberRole.VIEWER: _("người xem")}


def role_choices() -> list[tuple[str, str]]:
    """The roles to choose from, with what each may do."""
    return [
        (MemberRole.MEMBER, _("thành viên: xem và sửa mọi thứ của tổ chức")),
        (MemberRole.VIEWER, _("người xem: chỉ xem")),
        (MemberRole.OWNER, _("chủ: thêm quyền mời, bỏ người và cấp khóa API")),
    ]


def own_id(me: Actor) -> UUID:
    """The organisation whose own person the reader is. Raises NotAllowed for who acts on its behalf or for nobody."""
    if me.organisation_id is None:
        raise NotAllowed(_("Bạn chưa thuộc tổ chức nào. Hãy lập một tổ chức hoặc nhận một lời mời."))
    if me.on_behalf_of is not None:
        raise NotAllowed(_("Bạn đang làm thay %(name)s. Trang này chỉ dành cho người của họ.", name=me.organisation_name))
    return me.organisation_id


@router.get("/to-chuc")
async def organisation(page: Page, me: Signed, session: Session, cursor: str | None = None) -> Response:
    """The organisation's people; who belongs to none is led to where one is founded or joined."""
    if me.organisation_id is None:
        return page.redirect("/to-chuc/moi")
    return await _show(page, me, session, cursor=cursor)


async def _show(
    page: PageMaker, me: Actor, session: Session, *, invitation: forms.Form[Any] | None = None,
    grant: forms.Form[Any] | None = None, cursor: str | None = None,
) -> Response:  # fmt: skip
    ours = own_id(me)
    kind = next(kind for kind, role in accounts.ROLES.items() if role is me.role)
    lets = accounts.may_let_act(me, ours, kind)
    wrong = (invitation and invitation.errors) or (grant and grant.errors)
    return page.show(
        "organisation/index.html",
        status=422 if wrong else 200,
        people=await accounts.members_of(session, me, ours, cursor),
        invitations=await accounts.open_invitations(session, me, ours),
        grants=await accounts.grants_of(session, me, ours),
        offices=await accounts.offices(session) if lets else [],
        may_manage=accounts.may_manage_members(me, ours),
        may_let_act=lets,
        invitation=invitation or forms.filled({"key": new_id(), "role": "member"}),
        grant=grant or forms.filled({"valid_to": ""}),
        role_names=role_names(),
        role_choices=role_choices(),
    )


@router.post("/to-chuc/loi-moi")
async def invite(request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Invite somebody: by e-mail a link goes out; without one the code is shown, once."""
    form = await forms.read(request, accounts.InvitationDraft)
    if form.value is None:
        return await _show(page, me, session, invitation=form)
    ours = own_id(me)
    try:
        async with session.begin_nested():
            invited = await accounts.invite(session, me, ours, form.value, INVITATION, key=forms.key_of(form))
    except (Invalid, Conflict) as refusal:
        form.add(getattr(refusal, "errors", None) or {"form": refusal.message})
        return await _show(page, me, session, invitation=form)
    if invited.email is not None:
        return page.redirect("/to-chuc", _("Đã gửi lời mời tới %(email)s.", email=invited.email))
    address = f"{request.url.scheme}://{request.url.netloc}{INVITATION}/{invited.code.replace('-', '')}"
    return page.show("organisation/invited.html", code=invited.code, address=address, role=role_names()[form.value.role])


@router.post("/to-chuc/loi-moi/{invitation_id}/huy")
async def withdraw(page: Page, me: Acting, session: Session, invitation_id: UUID) -> Response:
    """Take an invitation back."""
    await accounts.withdraw_invitation(session, me, own_id(me), invitation_id)
    return page.redirect("/to-chuc", _("Đã hủy lời mời."))


@router.post("/to-chuc/thanh-vien/{person_id}/vai")
async def change_role(request: Request, page: Page, me: Acting, session: Session, person_id: UUID) -> Response:
    """Give a member another role."""
    form = await forms.read(request, accounts.RoleChange)
    if form.value is None:
        return await _show(page, me, session, invitation=_elsewhere(form))
    await accounts.change_role(session, me, own_id(me), person_id, form.value.role)
    return page.redirect("/to-chuc", _("Đã đổi vai."))


@router.post("/to-chuc/thanh-vien/{person_id}/bo")
async def remove(page: Page, me: Acting, session: Session, person_id: UUID) -> Response:
    """End a member's place."""
    await accounts.remove_member(session, me, own_id(me), person_id)
    return page.redirect("/to-chuc", _("Đã bỏ người này khỏi tổ chức. Khóa API do họ cấp cũng hết dùng được."))


@router.post("/to-chuc/thanh-vien/{person_id}/ban-giao")
async def hand_over(page: Page, me: Acting, session: Session, person_id: UUID) -> Response:
    """Make another member the owner in one's own place."""
    await accounts.hand_over(session, me, own_id(me), person_id)
    return page.redirect("/to-chuc", _("Đã bàn giao vai chủ. Từ nay bạn là thành viên."))


@router.post("/to-chuc/roi")
async def leave(page: Page, me: Acting, session: Session) -> Response:
    """Leave the organisation one acts for."""
    await accounts.leave(session, me, own_id(me))
    return page.redirect("/to-chuc/moi", _("Bạn đã rời %(name)s.", name=me.organisation_name))


@router.post("/to-chuc/lam-thay")
async def let_act(request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Let an office act for the organisation until a day."""
    form = await forms.read(request, accounts.GrantDraft)
    if form.value is None:
        return await _show(page, me, session, grant=form)
    ours = own_id(me)
    try:
        async with session.begin_nested():
            await accounts.let_act(session, me, ours, form.value)
    except (Invalid, Conflict) as refusal:
        form.add(getattr(refusal, "errors", None) or {"form": refusal.message})
        return await _show(page, me, session, grant=form)
    return page.redirect("/to-chuc#lam-thay", _("Từ nay cơ quan này làm thay được tổ chức. Bạn dừng lại được bất cứ lúc nào."))


@router.post("/to-chuc/lam-thay/{office_id}/dung")
async def stop_acting(page: Page, me: Acting, session: Session, office_id: UUID) -> Response:
    """Let the office act no longer."""
    await accounts.stop_acting(session, me, own_id(me), office_id)
    return page.redirect("/to-chuc#lam-thay", _("Cơ quan này không làm thay tổ chức nữa."))


@router.get("/to-chuc/moi")
async def new_organisation(page: Page, _me: Signed) -> Response:
    """Where an organisation is founded, or joined by a code."""
    return _new(page, forms.filled({"key": new_id(), "name": "", "kind": ""}), "")


@router.post("/to-chuc/moi")
async def found(request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Found an organisation and act for it at once."""
    form = await forms.read(request, accounts.Founding)
    if form.value is None:
        return _new(page, form, "", 422)
    try:
        async with session.begin_nested():
            founded = await accounts.open_organisation(session, me, form.value, key=forms.key_of(form))
    except (Invalid, Conflict) as refusal:
        form.add(getattr(refusal, "errors", None) or {"form": refusal.message})
        return _new(page, form, "", 422)
    kind = await accounts.choose_organisation(session, me, _secret(request), founded.id)
    told = _("Đã lập %(name)s. Việc tiếp theo: điền hồ sơ.", name=founded.name)
    return page.redirect("/ban-hang/ho-so" if kind is OrganisationKind.SUPPLIER else DESKS[kind], told)


def _new(page: PageMaker, form: forms.Form[Any], code: str, status: int = 200) -> Response:
    kinds = [
        ("supplier", _("nhà cung cấp: hợp tác xã, liên hiệp, tổ hợp tác, hộ kinh doanh, doanh nghiệp")),
        ("buyer", _("nhà phân phối: siêu thị, cửa hàng, sàn, bếp ăn, xuất khẩu")),
    ]
    return page.show("organisation/new.html", status=status, form=form, kinds=kinds, code=code)


@router.post("/to-chuc/doi")
async def switch(request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Act for another organisation from now on."""
    data = await request.form(max_fields=4, max_files=0)
    try:
        chosen = UUID(str(data.get("organisation_id", "")))
    except ValueError as error:
        raise NotFound(_("Không tìm thấy tổ chức này.")) from error
    kind = await accounts.choose_organisation(session, me, _secret(request), chosen)
    name = next((choice.name for choice in me.choices if choice.id == chosen), "")
    return page.redirect(DESKS[kind], _("Từ giờ bạn làm việc cho %(name)s.", name=name))


@router.get(INVITATION)
async def find_invitation(page: Page, ma: str = "") -> Response:
    """Lead from a code that somebody typed to its invitation."""
    code = "".join(sign for sign in ma if sign.isascii() and sign.isalnum())[:40]
    if not code:
        return page.redirect("/to-chuc/moi")
    return page.redirect(f"{INVITATION}/{code}")


@router.get(INVITATION + "/{code}")
async def show_invitation(request: Request, page: Page, me: Me, session: Session, code: str) -> Response:
    """What one agrees to by accepting."""
    await guarding.take(request, "invitation", guarding.address_of(request), TRIES_AN_HOUR, guarding.HOUR)
    offered = await accounts.offered(session, code[:40])
    return page.show(
        "organisation/invitation.html",
        offered=offered,
        code=code,
        role=dict(role_choices())[offered.role],
        belongs=me is not None and me.belongs_to(offered.organisation_id) and me.on_behalf_of is None,
    )


@router.post(INVITATION + "/{code}")
async def accept(request: Request, page: Page, me: Acting, session: Session, code: str) -> Response:
    """Take the invitation and act for the organisation at once."""
    await guarding.take(request, "invitation", guarding.address_of(request), TRIES_AN_HOUR, guarding.HOUR)
    organisation_id = await accounts.accept_invitation(session, me, code[:40])
    kind = await accounts.choose_organisation(session, me, _secret(request), organisation_id)
    return page.redirect(DESKS[kind], _("Chào mừng bạn! Từ giờ bạn làm việc cho tổ chức này."))


def _elsewhere(form: forms.Form[Any]) -> forms.Form[Any]:
    """The errors of a small form of the page, told on its top beside an untouched invitation."""
    found = forms.filled({"key": new_id(), "role": "member"})
    found.errors = {"form": next(iter(form.errors.values()))}
    return found


def _secret(request: Request) -> str:
    return request.cookies.get(cookie_name(request), "")

"""What the facts of accounts are called, for a person who reads what she has done."""

from __future__ import annotations

from service.core.i18n import _
from service.web.pages import histories


def name_of(fact: str) -> str:
    """The fact in the reader's words; its own name where nobody has put it into words."""
    return _own().get(fact) or histories.facts().get(fact) or fact


def _own() -> dict[str, str]:
    return {
        "ConsentGiven": _("Đồng ý với một nội dung"),
        "ConsentWithdrawn": _("Rút lại sự đồng ý"),
        "EmailConfirmed": _("Xác nhận e-mail"),
        "GrantGiven": _("Cho cơ quan làm thay"),
        "GrantRevoked": _("Dừng cơ quan làm thay"),
        "InvitationAccepted": _("Nhận lời mời"),
        "InvitationSent": _("Mời người vào tổ chức"),
        "InvitationWithdrawn": _("Hủy lời mời"),
        "LanguageChosen": _("Chọn ngôn ngữ của thư"),
        "MemberAdded": _("Thêm người vào tổ chức"),
        "MemberLeft": _("Rời tổ chức"),
        "MemberRemoved": _("Bỏ người khỏi tổ chức"),
        "MemberRoleChanged": _("Đổi vai trong tổ chức"),
        "OrganisationChosen": _("Chuyển tổ chức làm việc"),
        "OrganisationFounded": _("Lập tổ chức"),
        "OrganisationRenamed": _("Đổi tên tổ chức"),
        "OwnershipHandedOver": _("Bàn giao vai chủ"),
        "PasswordChanged": _("Đổi mật khẩu"),
        "PersonCorrected": _("Sửa dữ liệu của mình"),
        "PersonRegistered": _("Đăng ký"),
        "RequestClosed": _("Đóng yêu cầu tìm hàng"),
        "RequestOpened": _("Đăng yêu cầu tìm hàng"),
        "RequestReopened": _("Mở lại yêu cầu tìm hàng"),
        "RequestRevised": _("Sửa yêu cầu tìm hàng"),
        "SecondFactorRemoved": _("Tắt xác thực hai bước"),
        "SecondFactorSet": _("Bật xác thực hai bước"),
        "SignedIn": _("Đăng nhập"),
        "SignedOut": _("Đăng xuất"),
        "SignInFailed": _("Đăng nhập không thành"),
        "TokenIssued": _("Cấp khóa API"),
        "TokenRevoked": _("Thu hồi khóa API"),
    }

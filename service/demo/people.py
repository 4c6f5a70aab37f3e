"""Who can sign in on the demo market: one for each thing a person may be there. They are roles, not people."""

from __future__ import annotations

from dataclasses import dataclass

from service.accounts import MemberRole, OrganisationKind
from service.core.i18n import _

# Shown on the terminal by `serve`; the command line refuses the demo outside development.
DEMO_PASSWORD = "cho-phien-minh-hoa"  # noqa: S105 - it is no secret, and is told to everyone who starts the demo.

ORGANISER = "Ban tổ chức Chợ phiên vùng cao"
OPERATOR = "Ban điều hành Chợ Phiên (minh họa)"
OFFICE = "Văn phòng xúc tiến thương mại (minh họa)"


@dataclass(frozen=True, slots=True)
class SignIn:
    """A demo account: `of` is the code of a supplier, the key of a buyer, or the name of an organisation."""

    email: str
    name: str
    kind: OrganisationKind
    of: str
    member_role: MemberRole

    @property
    def role_name(self) -> str:
        """What this account is for, in the reader's language."""
        return {
            "htx": _("hợp tác xã"),
            "htx.xem": _("hợp tác xã, chỉ xem"),
            "lienhiep": _("liên hiệp hợp tác xã"),
            "sieuthi": _("siêu thị ở Hà Nội"),
            "sieuthi.nam": _("siêu thị ở TP. Hồ Chí Minh"),
            "bantochuc": _("ban tổ chức hội chợ"),
            "canbo": _("cán bộ xúc tiến"),
            "canbo2": _("cán bộ xúc tiến, người duyệt thứ hai"),
            "quantri": _("quản trị chợ"),
            "0912 345 678": _("hợp tác xã mới, chỉ có điện thoại"),
            "moi": _("tổ hợp tác mới, e-mail chưa xác nhận"),
        }[self.email.partition("@")[0]]


def sign_ins() -> list[SignIn]:
    """The accounts of the demo, in the order in which one would try them."""
    supplier, buyer = OrganisationKind.SUPPLIER, OrganisationKind.BUYER
    owner, member, viewer = MemberRole.OWNER, MemberRole.MEMBER, MemberRole.VIEWER
    return [
        SignIn("htx@chophien.example", "Quản lý HTX Nà Lẹng", supplier, "NALENG", owner),
        SignIn("htx.xem@chophien.example", "Kế toán HTX Nà Lẹng", supplier, "NALENG", viewer),
        SignIn("lienhiep@chophien.example", "Điều phối liên hiệp Sông Năng", supplier, "SONGNANG", owner),
        SignIn("sieuthi@chophien.example", "Thu mua siêu thị Phố Chàm", buyer, "PHOCHAM", owner),
        SignIn("sieuthi.nam@chophien.example", "Thu mua siêu thị Bến Sông", buyer, "SONGSAI", member),
        SignIn("bantochuc@chophien.example", "Ban tổ chức hội chợ", OrganisationKind.ORGANISER, ORGANISER, owner),
        SignIn("canbo@chophien.example", "Cán bộ xúc tiến", OrganisationKind.OFFICE, OFFICE, owner),
        SignIn("canbo2@chophien.example", "Cán bộ xúc tiến thứ hai", OrganisationKind.OFFICE, OFFICE, member),
        SignIn("quantri@chophien.example", "Quản trị chợ", OrganisationKind.OPERATOR, OPERATOR, owner),
    ]

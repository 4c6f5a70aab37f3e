"""The states, rules, limits and remedies of lots in the reader's language. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from service.core import clock, formats
from service.core.i18n import _
from service.matching import reasons
from service.matching.pooling.frozen import Candidate, Frozen, said
from service.matching.pooling.models import PoolState, ShareState
from service.matching.pooling.problem import Binding, Level, Remedy, Rule, Solution, Violation
from service.matching.terms import number


def state_name(state: str) -> str:
    """Where a lot stands, in words."""
    return {
        PoolState.ASKED.value: _("đang chờ máy tính"),
        PoolState.SOLVING.value: _("đang tìm"),
        PoolState.FOUND.value: _("đã tìm xong"),
        PoolState.FAILED.value: _("không tìm được"),
        PoolState.CANCELLED.value: _("đã dừng"),
        PoolState.SENT.value: _("đang hỏi các nguồn"),
        PoolState.COMPLETE.value: _("các nguồn đã nhận"),
        PoolState.DISSOLVED.value: _("đã giải tán"),
    }[str(state)]


def share_state_name(state: str) -> str:
    """What became of a share, in words."""
    return {
        ShareState.ASKED.value: _("chờ trả lời"),
        ShareState.ACCEPTED.value: _("đã nhận"),
        ShareState.DECLINED.value: _("đã từ chối"),
        ShareState.SILENT.value: _("không trả lời"),
        ShareState.REPLACED.value: _("chia lại, không hỏi nữa"),
        ShareState.DROPPED.value: _("lô đã dừng"),
    }[str(state)]


CLOSED, IMPOSSIBLE, BROKEN, LATE = "closed", "impossible", "broken", "late"


def reason_words(reason: str | None) -> str:
    """Why a lot failed, in the reader's language; what a person has written stays as it is."""
    return {
        CLOSED: _("Yêu cầu đã đóng, hoặc người hỏi không còn trong tổ chức."),
        IMPOSSIBLE: _("Những phần đã ghim và những nguồn buộc phải có không cùng đứng được trong một lô."),
        BROKEN: _("Máy tính đưa ra một phương án phá quy tắc nên chợ không dùng. Hãy tìm lại."),
        LATE: _("Máy tính chưa tìm xong trong mười phút. Hãy tìm lại."),
    }.get(reason or "", reason or "")


def proof(solution: Solution, *, by_hand: bool) -> str:
    """How good a plan is known to be."""
    if by_hand:
        return _("tự chia, không phá quy tắc nào")
    if solution.status == "optimal":
        return _("tối ưu, đã chứng minh")
    if any(each.level is Level.COVERAGE and not each.proven for each in solution.levels) or not solution.levels:
        return _("chưa chứng minh là đầy nhất: hết giờ hoặc bị dừng")
    cost = solution.reached(Level.COST)
    if cost is None:
        return _("đầy nhất có thể; chưa kịp tìm cách rẻ nhất")
    if cost.proven:
        return _("rẻ nhất, đã chứng minh; chất lượng và chia đều chưa kịp chứng minh")
    return _("cách tối ưu tối đa %(percent)s %%", percent=formats.number(max(0.1, round(cost.gap * 100, 1))))


def who(frozen: Frozen, product_id: str | None) -> str:
    """A supplier with its product, as a plan names it."""
    one = frozen.by_id.get(product_id or "")
    return f"{one.supplier} · {one.title}" if one else _("một nguồn không còn trên chợ")


def supplier_name(frozen: Frozen, product_id: str) -> str:
    """A supplier alone."""
    one = frozen.by_id.get(product_id)
    return one.supplier if one else _("một nguồn không còn trên chợ")


def broken_words(frozen: Frozen, broken: Violation) -> str:
    """A rule that a plan breaks: what to do about it."""
    one = frozen.by_id.get(broken.supplier or "")
    kg, least, multiple = formats.kg(broken.kg), one.least_share_kg if one else None, one.multiple_kg if one else None
    return {
        Rule.SHAPE: _("Số kg chia phần là số nguyên từ 0 đến 10.000.000."),
        Rule.UNKNOWN: _("Nguồn này nay không đủ điều kiện ghép lô. Hãy bỏ trống."),
        Rule.EXCLUDED: _("Bạn đã loại nguồn này. Hãy bỏ trống, hoặc thôi loại."),
        Rule.MARK: _("Lô bán dưới tên được bảo hộ mà nguồn này chưa được dùng. Hãy bỏ trống."),
        Rule.SPECIFICATION: _("Nguồn này không có quy cách của lô. Hãy bỏ trống."),
        Rule.CEILING: _("Cao hơn giá trần %(vnd)s/kg. Hãy bỏ trống hoặc nâng trần.", vnd=formats.vnd(broken.kg)),
        Rule.CAPACITY: _("Nhiều hơn %(kg)s so với số còn trống. Hãy bớt đi.", kg=kg),
        Rule.LEAST_SHARE: _("Ít nhất %(kg)s một tháng, hoặc bỏ trống.", kg=formats.kg(least)),
        Rule.LEAST_TOTAL: _("Thiếu %(kg)s so với tổng ít nhất của nguồn này.", kg=kg),
        Rule.MOST_TOTAL: _("Nhiều hơn %(kg)s so với tổng nguồn này giao được.", kg=kg),
        Rule.MULTIPLE: _("Phải là bội của %(kg)s để chẵn gói.", kg=formats.kg(multiple)),
        Rule.DEMAND: _("Nhiều hơn %(kg)s so với số cần trong tháng. Hãy bớt đi.", kg=kg),
        Rule.MAX_SUPPLIERS: _("Nhiều hơn %(n)s nguồn so với số tối đa bạn đặt.", n=broken.kg),
        Rule.PINNED: _("Khác %(kg)s so với phần đã ghim.", kg=kg),
        Rule.REQUIRED: _("Nguồn này buộc phải có nhưng chưa được phần nào."),
    }[broken.kind]


def out_words(frozen: Frozen, rule: Rule, one: Candidate | None) -> str:
    """Why somebody can be in no plan of this lot."""
    lowest = formats.vnd(one.landed) if one else "–"
    return {
        Rule.EXCLUDED: _("bạn đã loại"),
        Rule.MARK: _("chưa được dùng tên được bảo hộ của lô"),
        Rule.SPECIFICATION: _("không có quy cách của lô"),
        Rule.CEILING: _("giá đến nơi %(vnd)s/kg, cao hơn trần %(ceiling)s/kg", vnd=lowest, ceiling=formats.vnd(frozen.ceiling)),
        Rule.CAPACITY: _("không còn hàng trống trong các tháng này"),
        Rule.LEAST_SHARE: _("phần ít nhất %(kg)s một tháng lớn hơn số trống hoặc số cần",
                            kg=formats.kg(one.least_share_kg) if one else "–"),
        Rule.LEAST_TOTAL: _("tổng ít nhất lớn hơn số giao được"),
        Rule.MOST_TOTAL: _("tổng nhiều nhất nhỏ hơn phần ít nhất"),
        Rule.MULTIPLE: _("không đủ một gói chẵn"),
    }.get(rule, _("không hợp điều kiện của lô"))  # fmt: skip


def binding_words(frozen: Frozen, limits: Sequence[Binding]) -> list[str]:
    """Which limits leave no room, one sentence each; the months of one supplier stand together."""
    told: list[str] = []
    full: dict[str, list[int]] = {}
    for each in limits:
        if each.rule is Rule.MAX_SUPPLIERS:
            told.append(_("Đã dùng hết %(n)s nguồn cho phép.", n=frozen.most_suppliers))
        elif each.rule is Rule.CAPACITY and each.supplier and each.month is not None:
            full.setdefault(each.supplier, []).append(number(frozen.months[each.month]))
        elif each.rule is Rule.MOST_TOTAL:
            told.append(_("%(who)s giao hết tổng có thể giao.", who=who(frozen, each.supplier)))
    for product_id, months in full.items():
        words = _("%(who)s giao hết số trống %(months)s.", who=who(frozen, product_id), months=reasons.spans(months))
        told.append(words)
    return told


def remedy_words(frozen: Frozen, remedy: Remedy) -> str:
    """A change that fills what is missing: "nâng trần thêm 2.000 đ/kg"."""
    known = next((each for each in frozen.milder if each.name == remedy.kind), None)
    if known is not None:
        return said(known.words)
    if remedy.kind == "ceiling":
        return _("nâng trần giá %(vnd)s/kg", vnd=formats.vnd(remedy.amount))
    if remedy.kind == "suppliers":
        return _("cho thêm %(n)s nguồn", n=remedy.amount)
    return _("nhận phần thiếu muộn một tháng")


def remedy_fields(frozen: Frozen, remedy: Remedy, missing: Sequence[int]) -> tuple[dict[str, str], dict[str, str]]:
    """The same change as fields: of the lot's form, or (where the months themselves change) of the request's."""
    known = next((each for each in frozen.milder if each.name == remedy.kind), None)
    if known is not None:
        return dict(known.fields), {}
    if remedy.kind == "ceiling" and frozen.ceiling is not None:
        return {"ceiling_vnd_per_kg": str(frozen.ceiling + remedy.amount)}, {}
    if remedy.kind == "suppliers" and frozen.most_suppliers is not None:
        return {"most_suppliers": str(frozen.most_suppliers + remedy.amount)}, {}
    return {}, _later(frozen.months, frozen.demand_kg, missing)


def _later(months: Sequence[date], demand: Sequence[int], missing: Sequence[int]) -> dict[str, str]:
    """The request's months with what is missing moved to the month after."""
    asked = dict(zip(months, demand, strict=True))
    for day, kg in zip(months, missing, strict=True):
        if kg:
            after = clock.add_months(day, 1)
            asked[day] -= kg
            asked[after] = asked.get(after, 0) + kg
    return {f"kg_{day.month:02}": formats.number(kg) if kg else "" for day, kg in asked.items()}


def freight_words(frozen: Frozen) -> list[str]:
    """What was assumed of the road, in sentences."""
    road = frozen.freight
    small, large = formats.vnd(road.small), formats.vnd(road.large)
    guess = _("Các mức cước này là ước của chợ, dùng chung với trang giá thực nhận.")
    if road.gather_name is None:
        return [_("Mỗi nguồn tự đi xe nhỏ đến nơi nhận: %(vnd)s một tấn một km.", vnd=small), guess]
    return [
        _("Gom tại %(place)s: từng nguồn đi xe nhỏ đến đó, %(vnd)s một tấn một km.", place=road.gather_name, vnd=small),
        _("Từ đó một xe lớn đi %(km)s km đến nơi nhận: %(vnd)s một tấn một km, bốc xếp và kiểm hàng %(more)s/kg.",
          km=formats.number(road.km_large or 0), vnd=large, more=formats.vnd(road.handling)),
        guess,
    ]  # fmt: skip

"""Rules that are broken, reasons for refusals and levels in the reader's language. Decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from service.core import formats
from service.core.i18n import _, ngettext
from service.fairs.plans.problem import Level, Reached, Refusal, Rule, Solution, Violation, Why, Wish

MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Names:
    """How the things of a problem are called on the page; what is not named stays as its id."""

    parties: Mapping[str, str] = field(default_factory=dict)
    booths: Mapping[str, str] = field(default_factory=dict)
    zones: Mapping[str, str] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)
    quotas: Mapping[str, str] = field(default_factory=dict)

    def party(self, name: str | None) -> str:
        """A party."""
        return self.parties.get(name or "", name or "")

    def booth(self, name: str | None) -> str:
        """A booth, by its code."""
        return self.booths.get(name or "", name or "")

    def zone(self, name: str | None) -> str:
        """A zone or a pavilion."""
        return self.zones.get(name or "", name or "")

    def quota(self, name: str | None) -> str:
        """A quota."""
        return self.quotas.get(name or "", name or "")


def level_name(level: str) -> str:
    """What is counted at a level."""
    return {
        Level.PLACED: _("Có gian, theo thứ tự chọn"),
        Level.MOVED: _("Ít đơn vị phải đổi gian"),
        Level.WISHES: _("Đúng khu và loại gian mong muốn"),
        Level.NEIGHBOURS: _("Gần và xa đơn vị khác như mong muốn"),
        Level.GROUPS: _("Hàng cùng loại tách ra hoặc gom lại"),
        Level.LUCK: _("Bù cho đơn vị thiệt ở lần trước"),
    }[Level(level)]


def level_about(level: str) -> str:
    """How a level is counted."""
    return {
        Level.PLACED: _("Cộng trọng số của các đơn vị có gian; ai đứng trước trong thứ tự chọn có trọng số lớn hơn."),
        Level.MOVED: _("Số đơn vị mất gian đã công bố; càng ít càng tốt."),
        Level.WISHES: _("Mong muốn thứ nhất 4 điểm, thứ hai 3, thứ ba 2, sau nữa 1, nhân với trọng số của đơn vị."),
        Level.NEIGHBOURS: _("Mỗi mong muốn đứng gần được đáp ứng cộng 1, mỗi mong muốn đứng xa không được đáp ứng trừ 1."),
        Level.GROUPS: _("Số chỗ có hai đơn vị bán cùng mặt hàng đứng cạnh nhau."),
        Level.LUCK: _("Số phần trăm mong muốn được đáp ứng của nhóm ít được đáp ứng nhất trong các đơn vị từng thiệt."),
    }[Level(level)]


def reached_words(reached: Reached) -> str:
    """How good a level is known to be."""
    if reached.proven:
        return _("tốt nhất, đã chứng minh")
    gap = formats.percent(max(0.001, reached.gap))
    return _("cách mức tốt nhất nhiều nhất %(gap)s", gap=gap)


def proof(solution: Solution) -> str:
    """How good a plan is known to be."""
    if solution.status == "infeasible":
        return _("các gian đã khóa trái quy tắc, chưa xếp được")
    if solution.status == "optimal":
        return _("tối ưu, đã chứng minh ở mọi mức")
    open_levels = [level_name(each.level) for each in solution.levels if not each.proven]
    stopped = _("đã dừng theo yêu cầu; ") if solution.status == "stopped" else ""
    if not open_levels:
        return stopped + _("mọi mức đã xét đều tốt nhất")
    return stopped + _("chưa chứng minh: %(levels)s", levels=", ".join(open_levels))


def violation(broken: Violation, names: Names) -> str:
    """A rule that a plan breaks, and what to do about it."""
    said = {
        "who": names.party(broken.party),
        "booth": names.booth(broken.booth),
        "other": names.party(broken.other),
        "quota": names.quota(broken.other),
    }
    return {
        Rule.UNKNOWN: _("%(who)s: đơn vị hoặc gian %(booth)s không còn trong hội chợ. Hãy bỏ ra khỏi sơ đồ."),
        Rule.TWICE: _("Gian %(booth)s: %(who)s và %(other)s trùng ngày. Hãy chuyển một bên."),
        Rule.COUNT: _("%(who)s: số gian không bằng số đã đăng ký. Hãy thêm hoặc bớt gian."),
        Rule.APART: _("%(who)s: các gian không liền nhau trong một hàng. Hãy chọn gian sát nhau."),
        Rule.KIND: _("%(who)s: gian %(booth)s không thuộc loại gian đã đăng ký."),
        Rule.SIZE: _("%(who)s: diện tích nhỏ hơn mức cần. Hãy chọn gian lớn hơn."),
        Rule.POWER: _("%(who)s: gian %(booth)s không đủ điện như yêu cầu."),
        Rule.WATER: _("%(who)s: không gian nào có nước. Hãy chọn gian có nước."),
        Rule.COLD: _("%(who)s: không gian nào có chỗ cắm tủ lạnh. Hãy chọn gian có kho lạnh."),
        Rule.ZONE: _("%(who)s: khu của gian %(booth)s không nhận loại hàng này."),
        Rule.SMELL: _("%(who)s: hàng nặng mùi cạnh %(other)s ở gian %(booth)s. Hãy tách hai bên.") if broken.other
        else _("%(who)s: khu của gian %(booth)s không nhận hàng nặng mùi."),
        Rule.PAVILION: _("%(who)s: gian %(booth)s nằm sai khu trưng bày chung; chỉ thành viên đứng trong khu của mình."),
        Rule.QUOTA: _("%(quota)s: quá hạn mức gian; %(who)s đứng cuối trong thứ tự chọn."),
        Rule.LOCKED: _("%(who)s: không ở gian đã khóa hoặc đang giữ cho đơn vị này. Hãy trả về gian đó, bỏ khóa hay bỏ giữ."),
        Rule.HELD: _("%(who)s: gian %(booth)s đang giữ cho đơn vị khác trong những ngày này."),
        Rule.CLOSED: _("%(who)s: gian %(booth)s đã đóng, không giao cho ai."),
    }[broken.rule] % said  # fmt: skip


# --- Refusals ---------------------------------------------------------------------------------------------------------


def refusal(told: Refusal, names: Names) -> str:
    """Why somebody has no booth, or not what was wished, in one or two sentences: the scarcest thing first."""
    first = _what(told, names)
    return f"{first} {_because(told, names)}".strip()


def _what(told: Refusal, names: Names) -> str:
    return {
        Wish.BOOTH: "",
        Wish.ZONE: _("Muốn khu %(zone)s.", zone=names.zone(told.target)),
        Wish.CLASS: _("Muốn loại gian %(name)s.", name=names.classes.get(told.target, told.target)),
        Wish.NEAR: _("Muốn đứng gần %(who)s.", who=names.party(told.target)),
        Wish.APART: _("Muốn đứng xa %(who)s.", who=names.party(told.target)),
    }[Wish(told.wish)]


def _because(told: Refusal, names: Names) -> str:
    wanted = _wanted(told, names)
    if told.why is Why.TAKEN:
        return " ".join(filter(None, (_("Đã hết %(wanted)s.", wanted=wanted), _who(told, names), _scarcest(told, names))))
    if told.why is Why.NONE:
        return " ".join(filter(None, (_("Hội chợ không có %(wanted)s.", wanted=wanted), _scarcest(told, names))))
    if told.why is Why.RULE and told.rule is Rule.QUOTA:
        return _("Hạn mức %(quota)s đã dùng hết.", quota=names.quota(told.other))
    if told.why is Why.RULE:
        return _("Gian còn trống đều cạnh hàng kỵ mùi (%(who)s).", who=names.party(told.other))
    return {
        Why.LEVEL: _("Gian %(booth)s còn trống, nhưng đổi sang đó thì kém đi ở mức xếp trước: %(level)s.",
                     booth=names.booth(told.other), level=level_name(told.level).lower() if told.level else ""),
        Why.FREE: _("Gian %(booth)s còn trống và hợp: có thể xếp bằng tay.", booth=names.booth(told.other)),
        Why.ABSENT: _("Đơn vị đó không có gian."),
        Why.DAYS: _("Hai bên không có mặt cùng ngày."),
        Why.LOCKED: _("Ban tổ chức đã khóa chỗ của đơn vị này."),
    }[told.why]  # fmt: skip


def _wanted(told: Refusal, names: Names) -> str:
    """The booths that would do, by what narrows them: "gian góc có điện 3 pha"."""
    asked = dict(told.reasons)
    kind = ", ".join(names.classes.get(each, each) for each in asked.get(Rule.KIND, "").split(",") if each)
    words = [_("gian loại %(kind)s", kind=kind) if kind else _("gian")]
    if told.wish == Wish.CLASS:
        words = [_("gian loại %(kind)s", kind=names.classes.get(told.target, told.target))]
    if told.wish == Wish.ZONE:
        words.append(_("trong khu %(zone)s", zone=names.zone(told.target)))
    words += [_demand(rule, what, names) for rule, what in told.reasons if rule not in {Rule.KIND, Rule.HELD}]
    if told.wish == Wish.NEAR:
        words.append(_("cạnh %(who)s", who=names.party(told.target)))
    if told.wish == Wish.APART:
        words.append(_("xa %(who)s", who=names.party(told.target)))
    if not told.reasons and told.wish == Wish.BOOTH:
        words.append(_("hợp với đơn"))
    return f"{words[0]} {', '.join(words[1:])}".strip()


def _demand(rule: str, what: str, names: Names) -> str:
    return {
        Rule.KIND: _("đúng loại"),
        Rule.SIZE: _("rộng từ %(m2)s m²", m2=formats.number(int(what or 0) / 100)) if rule == Rule.SIZE else "",
        Rule.POWER: _("có điện 3 pha") if what == "3" else _("có điện"),
        Rule.WATER: _("có nước"),
        Rule.COLD: _("có kho lạnh"),
        Rule.ZONE: _("nhận hàng ăn uống") if what == "food" else _("nhận hàng không phải đồ ăn"),
        Rule.SMELL: _("nhận hàng nặng mùi"),
        Rule.PAVILION: _("trong %(zone)s", zone=names.zone(what)) if what else _("ngoài các khu riêng"),
        Rule.HELD: _("không bị giữ trong các ngày đó"),
        Rule.APART: _("%(n)s gian liền nhau", n=what) if rule == Rule.APART else "",
    }.get(Rule(rule), "")  # fmt: skip


def _who(told: Refusal, names: Names) -> str:
    """Who holds them: all of them before it in the order of choice, or some behind it."""
    many, behind = len(told.holders), len(told.holders) - told.ahead
    if not many:
        return ""
    if not behind:
        return ngettext(
            "Chỗ hợp duy nhất (%(n)s gian) đã có đơn vị đứng trước trong thứ tự chọn.",
            "Các chỗ hợp (%(n)s gian) đều đã có đơn vị đứng trước trong thứ tự chọn.",
            len(told.booths), n=len(told.booths),
        )  # fmt: skip
    named = _some([names.party(each) for each in told.holders[:behind]])
    return _(
        "Các chỗ hợp (%(n)s gian) đã có %(many)s đơn vị, trong đó %(who)s không đứng trước: cả sơ đồ cần vậy để tốt nhất.",
        n=len(told.booths), many=many, who=named,
    )  # fmt: skip


def _some(names: Sequence[str]) -> str:
    if len(names) <= MOST_NAMED:
        return ", ".join(names)
    return _("%(who)s và %(n)s đơn vị khác", who=", ".join(names[:MOST_NAMED]), n=len(names) - MOST_NAMED)


def _scarcest(told: Refusal, names: Names) -> str:
    """What the scarcest demand costs, where dropping it alone would leave something to choose from."""
    if not told.reasons or told.without <= len(told.booths):
        return ""
    rule, what = told.reasons[0]
    return _("Chặn nhiều nhất: %(demand)s (không cần thì có %(n)s gian hợp thay vì %(now)s).",
             demand=_demand(rule, what, names), n=told.without, now=len(told.booths))  # fmt: skip

"""What an organiser is shown of allocations: plain values and their words. PURE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from service.core import formats
from service.core.i18n import _, ngettext
from service.fairs.models import DatePrecision
from service.fairs.plans import words
from service.fairs.plans.frozen import Frozen, Since
from service.fairs.plans.inputs import PlanWish
from service.fairs.plans.models import KEPT, READY, WAITING, PlanState
from service.fairs.plans.problem import Change, Level, Plan, Problem, Reached, Solution, Wish
from service.fairs.views import when

BY_HAND = "hand"  # The status of a version that somebody has set (`working.valued`).


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One version in the list of versions. `stale` is None where nobody needs to know."""

    id: UUID
    number: int
    state: str
    based_on: int | None
    settings: PlanWish
    seed: int
    seconds: int
    status: str
    levels: tuple[Reached, ...]
    placed: int
    parties: int
    progress: Mapping[str, Any]
    stop_asked: bool
    reason: str | None
    version: int
    created_at: datetime
    found_at: datetime | None
    published_at: datetime | None
    stale: bool | None = None

    @property
    def state_name(self) -> str:
        """Where it stands, in words."""
        return state_name(self.state)

    @property
    def why(self) -> str:
        """Why there is nothing."""
        return reason_words(self.reason)

    @property
    def working(self) -> bool:
        """Whether a worker is to answer it."""
        return self.state in WAITING

    @property
    def kept(self) -> bool:
        """Whether it has something to show."""
        return self.state in KEPT

    @property
    def ready(self) -> bool:
        """Whether it might be published."""
        return self.state in READY

    @property
    def by_hand(self) -> bool:
        """Whether somebody has set it by hand."""
        return self.status == BY_HAND

    @property
    def proof(self) -> str:
        """How good it is known to be."""
        if self.by_hand:
            return _("sửa tay, không phá quy tắc nào")
        return words.proof(Solution(self.status, Plan(), self.levels, ())) if self.status else ""

    @property
    def proven(self) -> bool:
        """Whether no plan can be better."""
        return self.status == "optimal"

    @property
    def doing(self) -> str:
        """What is worked at right now, in words."""
        level = self.progress.get("level")
        return words.level_name(level) if level else _("đang đọc hội chợ")


@dataclass(frozen=True, slots=True)
class LevelLine:
    """How good a version is at one level."""

    name: str
    about: str
    value: str
    bound: str
    proven: bool
    how: str
    seconds: float


@dataclass(frozen=True, slots=True)
class PartyLine:
    """One party in a version: where it stands, where it stood, what it wished and did not get."""

    id: str
    code: str
    name: str
    waiting: bool
    place: int | None
    points: int
    booths: tuple[str, ...]
    hall: str
    before: tuple[str, ...]
    kind: str  # new, moved, out, same, none
    locked: bool
    stay: str
    asked: int
    refusal: str
    unmet: tuple[str, ...]
    successor: str = ""

    @property
    def change(self) -> str:
        """What becomes of it, compared with the published plan."""
        before, now = ", ".join(self.before), ", ".join(self.booths)
        return {
            "new": _("mới: %(now)s", now=now),
            "moved": _("%(before)s → %(now)s", before=before, now=now),
            "out": _("mất gian %(before)s", before=before),
            "same": _("như cũ"),
            "none": "",
        }[self.kind]


def state_name(state: str) -> str:
    """Where a version stands, in words."""
    return {
        PlanState.ASKED.value: _("đang chờ máy"),
        PlanState.SOLVING.value: _("đang xếp"),
        PlanState.FOUND.value: _("đã xếp xong"),
        PlanState.HAND.value: _("sửa tay"),
        PlanState.PUBLISHED.value: _("đang công bố"),
        PlanState.SUPERSEDED.value: _("đã thay"),
        PlanState.FAILED.value: _("không xếp được"),
        PlanState.CANCELLED.value: _("đã dừng"),
    }[str(state)]


def reason_words(reason: str | None) -> str:
    """Why there is no plan, and what to do next."""
    return {
        "impossible": _("Các gian đã khóa trái với quy tắc nên không xếp được. Bỏ khóa các chỗ nêu dưới đây rồi xếp lại."),
        "broken": _("Máy đưa ra một phương án phá quy tắc nên chợ không dùng. Hãy xếp lại."),
        "late": _("Máy chưa xếp xong sau mười phút. Hãy xếp lại, hoặc cho thời gian ngắn hơn."),
        "no_days": _("Hội chợ chưa có ngày chính xác. Ghi ngày mở và ngày đóng rồi xếp lại."),
        "empty": _("Chưa có gian để xếp, hoặc chưa có đơn nào được nhận. Vẽ mặt bằng và duyệt đơn rồi xếp lại."),
    }.get(reason or "", reason or "")


def group_names() -> list[tuple[str, str]]:
    """What can be wished of like goods."""
    return [
        ("spread", _("tách ra, không đứng cạnh nhau")),
        ("cluster", _("gom lại gần nhau")),
        ("free", _("không tính")),
    ]


def quota_names() -> list[tuple[str, str]]:
    """What a quota can be counted by."""
    return [
        ("none", _("không giới hạn")),
        ("old_district", _("mỗi huyện cũ")),
        ("province", _("mỗi tỉnh, thành")),
    ]


def settings_words(wish: PlanWish, *, seed: int, seconds: int) -> list[str]:
    """How a version was asked for, in short sentences."""
    told = [_("ưu tiên: %(order)s", order=" > ".join(words.level_name(level).lower() for level in wish.order))]
    if Level.GROUPS in wish.order and wish.groups != "free":
        told.append(_("hàng cùng loại: %(how)s", how=dict(group_names())[wish.groups]))
    if wish.quota_by != "none" and wish.quota_booths:
        told.append(_("%(who)s nhiều nhất %(n)s gian", who=dict(quota_names())[wish.quota_by], n=wish.quota_booths))
    if wish.waiting_too:
        told.append(_("xếp cả danh sách chờ"))
    if wish.near_published and Level.MOVED in wish.order:
        told.append(_("giữ gần bản đã công bố"))
    if wish.locks_of:
        told.append(_("giữ các gian đã khóa ở phương án %(n)s", n=wish.locks_of))
    told.append(_("số rút thăm %(seed)s, tối đa %(seconds)s giây", seed=seed, seconds=seconds))
    return told


def level_lines(levels: tuple[Reached, ...], problem: Problem, *, by_hand: bool = False) -> list[LevelLine]:
    """How good a version is, level by level in the organiser's order."""
    return [
        LevelLine(
            name=words.level_name(each.level), about=words.level_about(each.level), value=value_words(each.level, each.value),
            bound=value_words(each.level, each.bound), proven=each.proven,
            how=_("sửa tay: không so với mức tốt nhất") if by_hand else words.reached_words(each), seconds=each.seconds,
        )
        for each in levels if each.level in problem.asked
    ]  # fmt: skip


def value_words(level: str, value: int | None) -> str:
    """A figure of one level as people say it."""
    if value is None:
        return "–"
    if level == Level.MOVED:
        return ngettext("%(n)s đơn vị đổi gian", "%(n)s đơn vị đổi gian", value)
    if level == Level.LUCK:
        return _("%(n)s %%", n=value)
    return formats.number(value)


def fewest_words(levels: tuple[Reached, ...]) -> str:
    """Why the plan moves nobody without need: the sentence that stands beside the list of those who move."""
    found = next((each for each in levels if each.level is Level.MOVED), None)
    if found is None:
        return ""
    if found.proven and not found.value:
        return _("Không đơn vị nào mất gian đã công bố.")
    if found.proven:
        return _("%(n)s đơn vị mất gian đã công bố; ít hơn thì không thể, đã chứng minh.", n=found.value)
    return _("%(n)s đơn vị mất gian đã công bố; chưa chứng minh được là ít nhất (không thể dưới %(bound)s).",
             n=found.value, bound=found.bound)  # fmt: skip


def since_words(told: Since) -> list[str]:
    """What has changed at the fair since a version was made, one sentence each."""
    sentences: list[str] = []
    if n := len(told.withdrawn):
        sentences.append(ngettext("%(n)s đơn vị rút: %(who)s", "%(n)s đơn vị rút: %(who)s", n, who=some(told.withdrawn)))
    if n := len(told.joined):
        sentences.append(ngettext("%(n)s đơn vị mới: %(who)s", "%(n)s đơn vị mới: %(who)s", n, who=some(told.joined)))
    if n := len(told.changed):
        sentences.append(
            ngettext("%(n)s đơn đổi yêu cầu: %(who)s", "%(n)s đơn đổi yêu cầu: %(who)s", n, who=some(told.changed))
        )
    if n := len(told.lost):
        sentences.append(ngettext("mất %(n)s gian: %(who)s", "mất %(n)s gian: %(who)s", n, who=some(told.lost)))
    if n := len(told.gained):
        sentences.append(ngettext("thêm %(n)s gian: %(who)s", "thêm %(n)s gian: %(who)s", n, who=some(told.gained)))
    if n := len(told.altered):
        sentences.append(ngettext("%(n)s gian đổi: %(who)s", "%(n)s gian đổi: %(who)s", n, who=some(told.altered)))
    if told.order:
        sentences.append(_("thứ tự chọn gian đã đổi"))
    if told.floor:
        sentences.append(_("ngày, khu hoặc lối đi đã đổi"))
    if n := len(told.kept):
        sentences.append(
            ngettext(
                "giữ gian khác cho %(n)s đơn vị: %(who)s", "giữ gian khác cho %(n)s đơn vị: %(who)s", n, who=some(told.kept)
            )
        )
    return sentences


MOST_NAMED = 5


def some(names: tuple[str, ...]) -> str:
    """The first few names, and how many more."""
    shown = ", ".join(names[:MOST_NAMED])
    return shown if len(names) <= MOST_NAMED else _("%(names)s và %(n)s nữa", names=shown, n=len(names) - MOST_NAMED)


def party_lines(
    frozen: Frozen, booths: Mapping[str, tuple[str, ...]], locked: frozenset[str], solution: Solution,
    changes: tuple[Change, ...], before: Mapping[str, tuple[str, ...]],
) -> list[PartyLine]:  # fmt: skip
    """Everybody who was looked at, in the order of choice, with booth or reason."""
    names = frozen.names
    halls = {booth.id: frozen.halls.get(booth.hall, "") for booth in frozen.problem.booths}
    refusals = {each.party: words.refusal(each, names) for each in solution.refusals if each.wish == Wish.BOOTH}
    unmet: dict[str, list[str]] = {}
    for each in solution.refusals:
        if each.wish != Wish.BOOTH:
            unmet.setdefault(each.party, []).append(words.refusal(each, names))
    kinds = {change.party: change.kind for change in changes}
    found = []
    for party in frozen.problem.parties:
        who, has = frozen.parties[party.id], booths.get(party.id, ())
        whole = party.first_day == 0 and party.last_day == frozen.problem.days - 1
        found.append(
            PartyLine(
                id=party.id, code=who.code, name=who.name, waiting=who.state == "waiting", place=who.place, points=who.points,
                booths=codes(frozen, has), hall=halls.get(has[0], "") if has else "",
                before=codes(frozen, before.get(party.id, ())), kind=kinds.get(party.id, "same" if has else "none"),
                locked=party.id in locked,
                stay="" if whole else when(frozen.day(party.first_day), frozen.day(party.last_day), DatePrecision.DAY),
                asked=party.booths, refusal="" if has else refusals.get(party.id, ""), unmet=tuple(unmet.get(party.id, ())),
            )
        )  # fmt: skip
    return found


def codes(frozen: Frozen, booths: tuple[str, ...]) -> tuple[str, ...]:
    """The codes of booths, in their order."""
    return tuple(sorted((frozen.code(booth) for booth in booths), key=lambda code: (len(code), code)))


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """What publishing a version changes for one party."""

    id: str
    name: str
    kind: str  # new, moved, out, left
    before: str
    now: str

    @property
    def kind_name(self) -> str:
        """What becomes of it, in words."""
        return {"new": _("mới có gian"), "moved": _("đổi gian"), "out": _("mất gian"), "left": _("đã rút")}[self.kind]


def change_line(change: Change, names: words.Names, left: frozenset[str]) -> ChangeLine:
    """A change in the codes of its booths; who has left is not told anything."""
    kind = "left" if change.party in left else change.kind
    before, now = (", ".join(sorted(map(names.booth, those))) for those in (change.before, change.now))
    return ChangeLine(change.party, names.party(change.party), kind, before, now)


def change_counts(changes: Sequence[Change], unchanged: int, left: frozenset[str]) -> list[tuple[str, int]]:
    """How many are new, have moved, lost their booth or stay: with words, in this order."""
    kinds = ["left" if change.party in left else change.kind for change in changes]
    return [
        (_("mới có gian"), kinds.count("new")), (_("đổi gian"), kinds.count("moved")), (_("mất gian"), kinds.count("out")),
        (_("đã rút"), kinds.count("left")), (_("giữ nguyên"), unchanged),
    ]  # fmt: skip

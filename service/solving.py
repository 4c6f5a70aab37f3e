"""What the command line solves in its own process: pooled lots, matching rounds, timetables. Only the worker solves too."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import typer

from service import matching
from service.accounts import SYSTEM
from service.core import clock, formats
from service.core.db import Database
from service.core.errors import Invalid
from service.core.events import plain
from service.core.i18n import _
from service.fairs.meetings import sheet as meetings_sheet
from service.fairs.meetings import solver as meetings_solver
from service.fairs.meetings import words as meetings_words
from service.matching.pooling import solver
from service.matching.rounds import solver as rounds_solver

pooling, rounds = matching.pooling, matching.rounds
Rule = pooling.Rule
MOST_BYTES = 500_000_000
MOST_SHOWN = 40  # Lines of each side of a round.


def pool_file(file: Path, *, seconds: float, seed: int, workers: int, as_json: bool) -> bool:
    """Find the best lot for a JSON file and print it; tells whether there is one. Raises `Invalid` for a file that is none."""
    asked = pooling.sheet.read(_text(file))
    found = solver.solve(asked.problem, seed=seed, seconds=seconds, workers=workers)
    if as_json:
        typer.echo(json.dumps(pooling.answer.document(asked, found), ensure_ascii=False))
    else:
        typer.echo("\n".join(_lines(asked, found)))
    return found.status != "infeasible" and (bool(found.levels))


def _text(file: Path) -> str:
    """What a file holds. Raises `Invalid`."""
    try:
        if file.stat().st_size > MOST_BYTES:
            raise Invalid(_("Tệp lớn hơn %(n)s MB.", n=MOST_BYTES // 1_000_000))
        return file.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(_("Tệp không phải văn bản UTF-8.")) from error
    except OSError as error:
        raise Invalid(_("Không đọc được tệp.")) from error


def timetable_file(file: Path, *, seconds: float, seed: int, workers: int) -> None:
    """Find the timetable with the fewest gaps for a JSON file and print it as one JSON object. Raises `Invalid`."""
    found = meetings_solver.solve(meetings_sheet.read(_text(file)), seed=seed, seconds=seconds, workers=workers)
    words = [meetings_words.clash(each) for each in found.reasons]
    typer.echo(json.dumps(meetings_sheet.document(found, words), ensure_ascii=False))


async def pool_request(database: Database, code: str, *, seconds: float, seed: int, workers: int, as_json: bool) -> bool:
    """Find the best lot for a request on the market of now and print what its page shows; nothing is kept.

    No transaction is held while it is looked for. Tells whether anybody is in the lot.
    """
    async with database.transaction() as session:
        request = await matching.request_page(session, code, SYSTEM)
        frozen = await pooling.frozen_for(session, code)
    found = await asyncio.to_thread(
        solver.solve, frozen.problem(), seed=seed, seconds=seconds, workers=workers, relaxations=frozen.relaxations()
    )
    view = pooling.plan_view(frozen, found)
    if as_json:
        typer.echo(json.dumps(plain(asdict(view)), ensure_ascii=False))
    else:
        typer.echo("\n".join(_plan_lines(f"{request.code} {request.title}", view)))
    return bool(view.parts)


def _plan_lines(title: str, view: pooling.PlanView) -> Iterable[str]:
    """The page of a lot in plain lines: figures, who delivers what in which month, limits, remedies, and who is kept out."""
    yield title
    yield f"{formats.kg(view.covered_kg)} / {formats.kg(view.asked_kg)} · {_('%(n)s nguồn', n=view.suppliers)} · {view.proof}"
    if view.landed is not None:
        yield _("%(vnd)s/kg đến nơi", vnd=formats.vnd(view.landed)) + f" ({formats.vnd(view.goods)} + {formats.vnd(view.road)})"
    yield from view.freight
    yield ""
    head = ["kg", *(formats.month(each.month) for each in view.months), _("Cộng"), _("Giá đến nơi")]
    rows = [
        [part.supplier + (f" ({_('đứng đầu')})" if part.lead else ""), *map(str, part.kg), str(part.total),
         formats.vnd(part.landed)]
        for part in view.parts
    ]  # fmt: skip
    rows.append([_("Cần"), *(str(each.asked) for each in view.months), str(view.asked_kg), ""])
    rows.append([_("Còn thiếu"), *(str(each.missing) for each in view.months), str(view.missing_kg), ""])
    widths = [max(len(line[place]) for line in [head, *rows]) for place in range(len(head))]
    for line in [head, *rows]:
        cells = [line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))]
        yield "  ".join(cells).rstrip()
    for heading, told in (
        (_("Dự bị"), [f"{part.supplier}: {part.stand_ins[0].name}" for part in view.parts if part.stand_ins]),
        (_("Giới hạn nào chặn"), view.limits),
        (_("Cách rẻ nhất để lấp phần thiếu"),
         [f"{each.words}: {_('thêm %(kg)s', kg=formats.kg(each.gained_kg))}, +{formats.vnd(each.extra_cost)}"
          for each in view.remedies]),
        (_("Ai không vào được, theo quy tắc nào"), [f"{each.product} · {each.supplier}: {each.rule}" for each in view.out]),
    ):  # fmt: skip
        if told:
            yield ""
            yield f"{heading}:"
            yield from (f"  {each}" for each in told)


def _lines(asked: pooling.sheet.Sheet, found: pooling.Solution) -> Iterable[str]:
    """First a line for each figure, named alike in every language, so that a program finds them; then the tables."""
    cost, bound = found.objective, found.bound
    problem, plan = asked.problem, found.plan
    yield f"status: {found.status}"
    if found.reasons:
        for each in found.reasons:
            yield f"reason: {_reason(asked, each)}"
        return
    yield f"cost: {_exact(asked, cost)}"
    yield f"bound: {_exact(asked, bound)}"
    yield f"gap: {found.gap:.6g}"
    yield f"suppliers: {len(plan.chosen)}"
    yield f"covered_kg: {asked.kg(sum(pooling.filled(problem, plan)))}"
    yield f"short_kg: {asked.kg(sum(pooling.short(problem, plan)))}"
    yield f"seconds: {found.seconds:.2f}"
    for name in asked.ignored:
        yield _("Không dùng đến: %(field)s", field=name)
    yield ""
    yield from _table(asked, found)
    yield from _advice(asked, found)


def _exact(asked: pooling.sheet.Sheet, units: int | None) -> str:
    """Money as a program reads it: all digits, a point before decimals, nothing between thousands."""
    if units is None:
        return "-"
    exact = asked.exact(units)
    if exact.denominator == 1:
        return str(exact.numerator)
    digits = len(str(asked.money_units * asked.kg_units)) - 1
    whole, rest = divmod(abs(exact), 1)
    written = f"{whole}.{int(rest * 10**digits):0{digits}d}".rstrip("0")
    return f"-{written}" if exact < 0 else written


def _table(asked: pooling.sheet.Sheet, found: pooling.Solution) -> Iterable[str]:
    problem, plan = asked.problem, found.plan
    rows = [(name, plan.kg[name]) for name in sorted(plan.chosen)]
    last = [
        (_("Giao được"), pooling.filled(problem, plan)),
        (_("Cần"), problem.demand_kg),
        (_("Còn thiếu"), pooling.short(problem, plan)),
    ]
    if problem.months > 12:
        # So many columns fit on no screen: who delivers what in which month, one supplier a line.
        for name, share in [*rows, *last]:
            months = ", ".join(f"{month}: {_kg(asked, kg)}" for month, kg in enumerate(share, 1) if kg)
            yield f"{name}  ({_kg(asked, sum(share))} kg)  {months or '0'}"
        return
    head = ["kg", *(_("T%(month)s", month=month) for month in range(1, problem.months + 1)), _("Cộng")]
    lines = [head, *([name, *(_kg(asked, kg) for kg in (*share, sum(share)))] for name, share in [*rows, *last])]
    widths = [max(len(line[place]) for line in lines) for place in range(len(head))]
    for at, line in enumerate(lines):
        if at == len(rows) + 1:
            yield "-" * (sum(widths) + 2 * len(widths) - 2)
        cells = [line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))]
        yield "  ".join(cells).rstrip()


def _kg(asked: pooling.sheet.Sheet, units: int) -> str:
    return formats.number(_decimal(Fraction(units, asked.kg_units)))


def _money(asked: pooling.sheet.Sheet, units: int) -> str:
    return formats.number(_decimal(asked.exact(units)))


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _advice(asked: pooling.sheet.Sheet, found: pooling.Solution) -> Iterable[str]:
    if found.kept_out:
        yield ""
        yield _("Không thể vào lô nào:")
        for each in found.kept_out:
            yield f"  {each.supplier}: {_out(each.rule)}"
    if any(each.rule is Rule.MAX_SUPPLIERS for each in found.binding):
        yield ""
        yield _("Đã dùng hết số nguồn cho phép (%(n)s).", n=asked.problem.max_suppliers)
    if found.remedies:
        yield ""
        yield _("Để có thêm phần còn thiếu:")
        for remedy in found.remedies:
            what = {
                "ceiling": _("nâng giá trần %(n)s đ/kg", n=_money(asked, remedy.amount * asked.kg_units)),
                "suppliers": _("cho thêm %(n)s nguồn", n=remedy.amount),
                "later": _("nhận phần thiếu chậm một tháng"),
            }.get(remedy.kind, remedy.kind)
            yield _("  %(what)s: thêm %(kg)s kg, chi phí thêm %(money)s đ", what=what, kg=_kg(asked, remedy.gained_kg),
                    money=_money(asked, remedy.extra_cost))  # fmt: skip
    if any(found.stand_ins.values()) and asked.problem.months <= 12:
        yield ""
        yield _("Nếu một nguồn rút, nguồn thay tốt nhất:")
        for name, others in found.stand_ins.items():
            if others:
                kg, money = _kg(asked, sum(others[0].kg)), _money(asked, others[0].extra_cost)
                yield _("  %(name)s: %(other)s nhận %(kg)s kg, chi phí thêm %(money)s đ",
                        name=name, other=others[0].supplier, kg=kg, money=money)  # fmt: skip


def _out(rule: pooling.Rule) -> str:
    return {
        Rule.EXCLUDED: _("đã bị loại"),
        Rule.MARK: _("chưa được dùng tên được bảo hộ"),
        Rule.SPECIFICATION: _("khác quy cách của lô"),
        Rule.CEILING: _("giá cao hơn trần"),
        Rule.LEAST_SHARE: _("phần ít nhất mỗi tháng lớn hơn số trống hoặc số cần"),
        Rule.LEAST_TOTAL: _("tổng ít nhất lớn hơn số giao được"),
        Rule.MOST_TOTAL: _("tổng nhiều nhất nhỏ hơn phần ít nhất"),
        Rule.MULTIPLE: _("không đủ một gói chẵn"),
    }.get(rule, _("không còn hàng trong các tháng cần"))


def _reason(asked: pooling.sheet.Sheet, each: pooling.Violation) -> str:
    """Why the wishes of a file cannot stand together, in one sentence each."""
    who, month = each.supplier or "", "" if each.month is None else _(" tháng thứ %(n)s", n=each.month + 1)
    by = formats.number(Decimal(str(pooling.answer.amount(asked, each))))
    words = {
        Rule.REQUIRED: _("%(who)s buộc phải có nhưng không cùng đứng được với các điều kiện khác."),
        Rule.PINNED: _("Phần đã ghim của %(who)s không cùng đứng được với các điều kiện khác."),
        Rule.MAX_SUPPLIERS: _("Số nguồn tối đa quá nhỏ cho những nguồn đã ghim hoặc buộc phải có."),
        Rule.CAPACITY: _("%(who)s%(month)s: phần đã ghim nhiều hơn số trống %(by)s kg."),
        Rule.CEILING: _("%(who)s%(month)s: giá cao hơn trần %(by)s đ/kg."),
        Rule.DEMAND: _("Phần đã ghim%(month)s nhiều hơn số cần %(by)s kg."),
        Rule.LEAST_SHARE: _("%(who)s%(month)s: ít hơn phần ít nhất %(by)s kg."),
        Rule.LEAST_TOTAL: _("%(who)s: ít hơn tổng ít nhất."),
        Rule.MOST_TOTAL: _("%(who)s: nhiều hơn tổng nhiều nhất %(by)s kg."),
        Rule.MULTIPLE: _("%(who)s%(month)s: phần đã ghim không chẵn gói."),
        Rule.UNKNOWN: _("%(who)s không có trong tệp."),
    }.get(each.kind)
    if words is None:
        return f"{who}: {_out(each.kind)}."
    return words % {"who": who, "month": month, "by": by}


# --- Matching rounds --------------------------------------------------------------------------------------------------


async def clear_round(database: Database, code: str, *, fairness: str, seed: int, keep: bool, as_json: bool) -> bool:
    """Clear a round in this process and print what its page would say; kept as a clearing only when that is asked for."""
    async with database.transaction() as session:
        view = await rounds.round_page(session, code, SYSTEM)
        if keep:
            asked = await rounds.ask_clearing(session, SYSTEM, code, rounds.ClearingWish(fairness=fairness, seed=seed))
            if asked.state is not rounds.ClearingState.DONE:
                await rounds.clear_here(session, asked.id, rounds_solver.solve_all)
            found = await rounds.clearing_page(session, view, asked.number)
            needs = (await rounds.clearing_needs(session, found)).items
            suppliers = (await rounds.clearing_suppliers(session, found)).items
        else:
            material = await rounds.material(session, view.id, clock.today())
            outcome = rounds.outcome_of(material, fairness, seed, rounds_solver.solve_all)
            found, needs, suppliers = rounds.shown_at_once(material, outcome, fairness, seed)
    report = found.report or {}
    if as_json:
        typer.echo(json.dumps({"round": view.code, "fairness": fairness, **report}, ensure_ascii=False))
    else:
        typer.echo("\n".join(_round_lines(view, found, needs, suppliers)))
    return bool(report)


def _round_lines(
    view: rounds.RoundView, found: rounds.ClearingView, needs: Sequence[rounds.NeedLine], suppliers: Sequence[rounds.GotLine]
) -> Iterable[str]:
    """The figures by names that are alike in every language, then the same words as on the page."""
    report = found.report or {}
    worth = report.get("worth", {})
    yield f"{view.code} · {view.title} · {found.fairness_name}"
    yield f"status: {report.get('status')} ({found.proof})"
    for name in ("requests", "products", "pairs", "seconds"):
        yield f"{name}: {report.get(name)}"
    yield f"given_kg: {worth.get('kg')}"
    yield f"asked_kg: {worth.get('asked_kg')}"
    yield f"gap: {report.get('gap', 0):.6g}"
    yield ""
    yield _("So các cách chia")
    for each in found.tradeoffs:
        mark = "→" if each.chosen else " "
        yield (
            f"{mark} {each.label:<16} {formats.kg(each.kg):>12}  "
            + _("yêu cầu ít nhất được %(percent)s", percent=formats.percent(each.least_percent / 100))
            + "  "
            + _("không có phần: %(n)s", n=f"{each.suppliers_without}/{each.suppliers}")
        )
    for title, lines in ((_("Theo yêu cầu"), needs), (_("Theo nhà cung cấp"), suppliers)):
        yield ""
        yield title
        for line in lines[:MOST_SHOWN]:
            name = f"{line.code} {line.title}" if isinstance(line, rounds.NeedLine) else line.name
            wanted = line.asked_kg if isinstance(line, rounds.NeedLine) else line.free_kg
            yield f"  {formats.kg(line.given_kg)} / {formats.kg(wanted)}  {name}  {' '.join(line.reasons)}".rstrip()

"""`chophien pool --file`: published forms with a known best, exact figures, and files that are none."""

from __future__ import annotations

import json
import random
from fractions import Fraction
from itertools import combinations, permutations, product
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from service.cli import app

RUN = CliRunner()
pytestmark = pytest.mark.usefixtures("own_output")


def _asked(tmp_path: Path, content: dict[str, Any] | str, *more: str) -> tuple[int, str, str]:
    file = tmp_path / "lot.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    done = RUN.invoke(app, ["--lang", "en", "pool", "--file", str(file), *more])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout, done.stderr


def _answer(tmp_path: Path, content: dict[str, Any], *more: str) -> dict[str, Any]:
    code, out, said = _asked(tmp_path, content, "--json", *more)
    assert code == 0, said
    answer: dict[str, Any] = json.loads(out)
    return answer


def _drawing(seed: int) -> random.Random:
    return random.Random(seed)


def _cheapest(price: list[list[int]], opening: list[int], most: int) -> int:
    """The uncapacitated form: every set of at most so many suppliers, every customer at the cheapest of the set."""
    months = range(len(price[0]))
    return min(
        sum(opening[one] for one in chosen) + sum(min(price[one][month] for one in chosen) for month in months)
        for many in range(1, most + 1)
        for chosen in combinations(range(len(price)), many)
    )


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("most", [7, 2])
def test_uncapacitated_facility_location_and_p_median(tmp_path: Path, seed: int, most: int) -> None:
    draw = _drawing(seed)
    price = [[draw.randint(10, 90) for _ in range(8)] for _ in range(7)]
    opening = [draw.randint(0, 120) if most == 7 else 0 for _ in range(7)]
    content = {
        "months": 8,
        "demand_kg": [1] * 8,
        "max_suppliers": most,
        "suppliers": [
            {"id": f"w{at}", "free_kg": [1] * 8, "price": row, "engagement_cost": opening[at]} for at, row in enumerate(price)
        ],
    }
    answer = _answer(tmp_path, content)
    assert (answer["status"], answer["cost"], answer["bound"]) == ("optimal", *[_cheapest(price, opening, most)] * 2)
    assert answer["short_kg"] == [0] * 8


@pytest.mark.parametrize("seed", range(4))
def test_capacitated_single_period(tmp_path: Path, seed: int) -> None:
    """One month: a set of openings, the cheapest of it filled first."""
    draw = _drawing(seed)
    rows = [(draw.randint(20, 60), draw.randint(10, 15), draw.randint(100, 300)) for _ in range(9)]
    demand = sum(free for free, _price, _fixed in rows) // 2
    best = min(
        sum(fixed for _free, _price, fixed in chosen) + _filled(sorted((price, free) for free, price, _fixed in chosen), demand)
        for many in range(1, 10)
        for chosen in combinations(rows, many)
        if sum(free for free, _price, _fixed in chosen) >= demand
    )
    content = {
        "demand_kg": [demand],
        "suppliers": [
            {"id": at, "free_kg": [free], "price": price, "engagement_cost": fixed}
            for at, (free, price, fixed) in enumerate(rows)
        ],
    }
    answer = _answer(tmp_path, content)
    assert (answer["status"], answer["cost"]) == ("optimal", best)


def _filled(cheapest_first: list[tuple[int, int]], demand: int) -> int:
    cost = 0
    for price, free in cheapest_first:
        taken = min(free, demand)
        cost, demand = cost + taken * price, demand - taken
    return cost


@pytest.mark.parametrize("seed", range(3))
def test_assignment_each_agent_one_task(tmp_path: Path, seed: int) -> None:
    draw = _drawing(seed)
    cost = [[draw.randint(1, 99) for _ in range(6)] for _ in range(6)]
    best = min(sum(cost[agent][task] for agent, task in enumerate(order)) for order in permutations(range(6)))
    content = {
        "demand_kg": [1] * 6,
        "suppliers": [{"id": f"a{at}", "free_kg": 1, "price": row, "most_total_kg": 1} for at, row in enumerate(cost)],
    }
    assert _answer(tmp_path, content)["cost"] == best


@pytest.mark.parametrize("seed", range(2))
def test_generalised_assignment_in_whole_jobs(tmp_path: Path, seed: int) -> None:
    """A job is taken whole or not at all (its kilograms are the pack), and an agent has so many kilograms over all jobs."""
    draw = _drawing(seed)
    size, cost = 3, [[draw.randint(5, 40) for _ in range(6)] for _ in range(3)]
    room = [2, 2, 3]
    best = min(
        sum(size * cost[agent][job] for job, agent in enumerate(who))
        for who in product(range(3), repeat=6)
        if all(who.count(agent) <= room[agent] for agent in range(3))
    )
    content = {
        "demand_kg": [size] * 6,
        "suppliers": [
            {"id": f"a{at}", "free_kg": [size] * 6, "price": row, "multiple_kg": size, "most_total_kg": size * room[at]}
            for at, row in enumerate(cost)
        ],
    }
    answer = _answer(tmp_path, content)
    assert (answer["status"], answer["cost"]) == ("optimal", best)
    assert all(kg in (0, size) for share in answer["kg"].values() for kg in share)


def test_fractions_are_counted_exactly_and_so_are_huge_figures(tmp_path: Path) -> None:
    text = """{"demand_kg": [12.5, 3], "suppliers": [
        {"id": "a", "free_kg": [10, 1.25], "price": 46.16253424657534, "engagement_cost": 7500.1},
        {"id": "b", "free_kg": [10, 3], "price": [123456789012345678, 0.1], "engagement_cost": 0}]}"""
    code, out, _said = _asked(tmp_path, text)
    exact = Fraction("46.16253424657534") * 10 + Fraction("7500.1") + Fraction("2.5") * 123456789012345678 + Fraction("0.3")
    lines = dict(line.split(": ", 1) for line in out.splitlines() if ": " in line)
    assert code == 0
    assert lines["status"] == "optimal"
    assert Fraction(lines["cost"]) == exact
    assert Fraction(lines["bound"]) <= exact
    assert Fraction(lines["bound"]) > exact * (1 - Fraction(1, 10**8))


def test_what_cannot_be_filled_is_told_and_a_lot_never_delivers_more_than_asked(tmp_path: Path) -> None:
    content = {
        "demand_kg": [100, 50, 95],
        "suppliers": [{"id": "s", "free_kg": [100, 0, 100], "price": 10, "multiple_kg": 10, "least_share_kg": 20}],
        "max_suppliers": None,
        "colour": "green",
    }
    answer = _answer(tmp_path, content)
    assert (answer["kg"], answer["short_kg"], answer["cost"]) == ({"s": [100, 0, 90]}, [0, 50, 5], 1900)
    assert answer["ignored"] == ["colour"]
    code, out, _said = _asked(tmp_path, content)
    assert code == 0
    assert out.splitlines()[:6] == ["status: optimal", "cost: 1900", "bound: 1900", "gap: 0", "suppliers: 1", "covered_kg: 190"]
    assert "short_kg: 55" in out
    assert "Running HiGHS" not in out


def test_nothing_to_choose_from_is_an_empty_lot(tmp_path: Path) -> None:
    answer = _answer(tmp_path, {"demand_kg": [5], "suppliers": []})
    assert (answer["status"], answer["cost"], answer["short_kg"], answer["kg"]) == ("optimal", 0, [5], {})
    large = {"id": "s", "free_kg": [900], "price": 1, "least_share_kg": 600}
    answer = _answer(tmp_path, {"demand_kg": [5], "suppliers": [large]})
    assert (answer["short_kg"], answer["kept_out"]) == ([5], {"s": "least_share"})


def test_pins_that_cannot_stand_are_an_answer_with_its_reason(tmp_path: Path) -> None:
    content = {
        "demand_kg": [100],
        "suppliers": [{"id": "s", "free_kg": [60], "price": 10}, {"id": "t", "free_kg": [60], "price": 10}],
        "pinned": {"s": [70]},
    }
    code, out, _said = _asked(tmp_path, content)
    assert (code, out.splitlines()) == (
        1,
        ["status: infeasible", "reason: s in month 1: the pinned share is 10 kg more than what is free."],
    )
    code, out, _said = _asked(tmp_path, {**content, "pinned": {}, "required": ["s", "t"], "max_suppliers": 1}, "--json")
    assert code == 1
    assert {each["rule"] for each in json.loads(out)["reasons"]} == {"max_suppliers", "required"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        "{}",
        '{"demand_kg": [1]}',
        '{"demand_kg": [1], "suppliers": {}}',
        '{"demand_kg": [1], "suppliers": [1]}',
        '{"demand_kg": [], "suppliers": []}',
        '{"demand_kg": [-1], "suppliers": []}',
        '{"demand_kg": ["1"], "suppliers": []}',
        '{"demand_kg": [true], "suppliers": []}',
        '{"demand_kg": [NaN], "suppliers": []}',
        '{"demand_kg": [1e400], "suppliers": []}',
        '{"demand_kg": [1e-400], "suppliers": []}',
        '{"demand_kg": [1], "months": 2, "suppliers": []}',
        '{"demand_kg": 1, "months": 1e9, "suppliers": []}',
        '{"demand_kg": 1, "months": 1000000000, "suppliers": []}',
        '{"demand_kg": [1], "suppliers": [{"id": "a", "price": 1}]}',
        '{"demand_kg": [1], "suppliers": [{"id": "a", "free_kg": [1]}]}',
        '{"demand_kg": [1], "suppliers": [{"id": "a", "free_kg": [1, 2], "price": 1}]}',
        '{"demand_kg": [1], "suppliers": [{"id": "a", "free_kg": [1], "price": -1}]}',
        '{"demand_kg": [1], "suppliers": [{"id": "a", "free_kg": [1], "price": 1, "multiple_kg": 0}]}',
        '{"demand_kg": [1], "suppliers": [{"id": [], "free_kg": [1], "price": 1}]}',
        '{"demand_kg": [1], "suppliers": [{"id": "a", "free_kg": 1, "price": 1}, {"id": "a", "free_kg": 1, "price": 1}]}',
        '{"demand_kg": [1], "suppliers": [], "max_suppliers": 1.5}',
        '{"demand_kg": [1], "suppliers": [], "max_suppliers": "3"}',
        '{"demand_kg": [1], "suppliers": [], "pinned": {"x": [1]}}',
        '{"demand_kg": [1], "suppliers": [], "required": ["x"]}',
        '{"demand_kg": [1], "suppliers": [], "levels": ["cost"]}',
        '{"demand_kg": [1], "suppliers": [{"id": "a", "free_kg": 1, "price": 1, "may_use_mark": "yes"}]}',
        '{"demand_kg": [' + "9" * 5000 + '], "suppliers": []}',
        "[" * 100_000,
    ],
)
def test_a_file_that_is_none_gets_one_sentence(tmp_path: Path, text: str) -> None:
    code, out, said = _asked(tmp_path, text)
    assert code == 2
    assert out == ""
    assert len(said.strip().splitlines()) == 1
    assert "Traceback" not in said


def test_a_file_in_another_encoding_and_one_that_is_not_there(tmp_path: Path) -> None:
    file = tmp_path / "latin.json"
    file.write_bytes('{"demand_kg": [1], "suppliers": [], "ghi chú": 1}'.encode("utf-16"))
    assert RUN.invoke(app, ["pool", "--file", str(file)]).exit_code == 2
    assert RUN.invoke(app, ["pool", "--file", str(tmp_path / "none.json")]).exit_code == 2

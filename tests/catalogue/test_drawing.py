"""The draw of field checks: the same for everybody who repeats it, whatever the order, and heavier means sooner."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.catalogue.checks import drawing
from service.catalogue.checks.drawing import Candidate, Risk

TODAY = date(2026, 11, 24)
CANDIDATES = st.dictionaries(st.uuids().map(str), st.integers(1, 40), min_size=1, max_size=30).map(
    lambda weights: [Candidate(*pair) for pair in weights.items()]
)
SEEDS = st.text("0123456789abcdef", min_size=1, max_size=32)
RISKS = st.builds(
    Risk,
    last_check=st.none() | st.dates(date(2020, 1, 1), date(2027, 12, 31)),
    expiring=st.booleans(),
    complaints=st.integers(0, 20),
    changed=st.booleans(),
)


@given(SEEDS, CANDIDATES, st.integers(0, 40), st.randoms())
def test_the_order_of_the_list_changes_nothing(seed: str, candidates: list[Candidate], wanted: int, shuffler: object) -> None:
    shuffled = list(candidates)
    shuffler.shuffle(shuffled)  # type: ignore[attr-defined]
    assert drawing.draw(seed, shuffled, wanted) == drawing.draw(seed, candidates, wanted)
    assert drawing.digest(shuffled) == drawing.digest(candidates)


@given(SEEDS, CANDIDATES, st.integers(0, 40))
def test_nobody_is_drawn_twice_and_as_many_as_there_are(seed: str, candidates: list[Candidate], wanted: int) -> None:
    drawn = drawing.draw(seed, [*candidates, *candidates], wanted)
    assert len(drawn) == len({each.id for each in drawn}) == min(wanted, len(candidates))


@given(SEEDS, CANDIDATES, st.integers(1, 10))
def test_a_shorter_draw_is_the_beginning_of_a_longer_one(seed: str, candidates: list[Candidate], wanted: int) -> None:
    assert drawing.draw(seed, candidates, wanted + 3)[:wanted] == drawing.draw(seed, candidates, wanted)


@given(SEEDS, CANDIDATES, st.integers(0, 10))
def test_a_round_can_be_drawn_again_from_its_document(seed: str, candidates: list[Candidate], wanted: int) -> None:
    again = drawing.read_document(drawing.document(seed, wanted, candidates))
    assert drawing.draw(again[0], again[2], again[1]) == drawing.draw(seed, candidates, wanted)


def test_these_lots_were_drawn_on_another_day_and_machine() -> None:
    # Worked out once with the recipe alone; whoever changes the arithmetic changes what was published.
    candidates = [Candidate(str(UUID(int=number)), 1 + number % 5) for number in range(1, 9)]
    drawn = drawing.draw("cho-phien", candidates, 3)
    assert [UUID(each.id).int for each in drawn] == [8, 7, 3]
    assert str(drawing.lot("cho-phien", candidates[0]))[:24] == "0.2715236914669616271629"


def test_the_heavier_is_drawn_more_often_in_proportion() -> None:
    light, heavy = Candidate("a", 1), Candidate("b", 3)
    firsts = [drawing.draw(f"seed {number}", [light, heavy], 1)[0] for number in range(2000)]
    # 1500 are expected; 1400 lies five standard deviations below, and equal weights would give 1000.
    assert 1400 < firsts.count(heavy) < 1600


def test_equal_weights_are_drawn_alike() -> None:
    pair = [Candidate("a", 2), Candidate("b", 2)]
    firsts = [drawing.draw(f"seed {number}", pair, 1)[0] for number in range(2000)]
    assert 880 < firsts.count(pair[0]) < 1120


@given(RISKS)
def test_every_sign_of_risk_adds_weight_and_nobody_weighs_nothing(risk: Risk) -> None:
    weight = drawing.weight(drawing.reasons(risk, TODAY))
    assert 1 <= weight <= 1 + 4 + 2 + 15 + 3
    complained = Risk(risk.last_check, risk.expiring, risk.complaints + 1, risk.changed)
    assert drawing.weight(drawing.reasons(complained, TODAY)) >= weight


@pytest.mark.parametrize(
    ("risk", "expected"),
    [
        (Risk(), {"never": 4}),
        (Risk(TODAY), {}),
        (Risk(TODAY - timedelta(days=179)), {}),
        (Risk(TODAY - timedelta(days=180)), {"age": 1}),
        (Risk(TODAY - timedelta(days=5000)), {"age": 4}),
        (Risk(TODAY + timedelta(days=400)), {}),
        (Risk(TODAY, expiring=True, complaints=1, changed=True), {"expiring": 2, "complaint": 5, "changed": 3}),
        (Risk(TODAY, complaints=9), {"complaint": 15}),
    ],
)
def test_reasons(risk: Risk, expected: dict[str, int]) -> None:
    assert drawing.reasons(risk, TODAY) == expected


@pytest.mark.parametrize("text", ["", "a b c d", "x y", "# recipe other\na 1\n", "# recipe sha256-es-1\n# digest 00\na 1\n"])
def test_what_is_no_document_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        drawing.read_document(text)


def test_a_list_with_another_weight_is_found_out() -> None:
    document = drawing.document("s", 1, [Candidate("a", 1), Candidate("b", 2)])
    with pytest.raises(ValueError):
        drawing.read_document(document.replace("b 2", "b 3"))


def test_the_command_and_the_lines_on_the_page_draw_alike(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    candidates = [Candidate(str(UUID(int=number)), 1 + number % 5) for number in range(1, 30)]
    file = tmp_path / "danh-sach.txt"
    file.write_text(drawing.document("cho-phien", 4, candidates), "utf-8")
    from service import terminal

    assert terminal.redraw(file)
    told = [line.split()[1] for line in capsys.readouterr().out.splitlines()]
    recipe = (Path(__file__).parents[2] / "templates/checks/_recipe.html").read_text("utf-8")
    script = tmp_path / "redraw.py"
    script.write_text(recipe[recipe.index("import hashlib") : recipe.rindex("</code>")], "utf-8")
    said = subprocess.run([sys.executable, script, file], check=True, capture_output=True, text=True).stdout
    assert (
        [line.split()[0] for line in said.splitlines()]
        == told
        == [each.id for each in drawing.draw("cho-phien", candidates, 4)]
    )
    file.write_text("khác", "utf-8")
    assert not terminal.redraw(file)

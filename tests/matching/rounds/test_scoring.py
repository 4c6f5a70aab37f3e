"""Judging a whole round gives what the page of each request gives: the same matches, the same fit, the same who is kept out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.clearing import TODAY, market
from service.matching.candidates import offers_in_terms
from service.matching.ranking import Wanted, Weights, rank
from service.matching.record import Record
from service.matching.rounds.scoring import matched, score_all


@pytest.fixture(scope="module")
def small():
    asked, rows, terms = market(400, 60, 5)
    goods = {each.id: each.name for each in terms}
    for place in range(0, 60, 5):  # Some in words, some in words that narrow a commodity.
        request = asked[place].request
        words = goods[request.commodity]
        other = replace(request, commodity=None, words=words) if place % 10 else replace(request, words=f"{words} loại ngon")
        asked[place] = replace(asked[place], request=other)
    rows = [replace(row, commodity_id=None) if place % 9 == 0 else row for place, row in enumerate(rows)]
    return asked, rows, terms


@pytest.mark.parametrize("known", [False, True])
def test_the_pairs_are_the_matches_of_the_ranking_with_their_scores(small, known: bool) -> None:
    asked, rows, terms = small
    records = {}
    if known:
        suppliers = sorted({row.supplier_id for row in rows})[::2]
        records = {each: Record(promised=100, on_time=at, delivered=at) for at, each in enumerate(suppliers)}
    scored = score_all(asked, rows, terms, TODAY, records=records)
    found: dict[tuple[str, str], int] = {
        (scored.problem.needs[need].id, scored.problem.supplies[supply].id): points
        for need, supply, points in scored.problem.pairs
    }
    expected = {}
    for place, each in enumerate(asked):
        ranking = rank(each.request, offers_in_terms(each.request, rows, terms, records), Weights())
        expected |= {(str(each.id), str(match.offer.id)): max(1, round(match.score * 10_000)) for match in ranking.matches}
        assert scored.needs[place].fits == len(ranking.matches)
        assert scored.reference[place] == ranking.reference
    assert found == expected
    assert len(expected) > 50
    if known:  # And the records do weigh.
        plain = {(need, supply): points for need, supply, points in score_all(asked, rows, terms, TODAY).problem.pairs}
        assert plain != {(need, supply): points for need, supply, points in scored.problem.pairs}


def test_a_pair_of_a_plan_is_judged_again_to_the_same_score(small) -> None:
    asked, rows, terms = small
    scored = score_all(asked, rows, terms, TODAY)
    for need, supply, points in list(scored.problem.pairs)[:40]:
        match = matched(asked[need], rows[supply], terms, scored.reference[need])
        assert match.fits
        assert max(1, round(match.score * 10_000)) == points


def test_only_what_is_free_and_can_be_ready_is_given_away(small) -> None:
    asked, rows, terms = small
    slow = [replace(row, lead_days=400) for row in rows]
    assert not any(any(each.kg) for each in score_all(asked, slow, terms, TODAY).problem.supplies)
    taken = [replace(row, taken_month=row.supply_month, taken_kg=row.supply_kg) for row in rows]
    scored = score_all(asked, taken, terms, TODAY)
    assert not any(any(each.kg) for each in scored.problem.supplies)
    assert len(scored.problem.pairs) == 0
    silent = [replace(row, supply_month=(), supply_kg=()) for row in rows]
    assert not any(any(each.kg) for each in score_all(asked, silent, terms, TODAY).problem.supplies)


def test_what_keeps_out_is_counted_for_both_sides(small) -> None:
    asked, rows, terms = small
    dear = [replace(each, request=replace(each.request, ceiling=1)) for each in asked]
    scored = score_all(dear, rows, terms, TODAY)
    assert all(each.fits == 0 and each.every["price"] == each.looked_at for each in scored.needs)
    assert sum(each.looked_at for each in scored.needs) == sum(each.looked_at for each in scored.supplies)
    assert sum(sum(each.alone.values()) for each in scored.needs) > 0


def test_judging_can_be_called_off_and_an_empty_round_is_judged(small) -> None:
    asked, rows, terms = small
    assert score_all(asked, rows, terms, TODAY, cancelled=lambda: True) is None
    empty = score_all([], rows, terms, TODAY)
    assert empty.calendar == ()
    assert len(empty.problem.pairs) == 0
    one = replace(asked[0].request, wanted=(Wanted(asked[0].request.wanted[0].month, 1e12),))
    assert score_all([replace(asked[0], request=one)], rows, terms, TODAY).problem.needs[0].kg == (10_000_000,)

"""The reference tables that come with the package agree with each other and with the trade."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from service import catalogue
from service.core import places

DATA = Path(catalogue.__file__).parent / "data"


def lines(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as sheet:
        return list(csv.DictReader(sheet, delimiter="\t", quoting=csv.QUOTE_NONE))


CATEGORIES = lines("categories.tsv")
COMMODITIES = lines("commodities.tsv")
MARKS = lines("marks.tsv")
ALL = [("categories.tsv", CATEGORIES), ("commodities.tsv", COMMODITIES), ("marks.tsv", MARKS)]


@pytest.mark.parametrize(("name", "table"), ALL, ids=[name for name, _table in ALL])
def test_every_line_has_every_cell_and_no_stray_space(name: str, table: list[dict[str, str]]) -> None:
    for line in table:
        assert None not in line
        for cell in line.values():
            assert cell is not None, line
            assert cell == cell.strip(), line
            assert "  " not in cell, line


def test_the_26_sub_groups_of_ocop() -> None:
    codes = [line["code"] for line in CATEGORIES]
    assert len(codes) == len(set(codes)) == 26
    assert codes[0] == "I.1.a"
    assert codes[-1] == "VI.1"
    assert len({line["group_name"] for line in CATEGORIES}) == 6
    assert all(line["name_en"] and line["group_name_en"] for line in CATEGORIES)


def test_commodities_stand_in_the_sub_groups_and_have_seasons_of_the_year() -> None:
    codes = {line["code"] for line in CATEGORIES}
    assert len(COMMODITIES) >= 70
    for line in COMMODITIES:
        assert line["category_code"] in codes, line["name"]
        months = [int(month) for month in line["season_months"].split(",")]
        assert set(months) <= set(range(1, 13)), line["name"]
        assert len(months) == len(set(months)), line["name"]
        assert re.fullmatch(r"(\d{4}(\.\d\d){0,2})?", line["hs_hint"]), line["name"]
        assert line["name_en"], line["name"]
        assert re.fullmatch(r"[a-z0-9-]+", line["slug"]), line["name"]
    assert len({line["slug"] for line in COMMODITIES}) == len(COMMODITIES)


def test_every_sub_group_has_a_commodity() -> None:
    assert {line["category_code"] for line in COMMODITIES} == {line["code"] for line in CATEGORIES}


def test_a_word_names_one_commodity_only() -> None:
    words: Counter[str] = Counter()
    for line in COMMODITIES:
        words.update({word.lower() for word in (line["name"], *line["synonyms"].split("|")) if word})
    assert [word for word, times in words.items() if times > 1] == []


def test_the_goods_of_the_articles_are_there() -> None:
    known = {word.lower() for line in COMMODITIES for word in (line["name"], *line["synonyms"].split("|"))}
    # Bài 000, 001, 003.
    for named in (
        "tinh bột nghệ", "curcumin nghệ", "miến dong", "thịt lợn sạch", "thịt gà", "rau an toàn", "dưa chuột", "cam", "quýt",
        "chè búp", "bột nghệ", "tinh bột sắn", "quýt bắc kạn", "hồng không hạt", "khẩu nua lếch", "gạo bao thai chợ đồn",
        "mây tre nứa đan", "gỗ mỹ nghệ", "đũa gỗ", "mơ vàng",
    ):  # fmt: skip
        assert named in known, named


def test_marks_have_their_decisions_and_their_communes_of_today() -> None:
    by_slug = {line["slug"]: line for line in MARKS}
    assert by_slug["quyt-bac-kan"]["number"] == "00033"
    assert by_slug["quyt-bac-kan"]["decided_on"] == "2012-11-14"
    assert by_slug["mien-dong-bac-kan"]["number"] == "00106"
    assert by_slug["mien-dong-bac-kan"]["decided_on"] == "2021-04-29"
    assert by_slug["hong-khong-hat-bac-kan"]["kind"] == "geographical_indication"
    commodities = {line["slug"] for line in COMMODITIES}
    for line in MARKS:
        assert line["commodity"] in commodities
        assert line["kind"] in {"geographical_indication", "collective_mark", "certification_mark"}
        assert line["source"]
        assert all(places.commune(code) for code in line["commune_codes"].split("|") if code)
        if line["decided_on"]:
            assert date.fromisoformat(line["decided_on"]) < date(2026, 1, 1)


def test_the_area_of_the_persimmon_is_written_in_old_names_and_found_in_new_ones() -> None:
    codes = set(next(line for line in MARKS if line["slug"] == "hong-khong-hat-bac-kan")["commune_codes"].split("|"))
    for old in ("Nam Cường, Chợ Đồn", "xã Cao Trĩ", "xã Hương Nê", "thị trấn Nà Phặc", "Hoàng Trĩ, Ba Bể"):
        assert {place.code for place in places.find(old)} <= codes, old

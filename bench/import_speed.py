"""How long a sheet of 20,000 products takes from the file to being found, and how much memory; as .csv, as .xlsx, and again.

    python bench/import_speed.py [--products 20000]

Makes a database of its own (bench/ground.py says where) and drops it afterwards. Human lines, then ONE JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import io
import json
import random
import resource
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import xlsxwriter
from sqlalchemy import text

from bench import ground
from service import accounts, catalogue
from service.core import places
from service.core.db import Database

SEED = 14
GOODS = (
    "Miến dong",
    "Tinh bột nghệ",
    "Chè Shan tuyết",
    "Gạo nếp",
    "Măng khô",
    "Mật ong",
    "Lạp sườn",
    "Bí xanh thơm",
    "Quýt",
    "Hồng không hạt",
)
KINDS = ("đặc biệt", "loại 1", "hộp quà", "hữu cơ", "gói nhỏ", "rừng", "vụ mới", "phơi nắng")
HEAD = [
    "supplier_code",
    "code",
    "name",
    "category",
    "commodity",
    "stars",
    "decision_number",
    "decision_date",
    "pack",
    "net_weight_g",
    "retail_price_vnd",
    "wholesale_price_vnd",
    "min_order_kg",
    "lead_days",
    "season_months",
    "shelf_life_days",
    *(f"capacity_kg_{month:02d}" for month in range(1, 13)),
    "description",
]


def sheets(products: int) -> tuple[bytes, bytes, bytes]:
    """A sheet of suppliers, and the same products as .csv and as .xlsx."""
    draw = random.Random(SEED)
    # Names that mean one place; a name that several communes have borne is an error that asks which.
    named = [place.name for place in places.communes("19")]
    communes = [name for name in named if places.understand(f"{name}, Thái Nguyên").commune is not None]
    suppliers = [["code", "name", "province", "commune", "phone", "founded"]]
    makers = max(1, products // 40)
    suppliers += [
        [f"HTX{n:05}", f"HTX Đo tốc độ {n}", "Thái Nguyên", draw.choice(communes), "0912 345 678", "2015"]
        for n in range(makers)
    ]
    lines = [HEAD]
    for n in range(products):
        maker, goods, price = n % makers, draw.choice(GOODS), draw.randrange(20, 300) * 1000
        season = sorted(draw.sample(range(1, 13), 4))
        months = [str(draw.randrange(50, 5000)) if month in season else "" for month in range(1, 13)]
        lines.append(
            [
                f"HTX{maker:05}",
                f"SP{n:06}",
                f"{goods} {draw.choice(KINDS)} {n}",
                "I.3.c",
                "",
                draw.choice(("", "3", "4", "5 sao")),
                "",
                "",
                "Túi 500 g",
                "500",
                f"{price // 1000}k",
                str(price * 4 // 5),
                "50",
                "7 ngày",
                ",".join(map(str, season)),
                "12 tháng",
                *months,
                f"{goods} làm tại xã, phơi nắng, đóng gói ngay tại xưởng của hợp tác xã. " * 3,
            ]
        )
        if not lines[-1][5]:
            continue
        lines[-1][6:8] = [f"{n}/QĐ-UBND", "01/08/2025"]
    return as_csv(suppliers), as_csv(lines), _xlsx(lines)


def as_csv(lines: list[list[str]]) -> bytes:
    """Lines as a plain .csv."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(lines)
    return out.getvalue().encode()


def _xlsx(lines: list[list[str]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False, "constant_memory": True}) as book:
        page = book.add_worksheet()
        for number, line in enumerate(lines):
            page.write_row(number, 0, line)
    return out.getvalue()


async def timed(market: Database, kind: Any, data: bytes, **how: Any) -> tuple[float, str]:
    """Seconds for one import, and what came of it."""
    began = time.perf_counter()
    async with market.transaction() as session:
        report = await catalogue.import_file(session, kind, data, actor=accounts.SYSTEM, **how)
    assert report.ok, report.errors[:5]
    return time.perf_counter() - began, str(report.counts)


async def found(market: Database, products: int) -> bool:
    """Whether the last product of the sheet is found by its own name."""
    async with market.transaction() as session:
        name = await session.scalar(text("SELECT name FROM catalogue_product ORDER BY code DESC LIMIT 1"))
        total = await session.scalar(text("SELECT count(*) FROM catalogue_search"))
    return bool(name) and total == products


def memory() -> float:
    """The most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def main(products: int) -> None:
    """Measure and print."""
    suppliers, as_csv, as_xlsx = sheets(products)
    before = memory()
    figures: dict[str, Any] = {"products": products}
    for label, data in (("csv", as_csv), ("xlsx", as_xlsx)):
        name = f"import_{label}"
        url = ground.fresh(name)
        async with ground.database(url) as market:
            await timed(market, "suppliers", suppliers)
            figures[f"{label}_s"], said = await timed(market, "products", data)
            print(f"{label}: {len(data) / 1e6:.1f} MB, {figures[f'{label}_s']:.1f} s to stored and searchable: {said}")
            assert await found(market, products)
            figures[f"{label}_again_s"], said = await timed(market, "products", data)
            print(f"{label} again: {figures[f'{label}_again_s']:.1f} s: {said}")
            figures[f"{label}_check_s"], said = await timed(market, "products", data, dry_run=True)
        ground.drop(name)
    figures["peak_mb"] = memory()
    print(f"peak memory {figures['peak_mb']:.0f} MB (before the first import, with the sheets in hand: {before:.0f} MB)")
    print(json.dumps({key: round(value, 2) if isinstance(value, float) else value for key, value in figures.items()}))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--products", type=int, default=20_000)
    asyncio.run(main(parser.parse_args().products))

"""A market of any size for measuring: believable Vietnamese names, written by a few set-based statements.

The same number of products gives the same market. Triggers are told to wait (`app.search_later`) and the index is built once
at the end, which is what a restored backup does too; its time is reported.
"""

from __future__ import annotations

import time

import psycopg

BASES = (
    "Miến dong", "Tinh bột nghệ", "Bột nghệ", "Mật ong rừng", "Mật ong hoa nhãn", "Trà hoa vàng", "Chè Shan tuyết",
    "Chè xanh", "Trà giảo cổ lam", "Quýt", "Cam sành", "Hồng không hạt", "Mận hậu", "Mơ ngâm", "Lạp sườn hun khói",
    "Thịt trâu gác bếp", "Thịt lợn gác bếp", "Gạo nếp nương", "Gạo ST25", "Gạo bao thai", "Rượu men lá", "Rượu ngô",
    "Rượu mơ", "Măng khô", "Măng ớt", "Mộc nhĩ", "Nấm hương", "Nấm linh chi", "Đông trùng hạ thảo", "Bún khô",
    "Phở khô", "Mỳ gạo", "Bánh đa nem", "Bánh gio", "Bánh khảo", "Kẹo lạc", "Lạc đỏ", "Đậu xanh", "Đậu đen", "Vừng đen",
    "Ngô nếp", "Khoai lang sấy", "Khoai môn", "Bí xanh thơm", "Dưa chuột", "Cải bắp", "Rau bò khai", "Gừng sấy",
    "Nghệ tươi", "Tỏi đen", "Tinh dầu quế", "Tinh dầu sả", "Hoa hồi", "Hạt dổi", "Mắc khén", "Hạt dẻ", "Hạt tiêu",
    "Cà phê", "Hạt điều rang", "Mắc ca", "Xoài sấy", "Chuối sấy", "Mít sấy", "Dứa sấy", "Dừa sấy", "Bưởi da xanh",
    "Thanh long", "Sầu riêng", "Vải thiều", "Long nhãn", "Nước mắm", "Mắm tép", "Mắm tôm", "Tôm khô", "Mực khô",
    "Cá khô", "Cá kho", "Chả mực", "Giò lụa", "Nem chua", "Tương ớt", "Tương nếp", "Giấm chuối", "Muối tôm",
    "Muối vừng", "Đường thốt nốt", "Mật mía", "Trà sen", "Trà gừng", "Trà mướp đắng", "Cao gắm", "Cà gai leo",
    "Ba kích", "Sâm dây", "Khăn thổ cẩm", "Giỏ mây", "Chiếu cói", "Đũa gỗ", "Ruốc lợn", "Yến sào",
)  # fmt: skip
KINDS = (
    "", "", "", "đặc biệt", "loại một", "sợi nhỏ", "nguyên chất", "sấy lạnh", "túi lọc", "hộp quà", "hữu cơ",
    "truyền thống", "vị cay", "không đường", "sạch", "cao cấp", "bản địa", "hạt to", "đóng hũ", "thượng hạng",
)  # fmt: skip
SYLLABLES = (
    "An", "Bình", "Cường", "Dũng", "Đạt", "Đức", "Giang", "Hà", "Hải", "Hoa", "Hòa", "Hồng", "Hương", "Khang", "Khánh",
    "Kim", "Lâm", "Lan", "Linh", "Long", "Mai", "Minh", "Nam", "Ngân", "Ngọc", "Nhung", "Phong", "Phúc", "Phương",
    "Quang", "Quế", "Sơn", "Tâm", "Tân", "Thành", "Thắng", "Thịnh", "Thu", "Tiến", "Trung", "Tuyết", "Vân", "Việt",
    "Vinh", "Xuân", "Yến", "Ánh", "Bích", "Châu", "Diệp",
)  # fmt: skip
PROVINCES = (
    "01", "04", "08", "11", "12", "14", "15", "19", "20", "22", "24", "25", "31", "33", "37", "38", "40", "42", "44", "46",
    "48", "51", "52", "56", "66", "68", "75", "79", "80", "82", "86", "91", "92", "96",
)  # fmt: skip
PAPERS = ("ATTP", "VG", "HC", "HACCP", "ISO22000", "HALAL", "TCB", "GTIN")
SENTENCES = (
    "Sản phẩm của các hộ trong bản, thu hái theo mùa và sơ chế ngay trong ngày.",
    "Không dùng chất bảo quản, hạn dùng ghi trên bao bì.", "Đóng gói tại xưởng đạt điều kiện an toàn thực phẩm.",
    "Giao theo lịch hẹn, có mẫu thử cho nhà phân phối.", "Vùng nguyên liệu do hợp tác xã tự quản lý.",
)  # fmt: skip

# Every n-th product takes the n-th value, stirred by primes so that values meet each other in all ways.
FILL = """
SET LOCAL app.search_later = 'on';
INSERT INTO accounts_organisation (id, kind, name)
SELECT md5('o' || i)::uuid, 'supplier', 'HTX ' || i FROM generate_series(0, {suppliers} - 1) i;
INSERT INTO catalogue_supplier (id, organisation_id, code, slug, name, name_key, search_words, legal_form, province_code, wholesale_public, state, illustrative, version)
SELECT md5('s' || i)::uuid, md5('o' || i)::uuid, 'S' || i, 'ncc-' || i, x.name, core_sort_key(x.name), core_fold(x.name), 'cooperative',
       ({provinces}::text[])[1 + i * 7 % {n_provinces}], false, 'published', true, 1
  FROM generate_series(0, {suppliers} - 1) i
 CROSS JOIN LATERAL (SELECT 'HTX ' || ({syllables}::text[])[1 + i * 13 % {n_syllables}] || ' ' || ({syllables}::text[])[1 + (i / 50) * 29 % {n_syllables}] AS name) x;
INSERT INTO catalogue_product (id, supplier_id, code, slug, name, category_code, commodity_id, description, unit, season_months, state, illustrative, version)
SELECT md5('p' || i)::uuid, md5('s' || i * 31 % {suppliers})::uuid, 'P' || i, 'sp-' || i,
       concat_ws(' ', b.name, nullif(({kinds}::text[])[1 + i * 17 % {n_kinds}], ''), CASE WHEN i % 3 > 0 THEN ({syllables}::text[])[1 + i * 37 % {n_syllables}]
                 || ' ' || ({syllables}::text[])[1 + (i / 53) * 11 % {n_syllables}] END),
       (SELECT array_agg(code ORDER BY position) FROM catalogue_category)[1 + b.n * 11 % 26],
       (SELECT c.id FROM catalogue_commodity c WHERE c.name = b.name), ({sentences}::text[])[1 + i * 19 % {n_sentences}], 'kg',
       ARRAY(SELECT (b.n + m) % 12 + 1 FROM generate_series(0, 2 + b.n % 5) m)::smallint[], 'published', true, 1
  FROM generate_series(0, {products} - 1) i
 CROSS JOIN LATERAL (SELECT x.n, ({bases}::text[])[1 + x.n] AS name FROM (SELECT ((i * 41) % 137 * (i % 97) / 132) % {n_bases} AS n) x) b;
INSERT INTO catalogue_pack (id, product_id, position, name, net_weight_g, retail_price_vnd)
SELECT md5('k' || i)::uuid, md5('p' || i)::uuid, 0, 'gói 500 g', 500, 20000 + (i::bigint * 7919 % 400)::int * 1000 FROM generate_series(0, {products} - 1) i;
INSERT INTO catalogue_supply (product_id, year, month, capacity_kg)
SELECT md5('p' || i)::uuid, 2026, m, 50 + (i * 13 + m * 7) % 900 FROM generate_series(0, {products} - 1, {supply_step}) i CROSS JOIN generate_series(1, 12) m;
INSERT INTO catalogue_certificate (state, checked_on, id, supplier_id, product_id, kind, stars, issued_on, valid_to)
SELECT 'checked', current_date, md5('c' || i)::uuid, md5('s' || i * 31 % {suppliers})::uuid, md5('p' || i)::uuid, 'OCOP', 3 + (i % 10 > 6)::int + (i % 40 = 9)::int, current_date - i % 900, current_date - i % 900 + 1095
  FROM generate_series(0, {products} - 1) i WHERE i % 5 < 3;
INSERT INTO catalogue_certificate (state, checked_on, id, supplier_id, kind, issued_on, valid_to)
SELECT 'checked', current_date, md5('w' || i)::uuid, md5('s' || i)::uuid, ({papers}::text[])[1 + i % {n_papers}], current_date - 100, current_date + 900 FROM generate_series(0, {suppliers} - 1) i;
"""


def _array(values: tuple[str, ...] | list[str]) -> str:
    return "ARRAY[" + ", ".join("'" + value.replace("'", "''") + "'" for value in values) + "]"


def fill(url: str, products: int) -> dict[str, float]:
    """Fill an empty market with that many products; gives the seconds that rows and index took."""
    suppliers = max(20, min(20_000, products // 20))
    values: dict[str, str | int] = {
        "products": products,
        "suppliers": suppliers,
        "supply_step": 2 if products <= 100_000 else 10,
    }
    for name, words in (
        ("bases", BASES),
        ("kinds", KINDS),
        ("syllables", SYLLABLES),
        ("provinces", PROVINCES),
        ("papers", PAPERS),
        ("sentences", SENTENCES),
    ):
        values[name], values[f"n_{name}"] = _array(words), len(words)
    with psycopg.connect(url) as connection:
        connection.execute("SET work_mem = '256MB'")
        connection.execute("SET maintenance_work_mem = '256MB'")
        began = time.perf_counter()
        for statement in FILL.format(**values).strip().split(";\n"):
            if statement.strip(" ;"):
                connection.execute(statement.strip(" ;"))
        rows = time.perf_counter() - began
        connection.execute("SELECT catalogue_search_rebuild()")
        connection.commit()
        index = time.perf_counter() - began - rows
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")
    return {"rows_seconds": round(rows, 1), "index_seconds": round(index, 1)}

"""The one statement behind a page of results: what is shown, the exact total, and the count of every facet.

Statements are put together once for each shape (words or none, which groups of filters, which order) and prepared by the
driver. Every value is a parameter. How facets are counted is told in the migration that makes the tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

BLOCK = 30_000
GROUPS = "cgskpwm"  # category, goods (commodity), stars, certificate (k), province, commune (w), month of the season
ALL_OF_THEM = "k"  # Of several certificates all must be held; of several values of another group one is enough.

# The order of results: expression, whether it goes down, and the type of its value in a cursor.
SORTS = {
    "": ("{rank}", True, "integer"),
    "price": ("coalesce(s.price, 2147483647)", False, "integer"),
    "-price": ("coalesce(s.price, -1)", True, "integer"),
    "name": ("(SELECT n.name_key FROM catalogue_search_card n WHERE n.ord = s.ord)", False, "text"),
    "new": ("s.ord", True, "integer"),
}

RANK = """CASE WHEN s.tsv @@ %(begins)s::tsquery THEN CASE WHEN s.length = %(size)s THEN 950000 ELSE 900000 END WHEN s.tsv @@ %(phrase)s::tsquery THEN 800000
  WHEN s.tsv @@ %(named)s::tsquery THEN 700000 WHEN s.tsv @@ %(own)s::tsquery THEN 660000
  WHEN s.tsv @@ %(same_begins)s::tsquery THEN 650000 WHEN s.tsv @@ %(same)s::tsquery THEN 600000
  WHEN s.tsv @@ %(head)s::tsquery THEN 550000 WHEN s.tsv @@ %(plain)s::tsquery THEN 500000 ELSE 400000 END - least(s.length, 60) / 3 * 1000 + s.score"""
COUNTED = "(SELECT count(*) FROM unnest(%(words)s::text[]) w WHERE s.tsv @@ w::tsquery)::integer * 100000 - least(s.length, 60) / 3 * 1000 + s.score"

FRESH = "(SELECT f.facets FROM catalogue_search_facts(ARRAY[s.product_id], %(day)s) f)"
STALE = "(s.facets_until < %(day)s OR s.facets_from > %(day)s)"
NOW = f"CASE WHEN {STALE} THEN {FRESH} ELSE s.facets END"  # The facets as they hold on the day.

# Kilograms that are free: what may be promised stands in the row, by the slots of two years (0014_search_facts.sql); the few
# months of which something is promised are asked of the ledger itself, so that a promise counts the moment it is made.
YIELDS = f"(CASE WHEN {STALE} THEN (SELECT f.capacity FROM catalogue_search_facts(ARRAY[s.product_id], %(day)s) f) ELSE s.capacity END)"
SHORT = "b.year = w.year AND b.month = w.month AND (b.limit_kg - b.promised_kg - b.delivered_kg)::real < %(kg)s::real"
AHEAD = "unnest(%(slots)s::int[], %(years)s::int[], %(months)s::int[]) AS w(slot, year, month)"
FREE_IN_MONTH = f"""{YIELDS}[%(first)s] >= %(kg)s::real AND s.product_id NOT IN (
       SELECT b.product_id FROM {AHEAD} JOIN catalogue_ledger_month b ON {SHORT})"""
FREE_IN_A_MONTH = f"""%(kg)s::real <= ANY ({YIELDS}[%(first)s:%(until)s] || {YIELDS}[1:%(rest)s]) AND (s.product_id NOT IN (
       SELECT b.product_id FROM {AHEAD} JOIN catalogue_ledger_month b ON {SHORT})
     OR EXISTS (SELECT 1 FROM {AHEAD} WHERE {YIELDS}[w.slot] >= %(kg)s::real
                   AND NOT EXISTS (SELECT 1 FROM catalogue_ledger_month b WHERE b.product_id = s.product_id AND {SHORT})))"""


def ahead(day: date, month: int | None) -> dict[str, Any]:
    """The next such month, or all of the next twelve, with the slots in which a row keeps what may be promised then.

    The slots follow each other in a ring of two years: `first` to `until`, and where they go round, 1 to `rest`.
    """
    now = day.year * 12 + day.month - 1
    asked = range(now, now + 12) if month is None else (now + (month - 1 - now) % 12,)
    slots = [each // 12 % 2 * 12 + each % 12 + 1 for each in asked]
    last = slots[0] + len(slots) - 1
    return {
        "first": slots[0],
        "until": min(last, 24),
        "rest": max(last - 24, 0),
        "slots": slots,
        "years": [each // 12 for each in asked],
        "months": [each % 12 + 1 for each in asked],
    }


@dataclass(frozen=True, slots=True)
class Shape:
    """What a statement depends on besides its values."""

    words: str = ""  # "": everything; "names", "text", "any": how the words are asked.
    chain: bool = False  # Several levels, of which the first that finds anything counts.
    groups: str = ""  # The groups of filters in use.
    price: bool = False
    supplier: bool = False
    kg: bool = False
    month: bool = False  # A month that belongs to the kilograms.
    sort: str = ""
    after: bool = False
    names: bool = False
    count: bool = True


@lru_cache(maxsize=2048)
def statement(shape: Shape) -> str:
    """The statement of a shape. It gives: level, total, facets, cards, the last shown (key, ord), names."""
    scanned = bool(shape.words or shape.price or shape.supplier or shape.kg)
    parts = [LOOSE]
    if shape.chain:
        parts.append(PICK)
    if scanned:
        parts.append(_hit(shape))
    parts.extend(
        [*_drawn(shape, scanned), *_filters(shape), _base(shape), _loose_hits(scanned), _counted(shape), _page(shape, scanned)]
    )
    level = "(SELECT i FROM pick)" if shape.chain else "1"
    names = NAMES if shape.names else "NULL::json"
    order = f"p.k {'DESC' if SORTS[shape.sort][1] else 'ASC'}, p.ord"
    return f"""WITH {", ".join(parts)}
SELECT {level},
  coalesce((SELECT sum(bit_count(b.every)) FROM base b), 0)::bigint + (SELECT count(*) FROM loose_hit h{_where(_passed(shape.groups))}),
  (SELECT json_object_agg(t.facet, t.n) FROM (SELECT c.facet, sum(c.n) AS n FROM counted c GROUP BY c.facet HAVING sum(c.n) > 0) t)::text,
  x.cards, x.more, x.k, x.ord, {names}::text
FROM (SELECT json_agg({CARD} ORDER BY p.n) FILTER (WHERE p.n < %(limit)s)::text AS cards, count(*) >= %(limit)s AS more,
             (array_agg(p.k ORDER BY p.n))[%(limit)s - 1] AS k, (array_agg(p.ord ORDER BY p.n))[%(limit)s - 1] AS ord
        FROM (SELECT p.*, row_number() OVER (ORDER BY {order}) AS n FROM page p) p
        JOIN catalogue_search_card c ON c.ord = p.ord JOIN catalogue_search s ON s.ord = p.ord) x"""


LOOSE = """loose AS MATERIALIZED (
  SELECT l.ord FROM catalogue_search_loose l
  UNION SELECT s.ord FROM catalogue_search s WHERE s.facets_until < %(day)s
  UNION SELECT s.ord FROM catalogue_search s WHERE s.facets_from > %(day)s)"""

PICK = """pick AS MATERIALIZED (
  SELECT i, (%(all)s::text[])[i]::tsquery AS q FROM generate_subscripts(%(all)s::text[], 1) i
   WHERE EXISTS (SELECT 1 FROM catalogue_search s WHERE s.live AND s.tsv @@ (%(all)s::text[])[i]::tsquery) ORDER BY i LIMIT 1)"""

NAMES = """(SELECT json_agg(x.found) FROM (
   SELECT json_build_array(n.kind, n.slug, n.name, n.name_en, n.place, count(*) OVER (PARTITION BY n.kind)) AS found
     FROM catalogue_search_name n WHERE n.tsv @@ %(named_all)s::tsquery
    ORDER BY n.tsv @@ %(begins)s::tsquery DESC NULLS LAST, n.score DESC, n.name LIMIT 8) x)"""


# A long text keeps no marks in the index; where they were typed, the text itself is looked at.
SPELLED = """(SELECT concat_ws(' ', p.name, p.description, p.ingredients, p.origin) FROM catalogue_product p WHERE p.id = s.product_id)
  ILIKE ALL ({likes})"""


def _hit(shape: Shape) -> str:
    conditions = ["s.live"]
    source = "catalogue_search s"
    if shape.words == "text":
        source = "catalogue_search_text t JOIN catalogue_search s ON s.ord = t.ord"
        conditions.extend(["t.tsv @@ %(all)s::tsquery", SPELLED.format(likes="%(likes)s::text[]")])
    elif shape.chain:
        source = "pick CROSS JOIN catalogue_search s"
        conditions.append("s.tsv @@ pick.q")
    elif shape.words:
        conditions.append("s.tsv @@ %(all)s::tsquery")
    if shape.price:
        conditions.append("s.price <= %(price_max)s")
    if shape.supplier:
        conditions.append("s.supplier_id = (SELECT z.id FROM catalogue_supplier z WHERE z.slug = %(supplier)s)")
    if shape.kg:
        conditions.append(FREE_IN_MONTH if shape.month else FREE_IN_A_MONTH)
    fits = " AND ".join(_passed(shape.groups, NOW)) or "true"
    return f"""hit AS MATERIALIZED (
  SELECT s.ord, s.ord IN (SELECT l.ord FROM loose l) AS loose, {fits} AS fits, {_key(shape)} AS k
    FROM {source} WHERE {" AND ".join(conditions)})"""


def _key(shape: Shape) -> str:
    rank = {"": "s.score::integer", "names": RANK, "any": COUNTED, "text": "s.score::integer"}[shape.words]
    return SORTS[shape.sort][0].format(rank=rank)


def _drawn(shape: Shape, scanned: bool) -> list[str]:
    if not shape.count:
        return []
    if scanned:
        return [
            f"drawn AS (SELECT h.ord / {BLOCK} AS block, catalogue_search_mark(h.ord %% {BLOCK}, 1) AS b FROM hit h WHERE NOT h.loose GROUP BY 1)"
        ]
    return [
        f"""hidden AS (SELECT l.ord / {BLOCK} AS block, catalogue_search_mark(l.ord %% {BLOCK}, 1) AS b FROM loose l GROUP BY 1)""",
        """drawn AS (SELECT a.block, CASE WHEN x.b IS NULL THEN a.bits ELSE a.bits & ~x.b END AS b
             FROM catalogue_search_bits a LEFT JOIN hidden x ON x.block = a.block WHERE a.facet = '*')""",
    ]


def _filters(shape: Shape) -> list[str]:
    made = []
    for group in shape.groups:
        chosen = f"%(f_{group})s::text[]"
        together, having = ("bit_and", f" HAVING count(*) = cardinality({chosen})") if group in ALL_OF_THEM else ("bit_or", "")
        made.append(
            f"only_{group} AS (SELECT f.block, {together}(f.bits) AS b FROM catalogue_search_bits f "
            f"WHERE f.facet = ANY({chosen}) GROUP BY f.block{having})"
        )
    return made


def _base(shape: Shape) -> str:
    def kept(groups: str) -> str:
        return " & ".join(["d.b", *(f"coalesce(only_{group}.b, d.b # d.b)" for group in groups)])

    columns = [f"{kept(shape.groups)} AS every"]
    columns.extend(
        f"{kept(shape.groups.replace(group, ''))} AS without_{group}" for group in shape.groups if group not in ALL_OF_THEM
    )
    joins = " ".join(f"LEFT JOIN only_{group} ON only_{group}.block = d.block" for group in shape.groups)
    return f"base AS MATERIALIZED (SELECT d.block, {', '.join(columns)} FROM drawn d {joins})"


def _loose_hits(scanned: bool) -> str:
    source = (
        "hit l JOIN catalogue_search s ON s.ord = l.ord WHERE l.loose"
        if scanned
        else "loose l JOIN catalogue_search s ON s.ord = l.ord WHERE s.live"
    )
    return f"loose_hit AS MATERIALIZED (SELECT s.ord, {NOW} AS facets FROM {source})"


def _counted(shape: Shape) -> str:
    narrowed = [group for group in shape.groups if group not in ALL_OF_THEM]
    cases = " ".join(f"WHEN '{group}' THEN b.without_{group}" for group in narrowed)
    which = f"CASE f.kind {cases} ELSE b.every END" if narrowed else "b.every"
    passed = [
        f"h.facets @> %(f_{group})s::text[]"
        if group in ALL_OF_THEM
        else f"(h.facets && %(f_{group})s::text[] OR left(f.facet, 1) = '{group}')"
        for group in shape.groups
    ]
    return f"""counted AS (
  SELECT f.facet, sum(bit_count(f.bits & {which})) AS n FROM base b JOIN catalogue_search_bits f ON f.block = b.block
   WHERE f.kind = ANY(%(kinds)s::"char"[]) GROUP BY f.facet
  UNION ALL
  SELECT f.facet, count(*) FROM loose_hit h CROSS JOIN LATERAL unnest(h.facets) AS f(facet)
   WHERE {" AND ".join(["left(f.facet, 1) = ANY(%(kinds)s::text[])", *passed])} GROUP BY f.facet)"""


def _passed(groups: str, facets: str = "h.facets") -> list[str]:
    return [f"{facets} {'@>' if group in ALL_OF_THEM else '&&'} %(f_{group})s::text[]" for group in groups]


def _where(conditions: list[str]) -> str:
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def _page(shape: Shape, scanned: bool) -> str:
    expression, down, kind = SORTS[shape.sort]
    order = f"k {'DESC' if down else 'ASC'}, ord"

    def after(key: str, ord_: str) -> list[str]:
        if not shape.after:
            return []
        last = f"%(after_key)s::{kind}"
        return [f"{key} {'<=' if down else '>='} {last}", f"({key} <> {last} OR {ord_} > %(after_ord)s)"]

    if scanned:
        return f"""page AS MATERIALIZED (SELECT h.k, h.ord FROM hit h{_where([*(["h.fits"] if shape.groups else []), *after("h.k", "h.ord")])}
   ORDER BY {order} LIMIT %(limit)s)"""
    key = expression.format(rank="s.score::integer")
    # The order of the index itself, so that the walk may stop early.
    walk = "s.score DESC, s.ord" if shape.sort == "" else f"{key} {'DESC' if down else 'ASC'}, s.ord"
    return f"""page AS MATERIALIZED (SELECT * FROM (
   (SELECT {key} AS k, s.ord FROM catalogue_search s
     {_where(["s.live", f"NOT {STALE}", *_passed(shape.groups, "s.facets"), *after(key, "s.ord")])}
     ORDER BY {walk} LIMIT %(limit)s)
   UNION ALL
   (SELECT {key}, s.ord FROM catalogue_search s
     {_where(["s.live", STALE, *_passed(shape.groups, FRESH), *after(key, "s.ord")])})) x ORDER BY {order} LIMIT %(limit)s)"""


CARD = f"CASE WHEN {STALE} THEN (SELECT f.card FROM catalogue_search_facts(ARRAY[s.product_id], %(day)s) f) ELSE c.card END"


# Which level finds anything, and what the words that nobody knows may have been meant to be.
PROBE = """
SELECT (SELECT i FROM generate_subscripts(%(all)s::text[], 1) i
         WHERE CASE WHEN (%(text)s::boolean[])[i]
                    THEN EXISTS (SELECT 1 FROM catalogue_search_text t JOIN catalogue_search s ON s.ord = t.ord
                                  WHERE s.live AND t.tsv @@ (%(all)s::text[])[i]::tsquery
                                    AND (SELECT concat_ws(' ', p.name, p.description, p.ingredients, p.origin) FROM catalogue_product p
                                          WHERE p.id = s.product_id) ILIKE ALL (string_to_array((%(likes)s::text[])[i], E'\n')))
                    ELSE EXISTS (SELECT 1 FROM catalogue_search s WHERE s.live AND s.tsv @@ (%(all)s::text[])[i]::tsquery) END
         ORDER BY i LIMIT 1)
"""

GUESSES = """
SELECT w.typed, v.word, v.shown, v.times FROM unnest(%(words)s::text[]) AS w(typed) CROSS JOIN LATERAL (
  SELECT x.word, x.shown, sum(x.times)::integer AS times, min(levenshtein_less_equal(x.word, w.typed, 3)) AS far
    FROM catalogue_vocabulary x
   WHERE char_length(x.word) BETWEEN char_length(w.typed) - 2 AND char_length(w.typed) + 2 AND char_length(w.typed) < 40
     AND levenshtein_less_equal(x.word, w.typed, 2) <= 2
   GROUP BY x.word, x.shown ORDER BY far, times DESC LIMIT 40) v
UNION ALL
SELECT w.typed, x.word, x.shown, -1 FROM unnest(%(joined)s::text[]) AS w(typed) JOIN catalogue_vocabulary x
    ON char_length(x.word) BETWEEN 2 AND 20 AND strpos(w.typed, x.word) > 0
"""

# What begins like this: suppliers and commodities by name, products by their standing.
SUGGEST = """
SELECT (SELECT json_agg(x.found) FROM (SELECT json_build_array(n.kind, n.slug, n.name, n.name_en) AS found FROM catalogue_search_name n
          WHERE n.tsv @@ %(q)s::tsquery ORDER BY n.tsv @@ %(begins)s::tsquery DESC NULLS LAST, n.score DESC, length(n.name), n.name LIMIT 6) x),
       (SELECT json_agg(c.card) FROM (SELECT s.ord FROM catalogue_search s WHERE s.live AND s.tsv @@ %(q)s::tsquery
          ORDER BY s.score DESC, s.ord LIMIT 24) p JOIN catalogue_search_card c ON c.ord = p.ord)
"""

__all__ = ["BLOCK", "GROUPS", "GUESSES", "PROBE", "SORTS", "SUGGEST", "Shape", "ahead", "statement"]

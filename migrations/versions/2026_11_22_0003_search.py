"""The search: what products are found by, kept exact by triggers in the very transaction that changes them.

`catalogue_search` is narrow: one row for each product that can be found, with its words, facets, price and months.
`catalogue_search_card` is what a result shows; `catalogue_search_text` has the long texts, asked only when names say nothing;
`catalogue_search_name` holds suppliers and commodities; `catalogue_vocabulary` every word that a typing error may have meant.

Facets are counted by bitmaps (`catalogue_search_bits`: one bit for each product, 30,000 to a block), so that the counts of
a whole market cost as much as those of a few finds. Bitmaps are written only by `catalogue_search_seal()`. A product that
changed since stands in `catalogue_search_loose` and is counted from its row, so a count is exact at every moment, and
saving a product never waits for somebody else's.

A lexeme is a word without marks ("mien") and once more with its marks as the digits of VNI ("mie6n1z"); zzs and zze stand
at both ends of a name, a word of the supplier ends in q, and P and W with a code are the province and the commune.
English names are kept without the z, or their plain words would pass for Vietnamese ones that somebody wrote without marks.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0003_search"
down_revision = "0002_catalogue"
branch_labels = None
depends_on = None

BLOCK = 30_000
OTHERS = r"\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u1fff\u3040-\ud7ff"  # Letters of other scripts.
Y = r"'([bcdghklmnpqrstvx]|qu)y(?![aeiouy])', '\1i', 'g'"

# The twins of fold(), words() and sort_key() of service/core/text.py.
FOLDING = rf"""
CREATE FUNCTION core_fold(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  s text := translate(normalize(lower(value), NFD), U&'đ\0302\0306\031b\0301\0300\0309\0303\0323', 'd');
BEGIN
  -- Nearly every text is plain ASCII by now, and the plain rule costs a fifth of the one for all scripts.
  IF octet_length(s) = char_length(s) THEN
    s := btrim(regexp_replace(s, '[^0-9a-z]+', ' ', 'g'));
  ELSE
    s := btrim(regexp_replace(normalize(regexp_replace(s, '[\u0300-\u036f]', '', 'g'), NFC), '[^0-9a-z{OTHERS}]+', ' ', 'g'));
  END IF;
  RETURN CASE WHEN strpos(s, 'y') > 0 THEN regexp_replace(s, {Y}) ELSE s END;
END $$;

-- The words with their marks as the digits of VNI, the tone last: "Hoà Miến" is "hoa2 mie6n1".
CREATE FUNCTION core_words(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  s text := translate(replace(normalize(lower(value), NFD), 'đ', 'dD'), U&'\0302\031b\0306\0301\0300\0309\0303\0323', 'CHBSFRXJ');
BEGIN
  IF octet_length(s) = char_length(s) THEN
    s := regexp_replace(s, '[^0-9a-zA-Z]+', ' ', 'g');
  ELSE
    s := regexp_replace(regexp_replace(s, '[\u0300-\u036f]', '', 'g'), '[^0-9a-zA-Z{OTHERS}]+', ' ', 'g');
  END IF;
  s := translate(btrim(regexp_replace(s, '([SFRXJ])([^SFRXJ ]+)', '\2\1', 'g')), 'CHBDSFRXJ', '678912345');
  RETURN CASE WHEN strpos(s, 'y') > 0 THEN regexp_replace(s, '([bcdghklmnpqrstvx]9?|qu)y(?![aeiouy])', '\1i', 'g') ELSE s END;
END $$;

CREATE FUNCTION core_sort_key(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  s text := replace(replace(replace(replace(replace(normalize(lower(value), NFD),
    'đ', 'd~'), U&'\0306', '~'), U&'\0302', '~~'), U&'\031b', '~~~'), ' ', '!');
BEGIN
  RETURN translate(s, U&'\0300\0301\0303\0309\0323', '') || ' '
    || translate(regexp_replace(s, U&'[^!\0300\0301\0303\0309\0323]', '.', 'g'), U&'\0300\0309\0303\0301\0323', '12345');
END $$;
"""

INVERTED = """CREATE INDEX ix_catalogue_search_tsv ON catalogue_search USING gin (tsv) WITH (fastupdate = off);
  CREATE INDEX ix_catalogue_search_facets ON catalogue_search USING gin (facets);
  CREATE INDEX ix_catalogue_search_text_tsv ON catalogue_search_text USING gin (tsv) WITH (fastupdate = off);"""

TABLES = f"""
CREATE TABLE catalogue_search (
  product_id uuid PRIMARY KEY,
  ord integer NOT NULL UNIQUE,
  supplier_id uuid NOT NULL,
  live boolean NOT NULL,
  score smallint NOT NULL,
  length smallint NOT NULL,
  price integer,
  facets_from date NOT NULL,
  facets_until date NOT NULL,
  facets text[] NOT NULL,
  capacity real[],
  tsv tsvector NOT NULL
) WITH (fillfactor = 85);
CREATE SEQUENCE catalogue_search_ord AS integer OWNED BY catalogue_search.ord;
CREATE INDEX ix_catalogue_search_score ON catalogue_search (score DESC, ord) WHERE live;
CREATE INDEX ix_catalogue_search_price ON catalogue_search (price, ord) WHERE live;
CREATE INDEX ix_catalogue_search_supplier ON catalogue_search (supplier_id);
CREATE INDEX ix_catalogue_search_until ON catalogue_search (facets_until);
CREATE INDEX ix_catalogue_search_from ON catalogue_search (facets_from);
ALTER TABLE catalogue_search ALTER facets SET STATISTICS 1000;

CREATE TABLE catalogue_search_card (ord integer PRIMARY KEY, name_key text COLLATE "C" NOT NULL, card json NOT NULL);
CREATE INDEX ix_catalogue_search_card_name_key ON catalogue_search_card (name_key, ord);
ALTER TABLE catalogue_search_card ALTER card SET STORAGE main;

CREATE TABLE catalogue_search_text (ord integer PRIMARY KEY, tsv tsvector NOT NULL);

CREATE TABLE catalogue_search_name (
  id uuid PRIMARY KEY, kind "char" NOT NULL, slug text NOT NULL, name text NOT NULL, name_en text,
  place text[] NOT NULL, score integer NOT NULL, tsv tsvector NOT NULL
);
CREATE INDEX ix_catalogue_search_name_tsv ON catalogue_search_name USING gin (tsv) WITH (fastupdate = off);

CREATE TABLE catalogue_search_bits (
  block integer NOT NULL, kind "char" NOT NULL, facet text NOT NULL, bits bit({BLOCK}) NOT NULL, PRIMARY KEY (block, facet)
);
ALTER TABLE catalogue_search_bits ALTER bits SET STORAGE plain;

CREATE TABLE catalogue_search_loose (product_id uuid PRIMARY KEY, ord integer NOT NULL, at timestamptz NOT NULL DEFAULT now());

CREATE TABLE catalogue_vocabulary (word text NOT NULL, shown text NOT NULL, times integer NOT NULL);
CREATE INDEX ix_catalogue_vocabulary_word ON catalogue_vocabulary (word text_pattern_ops);
CREATE INDEX ix_catalogue_vocabulary_size ON catalogue_vocabulary (char_length(word), word);

-- Bits of positions, set one by one by PostgreSQL's own function.
CREATE AGGREGATE catalogue_search_mark(integer, integer) (SFUNC = set_bit, STYPE = bit, INITCOND = '{"0" * BLOCK}', PARALLEL = SAFE);
"""

WORDS = r"""
-- The lexemes of a short text: its words without marks, and after them once more with their marks. `ends` puts zzs and zze
-- at its ends, so that "begins with" can be asked; `tail` tells the words of a supplier from those of its goods.
CREATE FUNCTION catalogue_search_vector(value text, weight "char", ends boolean DEFAULT false, tail text DEFAULT '')
RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  s text;
  plain text;
  found tsvector;
BEGIN
  IF value IS NULL OR value = '' THEN
    RETURN '';
  END IF;
  plain := core_fold(left(value, 1000));
  s := replace(core_words(left(value, 1000)), ' ', 'z' || tail || ' ') || 'z' || tail;
  IF tail <> '' THEN
    plain := replace(plain, ' ', tail || ' ') || tail;
  END IF;
  found := to_tsvector('simple', CASE WHEN ends THEN 'zzs ' || plain || ' zze zzs ' || s || ' zze' ELSE plain || ' ' || s END);
  -- A name written with hyphens or dots is found written together as well: vi-cumax, C.P.
  IF value ~ '[-.]' AND value ~ '[[:alnum:]][-.][[:alnum:]]' THEN
    found := found || coalesce((
      SELECT to_tsvector('simple', string_agg(m[1], ' '))
        FROM regexp_matches(core_fold(regexp_replace(left(value, 1000), '([[:alnum:]])[-.](?=[[:alnum:]])', '\1', 'g')), '([0-9a-z]{2,40})', 'g') m
       WHERE strpos(' ' || plain || ' ', ' ' || m[1] || ' ') = 0), '');
  END IF;
  RETURN setweight(found, weight);
END $$;

-- New words of these texts, for the correction of typing errors. Rows may repeat; nothing waits for anybody.
CREATE FUNCTION catalogue_vocabulary_learn(texts text[]) RETURNS void LANGUAGE sql AS $$
  WITH raw AS (SELECT string_to_table(translate(lower(normalize(t, NFC)), '.,;:!?()[]{}<>/\|+-*&"''_=%#@~^$`', repeat(' ', 40)), ' ') AS shown
                 FROM unnest(texts) t WHERE t IS NOT NULL),
       counted AS (SELECT shown, count(*) AS times FROM raw WHERE char_length(shown) BETWEEN 1 AND 40 GROUP BY shown),
       folded AS (SELECT core_fold(shown) AS word, shown, times FROM counted)
  INSERT INTO catalogue_vocabulary (word, shown, times)
  SELECT f.word, f.shown, f.times FROM folded f
   WHERE f.word <> '' AND NOT EXISTS (SELECT 1 FROM catalogue_vocabulary v WHERE v.word = f.word AND v.shown = f.shown)
$$;
"""

MONTHS = ", ".join(f"coalesce(max(v.capacity_kg) FILTER (WHERE v.month = {n}), 0)::real" for n in range(1, 13))
FACTS = r"""
CREATE INDEX ix_catalogue_certificate_whole_supplier_sql ON catalogue_certificate (supplier_id) WHERE product_id IS NULL;

-- What is said of products on a day: facets with the days for which they hold, price, months, and the card of a result.
CREATE FUNCTION catalogue_search_facts(ids uuid[], day date)
RETURNS TABLE (product_id uuid, supplier_id uuid, live boolean, score smallint, price integer, facets_from date, facets_until date,
               facets text[], capacity real[], name_key text, card json)
LANGUAGE sql STABLE SET plan_cache_mode = force_custom_plan AS $$
  SELECT p.id, s.id, p.state = 'published' AND s.state = 'published',
         (coalesce(h.stars, 0) * 10 + CASE WHEN k.retail_price_vnd IS NULL THEN 0 ELSE 10 END
          + CASE WHEN u.capacity IS NULL THEN 0 ELSE 8 END + CASE WHEN p.illustrative THEN 0 ELSE 5 END
          + CASE WHEN coalesce(p.description, '') = '' THEN 0 ELSE 3 END)::smallint,
         k.retail_price_vnd, coalesce(h.since, '-infinity'), coalesce(h.until, 'infinity'),
         array_remove(ARRAY['c' || coalesce(p.category_code, c.category_code), 'g' || c.slug, 'p' || s.province_code,
                            'w' || coalesce(s.commune_code, 'x' || s.province_code), 's' || h.stars], NULL)
           || coalesce(h.kinds, '{}') || ARRAY(SELECT DISTINCT 'm' || lpad(m::text, 2, '0') FROM unnest(p.season_months) m),
         u.capacity, core_sort_key(p.name),
         json_build_object('slug', p.slug, 'name', p.name, 'name_en', p.name_en,
           'supplier', json_build_object('slug', s.slug, 'name', s.name, 'name_en', s.name_en, 'province', s.province_code, 'commune', s.commune_code),
           'category', coalesce(p.category_code, c.category_code), 'commodity', c.slug, 'stars', h.stars,
           'certificates', coalesce((SELECT array_agg(substr(x, 2)) FROM unnest(h.kinds) x), '{}'),
           'pack', k.name, 'net_weight_g', k.net_weight_g, 'price_vnd', k.retail_price_vnd, 'packs', coalesce(k.packs, 0),
           'season_months', p.season_months, 'illustrative', p.illustrative)
    FROM catalogue_product p
    JOIN catalogue_supplier s ON s.id = p.supplier_id
    LEFT JOIN catalogue_commodity c ON c.id = p.commodity_id
    LEFT JOIN (
      SELECT DISTINCT ON (k.product_id) k.product_id, k.name, k.net_weight_g, k.retail_price_vnd,
             count(*) OVER (PARTITION BY k.product_id) AS packs
        FROM catalogue_pack k WHERE k.product_id = ANY(ids)
       ORDER BY k.product_id, k.retail_price_vnd NULLS LAST, k.position, k.name) k ON k.product_id = p.id
    LEFT JOIN (
      SELECT v.product_id, ARRAY[@MONTHS@] AS capacity
        -- Of every month the newest year that declares it: January of next year does not take away this December.
        FROM (SELECT DISTINCT ON (y.product_id, y.month) y.product_id, y.month, y.capacity_kg
                FROM catalogue_supply y WHERE y.product_id = ANY(ids) ORDER BY y.product_id, y.month, y.year DESC) v
       GROUP BY v.product_id) u ON u.product_id = p.id
    LEFT JOIN (
      SELECT x.id, max(x.stars) FILTER (WHERE x.holds AND x.own AND x.kind = 'OCOP') AS stars,
             array_agg(DISTINCT 'k' || x.kind) FILTER (WHERE x.holds) AS kinds,
             least(min(x.ends) FILTER (WHERE x.ends >= day), min(x.begins - 1) FILTER (WHERE x.begins > day)) AS until,
             greatest(max(x.ends + 1) FILTER (WHERE x.ends < day), max(x.begins) FILTER (WHERE x.begins <= day)) AS since
        FROM (SELECT y.*, coalesce(y.begins <= day, true) AND coalesce(y.ends >= day, true) AS holds
                FROM (SELECT t.product_id AS id, t.kind, t.stars, t.issued_on AS begins, true AS own,
                             coalesce(t.valid_to, CASE WHEN t.kind = 'OCOP' THEN (t.issued_on + interval '36 months')::date END) AS ends
                        FROM catalogue_certificate t WHERE t.product_id = ANY(ids)
                      UNION ALL
                      SELECT o.id, t.kind, t.stars, t.issued_on, false,
                             coalesce(t.valid_to, CASE WHEN t.kind = 'OCOP' THEN (t.issued_on + interval '36 months')::date END)
                        FROM catalogue_product o JOIN catalogue_certificate t ON t.supplier_id = o.supplier_id AND t.product_id IS NULL
                       WHERE o.id = ANY(ids)) y) x GROUP BY x.id) h ON h.id = p.id
   WHERE p.id = ANY(ids)
$$;

-- The words of products: name (A), English name, code and commodity (B), supplier and further names of the commodity (C), place (D).
CREATE FUNCTION catalogue_search_words(ids uuid[])
RETURNS TABLE (product_id uuid, length smallint, tsv tsvector, texts tsvector)
LANGUAGE sql STABLE SET plan_cache_mode = force_custom_plan AS $$
  WITH product AS MATERIALIZED (SELECT * FROM catalogue_product p WHERE p.id = ANY(ids)),
  supplier AS MATERIALIZED (
    -- The address of a household is that of a person: nobody may find it, or find out whether a guess is right.
    SELECT s.id, concat_ws(' ', s.name, s.name_en, CASE WHEN s.legal_form <> 'household' THEN s.address END) AS said,
           catalogue_search_vector(concat_ws(' ', s.name, s.name_en, s.code), 'C', false, 'q') AS tsv,
           concat_ws(' ', 'P' || s.province_code || ':1D', 'W' || coalesce(s.commune_code, 'x' || s.province_code) || ':1D')::tsvector AS place
      FROM catalogue_supplier s WHERE s.id IN (SELECT p.supplier_id FROM product p)),
  commodity AS MATERIALIZED (
    SELECT c.id, concat_ws(' ', c.name, c.name_en, array_to_string(c.synonyms, ' ')) AS said, c.category_code,
           catalogue_search_vector(c.name, 'B') || setweight(to_tsvector('simple', core_fold(c.name_en)), 'B')
             || catalogue_search_vector(array_to_string(c.synonyms, ' '), 'C', false, 'q') AS tsv
      FROM catalogue_commodity c WHERE c.id IN (SELECT p.commodity_id FROM product p)),
  long AS MATERIALIZED (
    SELECT p.id, concat_ws(' ', p.name, p.name_en, p.code, s.said, c.said, g.name, g.name_en, g.group_name, p.origin,
                           left(p.ingredients, 2000), left(p.description, 8000)) AS said
      FROM product p JOIN supplier s ON s.id = p.supplier_id LEFT JOIN commodity c ON c.id = p.commodity_id
      LEFT JOIN catalogue_category g ON g.code = coalesce(p.category_code, c.category_code))
  SELECT p.id, least(cardinality(string_to_array(core_fold(p.name), ' ')), 99)::smallint,
         catalogue_search_vector(p.name, 'A', true) || setweight(to_tsvector('simple', core_fold(coalesce(p.name_en, ''))), 'B')
           || setweight(to_tsvector('simple', translate(lower(p.code), '-._/', '    ')), 'B')
           || coalesce(c.tsv, '') || s.tsv || s.place,
         strip(to_tsvector('simple', translate(normalize(lower(l.said), NFD), U&'đy\0302\0306\031b\0301\0300\0309\0303\0323', 'di'))) || s.place
    FROM product p
    JOIN supplier s ON s.id = p.supplier_id
    JOIN long l ON l.id = p.id
    LEFT JOIN commodity c ON c.id = p.commodity_id
$$;
"""

KEEPING = r"""
CREATE FUNCTION catalogue_search_day() RETURNS date LANGUAGE sql STABLE AS $$ SELECT (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date $$;

-- Bring these products up to date. `whole` is false where only prices, months or papers changed: their words stay as they are.
CREATE FUNCTION catalogue_search_refresh(ids uuid[], whole boolean) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  today date := catalogue_search_day();
  fresh uuid[];
  known uuid[];
BEGIN
  IF coalesce(cardinality(ids), 0) = 0 OR current_setting('app.search_later', true) = 'on' THEN
    RETURN;
  END IF;
  -- The planner knows nothing of rows that this transaction has just brought in by the thousand.
  IF cardinality(ids) > 300 THEN
    PERFORM set_config('enable_nestloop', 'off', true);
  END IF;
  -- Whoever changes or withdraws the supplier at this moment is waited for, so that what is read below is what she leaves
  -- behind; and always in the order of the ids, so that two transactions wait for each other at most once.
  PERFORM 1 FROM catalogue_supplier s
    WHERE s.id IN (SELECT p.supplier_id FROM catalogue_product p WHERE p.id = ANY(ids)) ORDER BY s.id FOR SHARE;
  known := ARRAY(SELECT s.product_id FROM catalogue_search s WHERE s.product_id = ANY(ids) ORDER BY s.product_id FOR UPDATE);
  fresh := ARRAY(SELECT p.id FROM catalogue_product p JOIN catalogue_supplier s ON s.id = p.supplier_id
                  WHERE p.id = ANY(ids) AND p.id <> ALL(known) AND p.state = 'published' AND s.state = 'published' ORDER BY p.id);
  IF cardinality(known) > 0 THEN
    WITH f AS MATERIALIZED (SELECT * FROM catalogue_search_facts(known, today)),
    kept AS (
      UPDATE catalogue_search s
         SET supplier_id = f.supplier_id, live = f.live, score = f.score, price = f.price, facets_from = f.facets_from,
             facets_until = f.facets_until, facets = f.facets, capacity = f.capacity
        FROM f WHERE s.product_id = f.product_id
      RETURNING s.ord, f.name_key, f.card)
    INSERT INTO catalogue_search_card (ord, name_key, card) SELECT * FROM kept
    ON CONFLICT (ord) DO UPDATE SET name_key = excluded.name_key, card = excluded.card;
    IF whole THEN
      WITH w AS MATERIALIZED (SELECT * FROM catalogue_search_words(known)),
      kept AS (
        UPDATE catalogue_search s SET length = w.length, tsv = w.tsv FROM w WHERE s.product_id = w.product_id
        RETURNING s.ord, w.texts)
      INSERT INTO catalogue_search_text (ord, tsv) SELECT * FROM kept ON CONFLICT (ord) DO UPDATE SET tsv = excluded.tsv;
    END IF;
    UPDATE catalogue_search s SET live = false
     WHERE s.product_id = ANY(known) AND s.live AND NOT EXISTS (SELECT 1 FROM catalogue_product p WHERE p.id = s.product_id);
    INSERT INTO catalogue_search_loose (product_id, ord)
    SELECT s.product_id, s.ord FROM catalogue_search s WHERE s.product_id = ANY(known) ORDER BY s.product_id
    ON CONFLICT (product_id) DO UPDATE SET at = now();
  END IF;
  IF cardinality(fresh) > 0 THEN
    PERFORM catalogue_search_enter(fresh, today);
    INSERT INTO catalogue_search_loose (product_id, ord)
    SELECT s.product_id, s.ord FROM catalogue_search s WHERE s.product_id = ANY(fresh) ORDER BY s.product_id
    ON CONFLICT (product_id) DO UPDATE SET at = now();
  END IF;
  IF whole THEN
    PERFORM catalogue_vocabulary_learn(ARRAY(
      SELECT concat_ws(' ', p.name, p.name_en) FROM catalogue_product p WHERE p.id = ANY(known || fresh)));
  END IF;
  IF cardinality(ids) > 300 THEN
    PERFORM set_config('enable_nestloop', 'on', true);
  END IF;
END $$;

-- Products that were not found so far.
CREATE FUNCTION catalogue_search_enter(ids uuid[], today date) RETURNS void LANGUAGE sql SET plan_cache_mode = force_custom_plan AS $$
  WITH f AS MATERIALIZED (SELECT * FROM catalogue_search_facts(ids, today) f WHERE f.live),
  w AS MATERIALIZED (SELECT * FROM catalogue_search_words(ids)),
  rows AS MATERIALIZED (
    SELECT f.*, w.length, w.tsv, w.texts, nextval('catalogue_search_ord')::integer AS ord
      FROM f JOIN w ON w.product_id = f.product_id ORDER BY f.product_id),
  kept AS (
    INSERT INTO catalogue_search (product_id, ord, supplier_id, live, score, length, price, facets_from, facets_until, facets, capacity, tsv)
    SELECT product_id, ord, supplier_id, true, score, length, price, facets_from, facets_until, facets, capacity, tsv FROM rows
    ON CONFLICT (product_id) DO NOTHING RETURNING ord),
  shown AS (INSERT INTO catalogue_search_card SELECT ord, name_key, card FROM rows WHERE ord IN (SELECT ord FROM kept))
  INSERT INTO catalogue_search_text SELECT ord, texts FROM rows WHERE ord IN (SELECT ord FROM kept)
$$;

-- Suppliers and commodities, found by their own names.
CREATE FUNCTION catalogue_search_refresh_names(ids uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM catalogue_search_name n WHERE n.id = ANY(ids)
     AND NOT EXISTS (SELECT 1 FROM catalogue_supplier s WHERE s.id = n.id AND s.state = 'published')
     AND NOT EXISTS (SELECT 1 FROM catalogue_commodity c WHERE c.id = n.id);
  INSERT INTO catalogue_search_name (id, kind, slug, name, name_en, place, score, tsv)
  SELECT s.id, 's', s.slug, s.name, s.name_en, ARRAY[coalesce(s.province_code, ''), coalesce(s.commune_code, '')], 1,
         catalogue_search_vector(s.name, 'A', true) || catalogue_search_vector(concat_ws(' ', s.name_en, s.code), 'B')
           || concat_ws(' ', 'P' || s.province_code || ':1D', 'W' || coalesce(s.commune_code, 'x' || s.province_code) || ':1D')::tsvector
    FROM catalogue_supplier s WHERE s.id = ANY(ids) AND s.state = 'published'
  UNION ALL
  SELECT c.id, 'g', c.slug, c.name, c.name_en, '{}', 2,
         catalogue_search_vector(c.name, 'A', true) || catalogue_search_vector(c.name_en, 'B')
           || catalogue_search_vector(array_to_string(c.synonyms, ' '), 'B')
    FROM catalogue_commodity c WHERE c.id = ANY(ids)
   ORDER BY 1
  ON CONFLICT (id) DO UPDATE SET slug = excluded.slug, name = excluded.name, name_en = excluded.name_en, place = excluded.place,
                                 tsv = excluded.tsv;
  PERFORM catalogue_vocabulary_learn(ARRAY(
    SELECT concat_ws(' ', s.name, s.name_en) FROM catalogue_supplier s WHERE s.id = ANY(ids)
    UNION ALL SELECT concat_ws(' ', c.name, c.name_en, array_to_string(c.synonyms, ' ')) FROM catalogue_commodity c WHERE c.id = ANY(ids)));
END $$;

-- Take what changed into the bitmaps; gives the number of products, or -1 while another does it.
CREATE FUNCTION catalogue_search_seal() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  blocks integer[];
  dead integer[];
  taken uuid[];
  today date := catalogue_search_day();
BEGIN
  IF NOT pg_try_advisory_xact_lock(7220715) THEN
    RETURN -1;
  END IF;
  PERFORM catalogue_search_refresh(ARRAY(
    SELECT s.product_id FROM catalogue_search s WHERE s.facets_until < today OR s.facets_from > today), false);
  -- First the rows of the search, then what is loose, as the refresh does: else the two could wait for each other for ever.
  taken := ARRAY(SELECT s.product_id FROM catalogue_search s
                  WHERE s.product_id IN (SELECT l.product_id FROM catalogue_search_loose l)
                  ORDER BY s.product_id FOR UPDATE SKIP LOCKED);
  taken := ARRAY(SELECT l.product_id FROM catalogue_search_loose l WHERE l.product_id = ANY(taken)
                  ORDER BY l.product_id FOR UPDATE SKIP LOCKED);
  blocks := ARRAY(SELECT DISTINCT l.ord / @BLOCK@ FROM catalogue_search_loose l WHERE l.product_id = ANY(taken));
  dead := ARRAY(SELECT s.ord FROM catalogue_search s WHERE s.product_id = ANY(taken) AND NOT s.live);
  DELETE FROM catalogue_search_loose l WHERE l.product_id = ANY(taken);
  DELETE FROM catalogue_search s WHERE s.ord = ANY(dead);
  DELETE FROM catalogue_search_card c WHERE c.ord = ANY(dead);
  DELETE FROM catalogue_search_text t WHERE t.ord = ANY(dead);
  PERFORM catalogue_search_draw(blocks);
  RETURN cardinality(taken);
END $$;

CREATE FUNCTION catalogue_search_draw(blocks integer[]) RETURNS void LANGUAGE sql AS $$
  DELETE FROM catalogue_search_bits b WHERE b.block = ANY(blocks);
  INSERT INTO catalogue_search_bits (block, kind, facet, bits)
  SELECT n.block, left(f.facet, 1)::"char", f.facet, catalogue_search_mark(s.ord % @BLOCK@, 1)
    FROM unnest(blocks) AS n(block)
    JOIN catalogue_search s ON s.ord >= n.block * @BLOCK@ AND s.ord < (n.block + 1) * @BLOCK@
    CROSS JOIN LATERAL unnest(s.facets || '*'::text) AS f(facet)
   WHERE s.live AND NOT EXISTS (SELECT 1 FROM catalogue_search_loose l WHERE l.ord = s.ord)
   GROUP BY n.block, f.facet
$$;

-- Everything anew, by the owner of the tables, for a market that was filled with `app.search_later` switched on.
CREATE FUNCTION catalogue_search_rebuild() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  part uuid[];
  done integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(7220715), set_config('enable_nestloop', 'off', true);
  DELETE FROM catalogue_search; DELETE FROM catalogue_search_card; DELETE FROM catalogue_search_text;
  DELETE FROM catalogue_search_bits; DELETE FROM catalogue_search_loose; DELETE FROM catalogue_vocabulary; DELETE FROM catalogue_search_name;
  PERFORM setval('catalogue_search_ord', 1, false);
  -- An inverted index is built of a whole table ten times as fast as row by row.
  DROP INDEX ix_catalogue_search_tsv, ix_catalogue_search_facets, ix_catalogue_search_text_tsv;
  PERFORM catalogue_search_refresh_names(ARRAY(SELECT id FROM catalogue_supplier UNION ALL SELECT id FROM catalogue_commodity));
  FOR part IN SELECT array_agg(x.id) FROM (
      SELECT p.id, row_number() OVER (ORDER BY p.id) / 20000 AS n FROM catalogue_product p JOIN catalogue_supplier s ON s.id = p.supplier_id
       WHERE p.state = 'published' AND s.state = 'published') x GROUP BY x.n ORDER BY x.n LOOP
    PERFORM catalogue_search_enter(part, catalogue_search_day());
    PERFORM catalogue_vocabulary_learn(ARRAY(SELECT concat_ws(' ', p.name, p.name_en) FROM catalogue_product p WHERE p.id = ANY(part)));
    done := done + cardinality(part);
  END LOOP;
  @INDEXES@
  PERFORM catalogue_search_draw(ARRAY(SELECT DISTINCT s.ord / @BLOCK@ FROM catalogue_search s));
  PERFORM set_config('enable_nestloop', 'on', true);
  RETURN done;
END $$;
"""

TRIGGERS = Path(__file__).parents[1] / "sql" / "0003_search_triggers.sql"
FOLLOWED = {
    "catalogue_product": "product",
    "catalogue_pack": "part",
    "catalogue_supply": "part",
    "catalogue_certificate": "certificate",
    "catalogue_supplier": "supplier",
    "catalogue_commodity": "commodity",
}
SEEN = {
    "INSERT": "NEW TABLE AS new_rows",
    "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "DELETE": "OLD TABLE AS old_rows",
}


def upgrade() -> None:
    """Make the tables, fill them from what is there, and let the triggers follow."""
    keeping = KEEPING.replace("@BLOCK@", str(BLOCK)).replace("@INDEXES@", INVERTED)
    for part in (FOLDING, TABLES, INVERTED, WORDS, FACTS.replace("@MONTHS@", MONTHS), keeping, TRIGGERS.read_text()):
        op.get_bind().exec_driver_sql(part.replace("%", "%%"))
    # A product's name as words between spaces, for requests that ask for goods by name ("% mien dong %").
    op.execute(
        "ALTER TABLE catalogue_product ADD COLUMN name_folded text NOT NULL"
        " GENERATED ALWAYS AS (' ' || core_fold(name) || ' ') STORED"
    )
    for table, function in FOLLOWED.items():
        for event, seen in SEEN.items():
            op.execute(
                f"CREATE TRIGGER search_{event.lower()} AFTER {event} ON {table} REFERENCING {seen} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION catalogue_search_follow_{function}()"
            )
    op.execute("SELECT catalogue_search_rebuild()")


def downgrade() -> None:
    """The search can be made again from the catalogue at any time; go back by restoring a backup."""
    raise RuntimeError("restore a backup taken before this migration")

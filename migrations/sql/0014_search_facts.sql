-- What is said of products on a day, as in 0009. `capacity` is what may be promised: twelve months of the even and twelve of the
-- odd one of this year and the next, each read as the ledger reads it, less what the supplier keeps back. It holds until
-- the year ends where a later one is declared; what is promised already is asked of the ledger by the search itself.
CREATE OR REPLACE FUNCTION catalogue_search_facts(ids uuid[], day date)
RETURNS TABLE (product_id uuid, supplier_id uuid, live boolean, score smallint, price integer, facets_from date, facets_until date,
               facets text[], capacity real[], name_key text, card json)
LANGUAGE sql STABLE SET plan_cache_mode = force_custom_plan AS $$
  SELECT p.id, s.id, p.state = 'published' AND s.state = 'published',
         (coalesce(h.stars, 0) * 10 + CASE WHEN k.retail_price_vnd IS NULL THEN 0 ELSE 10 END
          + CASE WHEN u.capacity IS NULL THEN 0 ELSE 8 END + CASE WHEN p.illustrative THEN 0 ELSE 5 END
          + CASE WHEN coalesce(p.description, '') = '' THEN 0 ELSE 3 END)::smallint,
         k.retail_price_vnd,
         coalesce(greatest(h.since, CASE WHEN u.turns THEN make_date(extract(year FROM day)::integer, 1, 1) END), '-infinity'),
         coalesce(least(h.until, CASE WHEN u.turns THEN make_date(extract(year FROM day)::integer, 12, 31) END), 'infinity'),
         array_remove(ARRAY['c' || coalesce(p.category_code, c.category_code), 'g' || c.slug, 'p' || s.province_code,
                            'w' || coalesce(s.commune_code, 'x' || s.province_code), 's' || h.stars], NULL)
           || coalesce(h.kinds, '{}') || ARRAY(SELECT DISTINCT 'm' || lpad(m::text, 2, '0') FROM unnest(p.season_months) m),
         CASE WHEN p.reserve_kg = 0 THEN u.capacity::real[]
              ELSE ARRAY(SELECT greatest(c.kg - p.reserve_kg, 0)::real FROM unnest(u.capacity) WITH ORDINALITY AS c(kg, n) ORDER BY c.n)
         END, core_sort_key(p.name),
         json_build_object('slug', p.slug, 'name', p.name, 'name_en', p.name_en,
           'supplier', json_build_object('slug', s.slug, 'name', s.name, 'name_en', s.name_en, 'province', s.province_code, 'commune', s.commune_code),
           'category', coalesce(p.category_code, c.category_code), 'commodity', c.slug, 'stars', h.stars,
           'certificates', coalesce((SELECT array_agg(substr(x, 2)) FROM unnest(h.kinds) x), '{}'),
           'pack', k.name, 'net_weight_g', k.net_weight_g, 'price_vnd', k.retail_price_vnd, 'packs', coalesce(k.packs, 0),
           'season_months', p.season_months, 'illustrative', p.illustrative,
           'photo', '/anh/' || p.photo_key || '/320.webp')
    FROM catalogue_product p
    JOIN catalogue_supplier s ON s.id = p.supplier_id
    LEFT JOIN catalogue_commodity c ON c.id = p.commodity_id
    LEFT JOIN (
      SELECT DISTINCT ON (k.product_id) k.product_id, k.name, k.net_weight_g, k.retail_price_vnd,
             count(*) OVER (PARTITION BY k.product_id) AS packs
        FROM catalogue_pack k WHERE k.product_id = ANY(ids)
       ORDER BY k.product_id, k.retail_price_vnd NULLS LAST, k.position, k.name) k ON k.product_id = p.id
    LEFT JOIN (
      SELECT v.product_id, d.turns, ARRAY[
             coalesce(max(v.capacity_kg) FILTER (WHERE v.year = d.even AND v.month = 1), 0), coalesce(max(v.capacity_kg) FILTER (WHERE v.year = d.even AND v.month = 2), 0),
             coalesce(max(v.capacity_kg) FILTER (WHERE v.year = d.even AND v.month = 3), 0), coalesce(max(v.capacity_kg) FILTER (WHERE v.year = d.even AND v.month = 4), 0),
             coalesce(max(v.capacity_kg) FILTER (WHERE v.year = d.even AND v.month = 5), 0), coalesce(max(v.capacity_kg) FILTER (WHERE v.year = d.even AND v.month = 6), 0),
             coalesce(max(v.capacity_kg) FILTER (WHERE v.year = d.even AND v.month = 7), 0), coalesce(max(v.capacity_kg) FILTER (WHERE v.year = d.even AND v.month = 8), 0),
             coalesce(max(v.capacity_kg) FILTER (WHERE v.year = d.even AND v.month = 9), 0), coalesce(max(v.capacity_kg) FILTER (WHERE v.year = d.even AND v.month = 10), 0),
             coalesce(max(v.capacity_kg) FILTER (WHERE v.year = d.even AND v.month = 11), 0), coalesce(max(v.capacity_kg) FILTER (WHERE v.year = d.even AND v.month = 12), 0),
             coalesce(max(v.capacity_kg) FILTER (WHERE v.year = d.odd AND v.month = 1), 0), coalesce(max(v.capacity_kg) FILTER (WHERE v.year = d.odd AND v.month = 2), 0),
             coalesce(max(v.capacity_kg) FILTER (WHERE v.year = d.odd AND v.month = 3), 0), coalesce(max(v.capacity_kg) FILTER (WHERE v.year = d.odd AND v.month = 4), 0),
             coalesce(max(v.capacity_kg) FILTER (WHERE v.year = d.odd AND v.month = 5), 0), coalesce(max(v.capacity_kg) FILTER (WHERE v.year = d.odd AND v.month = 6), 0),
             coalesce(max(v.capacity_kg) FILTER (WHERE v.year = d.odd AND v.month = 7), 0), coalesce(max(v.capacity_kg) FILTER (WHERE v.year = d.odd AND v.month = 8), 0),
             coalesce(max(v.capacity_kg) FILTER (WHERE v.year = d.odd AND v.month = 9), 0), coalesce(max(v.capacity_kg) FILTER (WHERE v.year = d.odd AND v.month = 10), 0),
             coalesce(max(v.capacity_kg) FILTER (WHERE v.year = d.odd AND v.month = 11), 0), coalesce(max(v.capacity_kg) FILTER (WHERE v.year = d.odd AND v.month = 12), 0)] AS capacity
        FROM (SELECT y.product_id, max(y.year) > extract(year FROM day) AS turns,
                     coalesce(max(y.year) FILTER (WHERE y.year <= w.even), min(y.year)) AS even,
                     coalesce(max(y.year) FILTER (WHERE y.year <= w.odd), min(y.year)) AS odd
                FROM catalogue_supply y
               CROSS JOIN (SELECT extract(year FROM day) + extract(year FROM day) % 2 AS even,
                                  extract(year FROM day) + 1 - extract(year FROM day) % 2 AS odd) w
               WHERE y.product_id = ANY(ids) GROUP BY y.product_id) d
        JOIN catalogue_supply v ON v.product_id = d.product_id
       GROUP BY v.product_id, d.turns) u ON u.product_id = p.id
    LEFT JOIN (
      SELECT x.id, max(x.stars) FILTER (WHERE x.holds AND x.own AND x.kind = 'OCOP') AS stars,
             array_agg(DISTINCT 'k' || x.kind) FILTER (WHERE x.holds) AS kinds,
             least(min(x.ends) FILTER (WHERE x.ends >= day), min(x.begins - 1) FILTER (WHERE x.begins > day)) AS until,
             greatest(max(x.ends + 1) FILTER (WHERE x.ends < day), max(x.begins) FILTER (WHERE x.begins <= day)) AS since
        FROM (SELECT y.*, coalesce(y.begins <= day, true) AND coalesce(y.ends >= day, true) AS holds
                FROM (SELECT t.product_id AS id, t.kind, t.stars, t.issued_on AS begins, true AS own,
                             coalesce(t.valid_to, CASE WHEN t.kind = 'OCOP' THEN (t.issued_on + interval '36 months')::date END) AS ends
                        FROM catalogue_certificate t WHERE t.product_id = ANY(ids) AND t.state = 'checked'
                      UNION ALL
                      SELECT o.id, t.kind, t.stars, t.issued_on, false,
                             coalesce(t.valid_to, CASE WHEN t.kind = 'OCOP' THEN (t.issued_on + interval '36 months')::date END)
                        FROM catalogue_product o JOIN catalogue_certificate t ON t.supplier_id = o.supplier_id AND t.product_id IS NULL AND t.state = 'checked'
                       WHERE o.id = ANY(ids)) y) x GROUP BY x.id) h ON h.id = p.id
   WHERE p.id = ANY(ids)
$$;

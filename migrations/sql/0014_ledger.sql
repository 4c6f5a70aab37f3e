-- What may be promised of a product in a month: its capacity as declared for that year, else for the newest declared year before
-- it, else for the oldest one, less what the supplier keeps back. NULL: nobody has declared anything.
CREATE FUNCTION catalogue_ledger_limit(product uuid, of_year integer, of_month integer) RETURNS numeric LANGUAGE sql STABLE AS $$
  SELECT greatest(coalesce((SELECT u.capacity_kg FROM catalogue_supply u
                             WHERE u.product_id = product AND u.year = d.year AND u.month = of_month), 0) - p.reserve_kg, 0)
    FROM catalogue_product p
   CROSS JOIN (SELECT coalesce(max(u.year) FILTER (WHERE u.year <= of_year), min(u.year)) AS year
                 FROM catalogue_supply u WHERE u.product_id = product) d
   WHERE p.id = product AND d.year IS NOT NULL
$$;

-- The balances of these products follow what is declared and kept back. Whoever is promising of them at this moment is waited
-- for: she holds the product, and what she adds is seen by the next statement. The check of the table refuses to go below
-- what is promised.
CREATE FUNCTION catalogue_ledger_follow(ids uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(cardinality(ids), 0) = 0 THEN
    RETURN;
  END IF;
  PERFORM 1 FROM catalogue_product p WHERE p.id = ANY(ids) ORDER BY p.id FOR UPDATE;
  PERFORM 1 FROM catalogue_ledger_month b WHERE b.product_id = ANY(ids) ORDER BY b.product_id, b.year, b.month FOR UPDATE;
  UPDATE catalogue_ledger_month b SET limit_kg = n.kg
    FROM (SELECT x.product_id, x.year, x.month, coalesce(catalogue_ledger_limit(x.product_id, x.year, x.month), 0) AS kg
            FROM catalogue_ledger_month x WHERE x.product_id = ANY(ids)) n
   WHERE n.product_id = b.product_id AND n.year = b.year AND n.month = b.month AND b.limit_kg <> n.kg;
END $$;

CREATE FUNCTION catalogue_ledger_follow_supply() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM catalogue_ledger_follow(ARRAY(SELECT DISTINCT n.product_id FROM new_rows n));
  ELSIF TG_OP = 'DELETE' THEN
    PERFORM catalogue_ledger_follow(ARRAY(SELECT DISTINCT o.product_id FROM old_rows o));
  ELSE
    PERFORM catalogue_ledger_follow(ARRAY(SELECT n.product_id FROM new_rows n UNION SELECT o.product_id FROM old_rows o));
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION catalogue_ledger_follow_reserve() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM catalogue_ledger_follow(ARRAY[NEW.id]);
  PERFORM catalogue_search_refresh(ARRAY[NEW.id], false);
  RETURN NULL;
END $$;

-- A trigger looks at the rows of one statement, before and after, and asks for the products that they are about.

CREATE FUNCTION catalogue_search_follow_product() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM catalogue_search_refresh(ARRAY(SELECT n.id FROM new_rows n), true);
  ELSIF TG_OP = 'DELETE' THEN
    PERFORM catalogue_search_refresh(ARRAY(SELECT o.id FROM old_rows o), true);
  ELSE
    PERFORM catalogue_search_refresh(ARRAY(
      SELECT n.id FROM new_rows n JOIN old_rows o ON o.id = n.id
       WHERE (n.supplier_id, n.state, n.code, n.name, n.name_en, n.category_code, n.commodity_id, n.description, n.ingredients, n.origin)
             IS DISTINCT FROM
             (o.supplier_id, o.state, o.code, o.name, o.name_en, o.category_code, o.commodity_id, o.description, o.ingredients, o.origin)), true);
    PERFORM catalogue_search_refresh(ARRAY(
      SELECT n.id FROM new_rows n JOIN old_rows o ON o.id = n.id
       WHERE (n.slug, n.season_months, n.illustrative) IS DISTINCT FROM (o.slug, o.season_months, o.illustrative)), false);
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION catalogue_search_follow_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM catalogue_search_refresh(ARRAY(SELECT DISTINCT n.product_id FROM new_rows n), false);
  ELSIF TG_OP = 'DELETE' THEN
    PERFORM catalogue_search_refresh(ARRAY(SELECT DISTINCT o.product_id FROM old_rows o), false);
  ELSE
    PERFORM catalogue_search_refresh(ARRAY(SELECT n.product_id FROM new_rows n UNION SELECT o.product_id FROM old_rows o), false);
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION catalogue_search_follow_certificate() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  products uuid[] := '{}';
  suppliers uuid[] := '{}';
BEGIN
  IF TG_OP <> 'DELETE' THEN
    products := ARRAY(SELECT n.product_id FROM new_rows n WHERE n.product_id IS NOT NULL);
    suppliers := ARRAY(SELECT n.supplier_id FROM new_rows n WHERE n.product_id IS NULL);
  END IF;
  IF TG_OP <> 'INSERT' THEN
    products := products || ARRAY(SELECT o.product_id FROM old_rows o WHERE o.product_id IS NOT NULL);
    suppliers := suppliers || ARRAY(SELECT o.supplier_id FROM old_rows o WHERE o.product_id IS NULL);
  END IF;
  PERFORM catalogue_search_refresh(ARRAY(
    SELECT unnest(products) UNION SELECT p.id FROM catalogue_product p WHERE p.supplier_id = ANY(suppliers)), false);
  RETURN NULL;
END $$;

CREATE FUNCTION catalogue_search_follow_supplier() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  ids uuid[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM catalogue_search_refresh_names(ARRAY(SELECT n.id FROM new_rows n));
  ELSIF TG_OP = 'DELETE' THEN
    PERFORM catalogue_search_refresh_names(ARRAY(SELECT o.id FROM old_rows o));
  ELSE
    ids := ARRAY(
      SELECT n.id FROM new_rows n JOIN old_rows o ON o.id = n.id
       WHERE (n.state, n.slug, n.code, n.name, n.name_en, n.legal_form, n.province_code, n.commune_code, n.address)
             IS DISTINCT FROM (o.state, o.slug, o.code, o.name, o.name_en, o.legal_form, o.province_code, o.commune_code, o.address));
    PERFORM catalogue_search_refresh_names(ids);
    PERFORM catalogue_search_refresh(ARRAY(SELECT p.id FROM catalogue_product p WHERE p.supplier_id = ANY(ids)), true);
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION catalogue_search_follow_commodity() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  ids uuid[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM catalogue_search_refresh_names(ARRAY(SELECT n.id FROM new_rows n));
  ELSIF TG_OP = 'DELETE' THEN
    PERFORM catalogue_search_refresh_names(ARRAY(SELECT o.id FROM old_rows o));
  ELSE
    ids := ARRAY(
      SELECT n.id FROM new_rows n JOIN old_rows o ON o.id = n.id
       WHERE (n.slug, n.name, n.name_en, n.category_code, n.synonyms) IS DISTINCT FROM (o.slug, o.name, o.name_en, o.category_code, o.synonyms));
    PERFORM catalogue_search_refresh_names(ids);
    PERFORM catalogue_search_refresh(ARRAY(SELECT p.id FROM catalogue_product p WHERE p.commodity_id = ANY(ids)), true);
  END IF;
  RETURN NULL;
END $$;

-- A booth first come, first served (F19), in one call: whoever asks by page or by program asks here.
--
-- The exhibitor's application is locked first, so that she books no more booths than she applied for, however many phones she
-- has; then the booth, so that of all who press at once one is first and the others hear it at once instead of waiting for each
-- other in a circle. The exclusion constraint of the table is the last word all the same. Who is refused because the booth is
-- taken is refused before any lock is asked for.
CREATE FUNCTION fairs_book(
  p_person uuid, p_organisation uuid, p_behalf uuid, p_fair text, p_booth text, p_first date, p_last date, p_key uuid,
  p_id uuid, p_entry uuid, p_now timestamptz,
  OUT outcome text, OUT booked uuid, OUT until timestamptz, OUT detail text
) LANGUAGE plpgsql AS $$
DECLARE
  fair record; spot record; desk record; asking record; other record; found record; mine integer; first_day date; last_day date;
BEGIN
  SELECT f.id, f.starts_on, f.ends_on, f.state INTO fair FROM fairs_fair f WHERE f.slug = p_fair;
  IF fair.id IS NULL OR fair.state = 'draft' THEN outcome := 'no_fair'; RETURN; END IF;
  SELECT b.id, b.first_come, b.closed, b.part_of INTO spot FROM fairs_booth b WHERE b.fair_id = fair.id AND b.code = p_booth;
  IF spot.id IS NULL THEN outcome := 'no_booth'; RETURN; END IF;
  first_day := coalesce(p_first, fair.starts_on);
  last_day := coalesce(p_last, fair.ends_on);

  IF first_day > last_day THEN outcome := 'days'; RETURN; END IF;

  -- The same key again is the same booking, whatever has become of it since; it is never a second one.
  SELECT o.id, o.booth_id, o.days, o.held_until, s.organisation_id INTO found
    FROM fairs_occupancy o LEFT JOIN catalogue_supplier s ON s.id = o.supplier_id WHERE o.key = p_key;
  IF found.id IS NOT NULL THEN
    IF found.organisation_id = p_organisation AND found.booth_id = spot.id
       AND found.days = daterange(first_day, last_day, '[]') THEN
      outcome := 'same'; booked := found.id; until := found.held_until;
    ELSE
      outcome := 'key_used';
    END IF;
    RETURN;
  END IF;

  IF fair.state = 'cancelled' OR fair.ends_on < (p_now AT TIME ZONE 'Asia/Ho_Chi_Minh')::date THEN outcome := 'over'; RETURN; END IF;
  IF first_day < fair.starts_on OR last_day > fair.ends_on THEN outcome := 'days'; RETURN; END IF;
  IF spot.closed IS NOT NULL THEN outcome := 'closed'; RETURN; END IF;
  IF NOT spot.first_come OR spot.part_of IS NOT NULL THEN outcome := 'not_first_come'; RETURN; END IF;
  SELECT d.opens_at, d.closes_at, d.needs_accepted, d.hold_minutes INTO desk FROM fairs_booking_desk d WHERE d.fair_id = fair.id;
  IF desk.opens_at IS NULL OR p_now < desk.opens_at THEN outcome := 'not_open'; until := desk.opens_at; RETURN; END IF;
  IF p_now >= desk.closes_at THEN outcome := 'shut'; until := desk.closes_at; RETURN; END IF;

  -- Her own booking that another of her phones made under this very key since is not somebody else's.
  SELECT o.state, CASE WHEN o.state = 'held' THEN o.held_until END AS held_until INTO other FROM fairs_occupancy o
   WHERE o.booth_id = spot.id AND o.state <> 'released' AND o.days && daterange(first_day, last_day, '[]')
     AND (o.state = 'taken' OR o.held_until > p_now) AND o.key IS DISTINCT FROM p_key LIMIT 1;
  IF other.state IS NOT NULL THEN outcome := 'taken'; until := other.held_until; RETURN; END IF;

  SELECT a.id, a.state, a.booths, a.exhibitor, a.supplier_id INTO asking
    FROM fairs_application a JOIN catalogue_supplier s ON s.id = a.supplier_id
   WHERE a.fair_id = fair.id AND s.organisation_id = p_organisation AND a.state <> 'withdrawn'
     FOR NO KEY UPDATE OF a;
  IF asking.id IS NULL THEN outcome := 'no_application'; RETURN; END IF;
  IF asking.state <> 'accepted' AND (desk.needs_accepted OR asking.state NOT IN ('submitted', 'waiting')) THEN
    outcome := 'not_accepted'; detail := asking.state; RETURN;
  END IF;
  PERFORM 1 FROM fairs_booth b WHERE b.id = spot.id FOR NO KEY UPDATE;

  -- What was read before the locks may have moved on while they were waited for.
  SELECT o.id, o.held_until INTO found FROM fairs_occupancy o WHERE o.key = p_key AND o.booth_id = spot.id;
  IF found.id IS NOT NULL THEN outcome := 'same'; booked := found.id; until := found.held_until; RETURN; END IF;
  SELECT o.state, CASE WHEN o.state = 'held' THEN o.held_until END AS held_until INTO other FROM fairs_occupancy o
   WHERE o.booth_id = spot.id AND o.state <> 'released' AND o.days && daterange(first_day, last_day, '[]')
     AND (o.state = 'taken' OR o.held_until > p_now) LIMIT 1;
  IF other.state IS NOT NULL THEN outcome := 'taken'; until := other.held_until; RETURN; END IF;
  -- Booths that she has on other days count too: she applied for so many, not for so many a day.
  SELECT count(*) INTO mine FROM fairs_occupancy o
   WHERE o.application_id = asking.id AND o.state <> 'released' AND (o.state = 'taken' OR o.held_until > p_now);
  IF mine >= asking.booths THEN outcome := 'enough'; detail := asking.booths::text; RETURN; END IF;

  PERFORM set_config('app.actor', coalesce(p_person::text, ''), true);
  UPDATE fairs_occupancy o SET state = 'released', released_at = p_now
   WHERE o.booth_id = spot.id AND o.state = 'held' AND o.held_until <= p_now;
  until := p_now + make_interval(mins => desk.hold_minutes);
  INSERT INTO fairs_occupancy (id, fair_id, booth_id, days, origin, state, held_until, name, supplier_id, application_id, key,
                               created_at)
  VALUES (p_id, fair.id, spot.id, daterange(first_day, last_day, '[]'), 'booking', 'held', until, asking.exhibitor,
          asking.supplier_id, asking.id, p_key, p_now);
  INSERT INTO core_journal (id, fact, subject, person_id, organisation_id, on_behalf_of, data, new)
  VALUES (p_entry, 'BoothBooked', p_id, p_person, p_organisation, p_behalf, jsonb_build_object('fair_id', fair.id),
          jsonb_build_object('booth', p_booth, 'first_day', first_day, 'last_day', last_day, 'held_until', until));
  outcome := 'held'; booked := p_id;
EXCEPTION
  WHEN exclusion_violation THEN outcome := 'taken'; booked := NULL; until := NULL;
  -- Somebody else's form came with this key a moment earlier.
  WHEN unique_violation THEN outcome := 'key_used'; booked := NULL; until := NULL;
END $$;

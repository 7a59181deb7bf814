-- The characters of a label as Punycode (RFC 3492): buecher with its umlaut -> bcher-kva.
create or replace function lead_sync.punycode(p_label text) returns text
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_digits constant text := 'abcdefghijklmnopqrstuvwxyz0123456789';
  v_points integer[] := array(select ascii(c.char) from regexp_split_to_table(p_label, '') with ordinality as c (char, place) order by c.place);
  v_basic text := regexp_replace(p_label, '[^\x01-\x7f]', '', 'g');
  v_handled integer := length(v_basic);
  v_out text := v_basic || case when v_basic <> '' then '-' else '' end;
  v_next integer := 128;
  v_delta integer := 0;
  v_bias integer := 72;
  v_lowest integer;
  v_point integer;
  v_rest integer;
  v_place integer;
  v_threshold integer;
begin
  while v_handled < cardinality(v_points) loop
    v_lowest := (select min(p) from unnest(v_points) as p where p >= v_next);
    v_delta := v_delta + (v_lowest - v_next) * (v_handled + 1);
    v_next := v_lowest;
    foreach v_point in array v_points loop
      if v_point < v_next then
        v_delta := v_delta + 1;
      elsif v_point = v_next then
        v_rest := v_delta;
        v_place := 36;
        loop
          v_threshold := greatest(1, least(26, v_place - v_bias));
          exit when v_rest < v_threshold;
          v_out := v_out || substr(v_digits, v_threshold + (v_rest - v_threshold) % (36 - v_threshold) + 1, 1);
          v_rest := (v_rest - v_threshold) / (36 - v_threshold);
          v_place := v_place + 36;
        end loop;
        v_out := v_out || substr(v_digits, v_rest + 1, 1);
        -- the bias adapts
        v_rest := v_delta / case when v_handled = length(v_basic) then 700 else 2 end;
        v_rest := v_rest + v_rest / (v_handled + 1);
        v_bias := 0;
        while v_rest > 455 loop
          v_rest := v_rest / 35;
          v_bias := v_bias + 36;
        end loop;
        v_bias := v_bias + 36 * v_rest / (v_rest + 38);
        v_delta := 0;
        v_handled := v_handled + 1;
      end if;
    end loop;
    v_delta := v_delta + 1;
    v_next := v_next + 1;
  end loop;
  return v_out;
end
$$;

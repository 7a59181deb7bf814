-- A label of the name service in the letters that it stands for (RFC 3492): xn--bcher-kva -> buecher with its umlaut. One that stands for none stays as it is.
create or replace function lead_sync.unicode_label(p_label text) returns text
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_encoded text := substring(p_label from '^xn--(?:.*-)?([a-z0-9]+)$');
  v_out text := coalesce(substring(p_label from '^xn--(.*)-[a-z0-9]+$'), '');
  v_digits constant text := 'abcdefghijklmnopqrstuvwxyz0123456789';
  v_read integer := 0;
  v_point bigint := 128;
  v_sum bigint := 0;
  v_bias integer := 72;
  v_before bigint;
  v_weight bigint;
  v_place integer;
  v_digit integer;
  v_threshold integer;
  v_length integer;
begin
  if v_encoded is null or length(p_label) > 63 then
    return p_label;
  end if;
  while v_read < length(v_encoded) loop
    v_before := v_sum;
    v_weight := 1;
    v_place := 36;
    loop
      v_read := v_read + 1;
      v_digit := strpos(v_digits, substr(v_encoded, v_read, 1)) - 1;
      v_sum := v_sum + v_digit * v_weight;
      if v_read > length(v_encoded) or v_sum > 70000000 then
        return p_label;
      end if;
      v_threshold := greatest(1, least(26, v_place - v_bias));
      exit when v_digit < v_threshold;
      v_weight := v_weight * (36 - v_threshold);
      v_place := v_place + 36;
    end loop;
    v_length := length(v_out) + 1;
    -- the bias adapts
    v_before := (v_sum - v_before) / case when v_before = 0 then 700 else 2 end;
    v_before := v_before + v_before / v_length;
    v_bias := 0;
    while v_before > 455 loop
      v_before := v_before / 35;
      v_bias := v_bias + 36;
    end loop;
    v_bias := v_bias + 36 * v_before / (v_before + 38);
    v_point := v_point + v_sum / v_length;
    v_sum := v_sum % v_length;
    if v_point > 1114111 or v_point between 55296 and 57343 then
      return p_label;
    end if;
    v_out := left(v_out, v_sum::integer) || chr(v_point::integer) || substr(v_out, v_sum::integer + 1);
    v_sum := v_sum + 1;
  end loop;
  return v_out;
end
$$;

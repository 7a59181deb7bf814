-- The digits of a phone number, or of each in a list, that is written with its calling code (+ or 00 first); null when one is not.
create or replace function lead_sync.whole_phone(p_value jsonb) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select case when bool_and(d.digits is not null) then string_agg(distinct d.digits, ' ' order by d.digits) end
  from jsonb_array_elements_text(case when jsonb_typeof(p_value) = 'array' then p_value else jsonb_build_array(p_value) end) as e
  cross join lateral (
    select case
      when e ~ '^[^0-9+]*(\+|00)' then regexp_replace(regexp_replace(regexp_replace(lower(e), '(x|ext|;).*$|\(0\)', '', 'g'), '[^0-9]', '', 'g'), '^00', '')
    end as digits
  ) as d
$$;

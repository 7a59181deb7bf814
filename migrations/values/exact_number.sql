-- A number as it is where JSON's usual readers, which have 64-bit floats, read just that number; else its digits as a text: the id 1234567890123456789 would come back as …800.
-- For numbers of 16 characters or more: shorter ones are exact.
create or replace function lead_sync.exact_number(p_number jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select case
    when length(p_number #>> '{}') > 300 then to_jsonb(p_number #>> '{}') -- beyond what a float can be
    when (p_number #>> '{}')::double precision::text::numeric = (p_number #>> '{}')::numeric then p_number
    else to_jsonb(p_number #>> '{}')
  end
$$;

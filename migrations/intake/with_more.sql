-- A list of e-mails or phones with further ones behind it, those that are neither in it nor the first one, however they are written.
--   p_kind  email | phone, as comparable has it
create or replace function lead_sync.with_more(p_kind text, p_list text[], p_first text, p_more jsonb) returns text[]
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select p_list || array(
    select m.value
    from unnest(lead_sync.text_array(p_more)) with ordinality as m (value, place)
    where lead_sync.comparable(p_kind, to_jsonb(m.value)) not in (
      select '' union all select lead_sync.comparable(p_kind, to_jsonb(k)) from unnest(array_append(p_list, p_first)) as k
    )
    order by m.place
  )
$$;

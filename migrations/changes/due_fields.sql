-- The fields that must go out to Twenty: those whose local value is not what was last agreed.
-- Deletion first: a delete or a restore goes alone; while either side is deleted, fields wait, and a lead deleted before it went out stays here.
create or replace function lead_sync.due_fields(p_local jsonb, p_base_local jsonb, p_base_remote jsonb, p_linked boolean, p_rules jsonb) returns text[]
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select case
    when p_linked and (p_local ? 'deleted') <> (p_base_local ? 'deleted') then case
      when exists (select from jsonb_array_elements(p_rules) as r where r ->> 'field' = 'deleted' and r ->> 'direction' in ('both', 'to_twenty'))
        then array['deleted']
      else '{}'::text[]
    end
    when p_local ? 'deleted' or p_base_remote ? 'deleted' then '{}'::text[]
    when p_local = p_base_local then '{}'::text[]
    else (
      select coalesce(array_agg(r.value ->> 'field' order by r.ordinality), '{}')
      from jsonb_array_elements(p_rules) with ordinality as r
      where r.value ->> 'direction' <> 'to_supabase'
        and r.value ->> 'field' <> 'deleted'
        and (p_local -> (r.value ->> 'field')) is distinct from (p_base_local -> (r.value ->> 'field'))
    )
  end
$$;

-- Of what a create that landed unheard was to send, what may have arrived: a blank in Twenty may be a value that was left out, and erases nothing here.
create or replace function lead_sync.arrived_values(p_sent jsonb, p_stated jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select coalesce(jsonb_object_agg(e.key, e.value) filter (where e.value <> 'null' and (p_stated -> e.key) is distinct from 'null'), '{}')
  from jsonb_each(p_sent) as e
$$;

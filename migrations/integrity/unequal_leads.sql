-- Synced leads of which this side and Twenty hold different values of a field that flows both ways, as far as Twenty was read: 0.1.0 left some so, a company's name above all.
-- Left-out fields are none. It looks at every lead (a million takes minutes), so no check does by itself.
create or replace function lead_sync.unequal_leads() returns table (lead_id uuid, fields text[])
language plpgsql stable rows 20 set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
  return query
  select s.lead_id, array_agg(k.key order by k.key)
  from lead_sync.lead_states as s
  join public.leads as l on l.id = s.lead_id
  cross join lateral (
    select key, h.value as here, t.value as there
    from jsonb_each(s.base_local) as h full join jsonb_each(s.base_remote) as t using (key)
    where h.value is distinct from t.value
  ) as k
  join jsonb_array_elements(lead_sync.rules((select n.object from lead_sync.settings as n))) as r on r ->> 'field' = k.key
  where s.base_local <> s.base_remote and s.due_at is null and s.claim_token is null and s.joined is null and not s.gone
    and not s.base_local ? 'deleted' and not s.base_remote ? 'deleted'
    and l.sync_status = 'synced' and l.twenty_id is not null and not l.left_out ? k.key
    and r ->> 'direction' = 'both' and not lead_sync.is_same(r ->> 'kind', k.here, k.there)
  group by s.lead_id;
end
$$;

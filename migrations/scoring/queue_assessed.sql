-- Makes leads due whose scores or segments changed, unless they are due already, or claimed: the claim's completion sees the change.
--   p_field  notes besides that this field changed now, which last-write-wins asks for; null for one that only goes out
create or replace function lead_sync.queue_assessed(p_lead_ids uuid[], p_field text default null) returns void
language sql volatile set search_path = '' as $$
  insert into lead_sync.lead_states as s (lead_id, due_at, due_since, changed_at)
  select i.id, n.now, n.now, case when p_field is null then '{}' else jsonb_build_object(p_field, n.now) end
  from unnest(p_lead_ids) as i (id)
  cross join (select clock_timestamp() as now offset 0) as n
  left join lead_sync.lead_states as k on k.lead_id = i.id
  where p_field is not null or (k.due_at is null and k.claim_token is null)
  on conflict (lead_id) do update set
    changed_at = s.changed_at || excluded.changed_at,
    due_at = case when s.claim_token is null then coalesce(s.due_at, excluded.due_at) else s.due_at end,
    due_since = coalesce(s.due_since, excluded.due_since);
$$;

-- Leads, and rows of other synced tables, that no try is planned for; one whose row this database does not let be written may have any status.
-- p_kind: dead (refused too often) | held (tombstone, duplicate_of: their e-mail is somebody else's in Twenty; approval: they wait for a yes). p_without: an adapter whose rows are left out.
create or replace function lead_sync.stuck_leads(p_kind text, p_without text default null)
returns table (lead_id uuid, reason text, category text, attempts integer, since timestamptz, due_since timestamptz, held_by uuid)
language plpgsql stable rows 100 set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_adapter text;
begin
  for v_adapter in select o.adapter from lead_sync.objects as o where lead_sync.is_synced(o.adapter) and o.adapter is distinct from p_without loop
    return query execute lead_sync.rows_sql(v_adapter, $sql$
      select l.id, l.sync_error_message, s.error_category, l.sync_error_count, coalesce(s.error_at, s.due_since), s.due_since, s.held_by
      from {table} as l
      join lead_sync.lead_states as s on s.lead_id = l.id
      where l.sync_status = 'error' and s.refusal is null and s.due_at is null and s.claim_token is null and ($1 = 'held') = (s.held_by is not null or coalesce(s.error_category = 'approval', false))
    $sql$) using p_kind;
  end loop;
  return query
  select s.lead_id, s.refusal, s.error_category, s.retries, s.error_at, s.due_since, null::uuid
  from lead_sync.lead_states as s
  where s.refusal is not null and s.due_at is null and s.claim_token is null and p_kind = 'dead' and s.adapter is distinct from p_without;
end
$$;

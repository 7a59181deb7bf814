-- Notes what waits for a yes. p_items: [{kind, lead_id, twenty_id, change, version, snapshot}]. Returns {kind: approval id}.
create or replace function lead_sync.note_asked(p_side text, p_items jsonb, p_run_id uuid, p_read_started_at timestamptz) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_ids jsonb;
begin
  loop
    insert into lead_sync.approvals (kind, side, run_id)
    select distinct i ->> 'kind', p_side, p_run_id from jsonb_array_elements(p_items) as i
    on conflict do nothing;
    -- nobody decides what is being added to; in place of what was decided meanwhile another one is opened
    select jsonb_object_agg(o.kind, o.id) into v_ids
    from (select a.kind, a.id from lead_sync.approvals as a where a.side = p_side and a.decision is null order by a.id for share) as o;
    exit when not exists (select from jsonb_array_elements(p_items) as i where (v_ids ? (i ->> 'kind')) is not true);
  end loop;
  insert into lead_sync.approval_items as n (approval_id, lead_id, twenty_id, change, version, snapshot, read_started_at)
  select
    (v_ids ->> (i ->> 'kind'))::bigint, (i ->> 'lead_id')::uuid, (i ->> 'twenty_id')::uuid, i -> 'change', (i ->> 'version')::timestamptz,
    nullif(i -> 'snapshot', 'null'), p_read_started_at
  from jsonb_array_elements(p_items) as i
  order by i ->> 'lead_id'
  on conflict (approval_id, lead_id) do update set
    change = excluded.change, version = excluded.version, snapshot = excluded.snapshot, read_started_at = excluded.read_started_at
  -- an older read that comes late
  where (excluded.read_started_at < n.read_started_at and excluded.version < n.version) is not true;
  return v_ids;
end
$$;

-- Rows that are due now, as next_inside takes them, but those over which a push has died before.
create or replace function lead_sync.preview_due(p_adapter text, p_input jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_ids uuid[];
begin
  select array_agg(d.lead_id) into v_ids
  from (
    select s.lead_id
    from (
      select s.lead_id, s.due_at from lead_sync.lead_states as s where s.adapter = p_adapter and s.due_at <= clock_timestamp()
      union all
      select s.lead_id, 'epoch' from lead_sync.lead_states as s where p_adapter = 'lead' and s.due_at is null and s.outside_by < lead_sync.outside_since()
    ) as s
    where (p_input -> 'after' is null or p_input -> 'after' = 'null'
        or (s.due_at, s.lead_id) > ((p_input #>> '{after,0}')::timestamptz, (p_input #>> '{after,1}')::uuid))
    order by s.due_at, s.lead_id
    limit least(coalesce((p_input ->> 'limit')::integer, 1000), 5000)
  ) as d;
  return jsonb_build_object('due', lead_sync.preview_claim(p_adapter, v_ids, gen_random_uuid(), null));
end
$$;

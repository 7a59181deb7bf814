-- After snapshots were merged: who of them is outside, and who is not any more. p_items: as judge_people gives them; p_results: of all snapshots of the call.
create or replace function lead_sync.note_people_outside(p_items jsonb, p_results jsonb) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
  if not exists (select from lead_sync.people_outside)
    and not exists (select from lead_sync.lead_filters as f where f.direction = 'to_supabase' and f.conditions is not null)
  then
    return;
  end if;
  with seen as materialized (
    select distinct on (r ->> 'twenty_id') (r ->> 'twenty_id')::uuid as twenty_id, i -> 'snapshot' as snapshot,
      i -> 'snapshot' ? 'outside' and i -> 'snapshot' ->> 'twenty_deleted_at' is null and r ->> 'result' <> 'rejected' as is_outside
    from jsonb_array_elements(p_results) as r
    left join jsonb_array_elements(p_items) as i on i -> 'index' = r -> 'index'
    where r ->> 'result' <> 'stale' and lead_sync.is_uuid(r ->> 'twenty_id')
    order by r ->> 'twenty_id', (r ->> 'index')::integer desc
  ),
  forget as (
    delete from lead_sync.people_outside as o using seen as s where o.twenty_id = s.twenty_id and s.is_outside is not true
  )
  insert into lead_sync.people_outside (twenty_id, created_at, updated_at, judged_by)
  select s.twenty_id, (s.snapshot ->> 'twenty_created_at')::timestamptz, (s.snapshot ->> 'twenty_updated_at')::timestamptz, (s.snapshot ->> 'outside')::timestamptz
  from seen as s
  where s.is_outside
  order by s.twenty_id
  on conflict (twenty_id) do update set created_at = excluded.created_at, updated_at = excluded.updated_at, judged_by = excluded.judged_by;
end
$$;

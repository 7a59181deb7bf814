-- The conflicts that a run of a preview made, but with records that are silent: {counts: {field: {winner: leads}}, examples}.
create or replace function lead_sync.previewed_conflicts(p_adapter text, p_run jsonb, p_silent jsonb, p_examples integer) returns jsonb
language sql stable set search_path = '' as $$
  with conflict as materialized (
    select c.*
    from public.lead_sync_conflicts as c
    where c.run_id = (p_run ->> 'id')::uuid and c.lead_id <> all (array(
      select l.value::uuid from jsonb_each_text(lead_sync.linked_rows(p_adapter, array(select i::uuid from jsonb_array_elements_text(p_silent) as i))) as l
    ))
  )
  select jsonb_build_object(
    'counts', coalesce((
      select jsonb_object_agg(f.field, f.winners)
      from (
        select w.field, jsonb_object_agg(w.winner, w.count) as winners
        from (select c.field, c.winner, count(*) as count from conflict as c group by 1, 2) as w
        group by 1
      ) as f
    ), '{}'),
    'examples', coalesce((
      select jsonb_agg(jsonb_build_object(
        'kind', 'conflict', 'side', 'both', 'lead_id', c.lead_id, 'fields', jsonb_build_array(c.field), 'winner', c.winner, 'reason', c.reason,
        'supabase', jsonb_build_object(c.field, c.supabase_value), 'twenty', jsonb_build_object(c.field, c.twenty_value)
      ))
      from (select * from conflict order by id limit p_examples) as c
    ), '[]')
  )
$$;

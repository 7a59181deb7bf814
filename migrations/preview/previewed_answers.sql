-- What leads took of Twenty's answers to writes, counted: {updated, fields: {field: leads}}. p_after: number of the history's last row before.
create or replace function lead_sync.previewed_answers(p_run jsonb, p_after bigint) returns jsonb
language sql stable set search_path = '' as $$
  with taken as materialized (
    select h.fields_changed as fields
    from public.lead_sync_history as h
    where h.id > p_after and h.run_id = (p_run ->> 'id')::uuid and h.sync_direction = 'twenty_to_supabase'
  )
  select jsonb_build_object('updated', (select count(*) from taken), 'fields', coalesce((
    select jsonb_object_agg(f.field, f.count)
    from (select f as field, count(*) as count from taken as t cross join unnest(t.fields) as f group by 1) as f
  ), '{}'))
$$;

-- What became of claimed rows: {pushed: {created, updated, …, fields, left_out: {field: rows}, later}, held: [[lead_id, category, held_by, twenty_id]],
--   examples, blanks, again}.
--   later  rows that wait for something that this sync does not bring, e.g. the second read of a person that was not found
create or replace function lead_sync.previewed_plan(p_adapter text, p_lead_ids uuid[], p_writes jsonb, p_examples integer) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_told jsonb;
begin
  execute lead_sync.rows_sql(p_adapter, $sql$
    with write as materialized (
      select
        (w ->> 'lead_id')::uuid as lead_id, w ->> 'op' as op, w -> 'twenty_id' as twenty_id, w -> 'twenty_record' as record,
        (w -> 'values' ->> 'email' is null and w -> 'values' ? 'email' and {email} is not null) as blanks,
        array(select k from jsonb_object_keys(case $4 when 'lead' then lead_sync.stated_values(w -> 'values') else w -> 'values' end) as k) as fields,
        {values} as local, s.base_remote as remote, s.intent -> 'left_out' as left_out
      from jsonb_array_elements($2) as w
      join {table} as l on l.id = (w ->> 'lead_id')::uuid
      join lead_sync.lead_states as s on s.lead_id = l.id
    ),
    other as materialized (
      select l.id as lead_id, l.twenty_id, l.sync_status, l.sync_error_message as reason, s.error_category as category, s.held_by, s.due_at
      from {table} as l join lead_sync.lead_states as s on s.lead_id = l.id
      where l.id = any ($1) and not exists (select from write as w where w.lead_id = l.id)
    ),
    example as (
      select
        jsonb_build_object(
          'kind', case w.op when 'create' then 'created' when 'update' then 'updated' when 'delete' then 'deleted' else 'restored' end, 'side', 'twenty',
          'lead_id', w.lead_id, 'twenty_id', w.twenty_id, 'fields', to_jsonb(w.fields),
          'supabase', lead_sync.preview_values(w.local, to_jsonb(w.fields)), 'twenty', lead_sync.preview_values(w.remote, to_jsonb(w.fields))
        ) as example,
        row_number() over (partition by w.op order by w.lead_id) as place
      from write as w
      where not w.blanks
      union all
      select
        jsonb_build_object('kind', 'held', 'side', 'twenty', 'lead_id', o.lead_id, 'twenty_id', o.twenty_id, 'fields', case $4 when 'lead' then '["email"]' else '[]' end::jsonb, 'reason', o.reason),
        row_number() over (order by o.lead_id)
      from other as o
      where o.sync_status = 'error'
    )
    select jsonb_build_object(
      'pushed', coalesce((
        select jsonb_object_agg(case c.op when 'create' then 'created' when 'update' then 'updated' when 'delete' then 'deleted' else 'restored' end, c.count)
        from (select w.op, count(*) as count from write as w where not w.blanks group by 1) as c
      ), '{}') || jsonb_build_object(
        'fields', coalesce((
          select jsonb_object_agg(f.field, f.count)
          from (select f as field, count(*) as count from write as w cross join unnest(w.fields) as f where w.op in ('update', 'restore') and not w.blanks group by 1) as f
        ), '{}'),
        'left_out', coalesce((
          select jsonb_object_agg(f.field, f.count)
          from (select f as field, count(*) as count from write as w cross join jsonb_object_keys(w.left_out) as f group by 1) as f
        ), '{}'),
        'later', (select count(*) from other as o where o.sync_status <> 'error' and o.due_at > clock_timestamp())
      ),
      'held', coalesce((
        select jsonb_agg(jsonb_build_array(o.lead_id, coalesce(o.category, 'error'), o.held_by, o.twenty_id)) from other as o where o.sync_status = 'error'
      ), '[]'),
      'blanks', coalesce((select jsonb_agg(w.lead_id) from write as w where w.blanks), '[]'),
      'again', coalesce((select jsonb_agg(o.lead_id) from other as o where o.sync_status <> 'error' and o.due_at <= clock_timestamp()), '[]'),
      'examples', coalesce((select jsonb_agg(e.example) from example as e where e.place <= $3), '[]')
    )
  $sql$) into v_told using p_lead_ids, p_writes, p_examples, p_adapter;
  return v_told;
end
$$;

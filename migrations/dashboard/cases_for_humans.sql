-- The 10 newest open conflicts, the 10 dead letters that wait longest and 10 leads with left-out fields, with the names of their leads.
create or replace function lead_sync.cases_for_humans() returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'open_conflicts', (
      select coalesce(jsonb_agg(
        jsonb_build_object(
          'id', c.id, 'lead_id', c.lead_id, 'lead_name', l.name, 'field', c.field, 'winner', c.winner,
          'twenty_value', c.twenty_value, 'supabase_value', c.supabase_value, 'reason', c.reason, 'created_at', c.created_at
        )
        order by c.id desc
      ), '[]')
      from (select * from public.lead_sync_conflicts as o where o.resolved_at is null order by o.id desc limit 10) as c
      join lateral lead_sync.describe_rows(array[c.lead_id]) as l on true
    ),
    'dead_letters', (
      select coalesce(jsonb_agg(
        jsonb_build_object(
          'lead_id', d.lead_id, 'lead_name', l.name, 'email', l.email, 'reason', d.reason,
          'category', d.category, 'attempts', d.attempts, 'since', d.since
        )
        order by d.since, d.lead_id
      ), '[]')
      from (select * from lead_sync.stuck_leads('dead') as s order by s.since, s.lead_id limit 10) as d
      join lateral lead_sync.describe_rows(array[d.lead_id]) as l on true
    ),
    'left_out', (
      select coalesce(jsonb_agg(
        jsonb_build_object('lead_id', o.id, 'lead_name', nullif(concat_ws(' ', o.first_name, o.last_name), ''), 'email', o.email, 'fields', o.left_out)
        order by o.id
      ), '[]')
      from (select * from public.leads as l where l.left_out <> '{}' order by l.id limit 10) as o
    )
  )
$$;

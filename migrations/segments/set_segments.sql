-- Puts segments in force, by ID. p_segments: whole segments, as all_segments has them; p_names: whether they get their names, too: leads of a renamed one are due.
create or replace function lead_sync.set_segments(p_segments jsonb, p_names boolean default true) returns void
language plpgsql volatile set search_path = '' as $$
begin
  insert into public.customer_segments as c (id, segment_name, description, criteria, threshold, priority, enabled)
  select s.id, s.segment_name, s.description, nullif(s.criteria, 'null'), s.threshold, s.priority, s.enabled
  from jsonb_populate_recordset(null::public.customer_segments, p_segments) as s
  on conflict (id) do update set
    segment_name = case when p_names then excluded.segment_name else c.segment_name end, description = excluded.description, criteria = excluded.criteria,
    threshold = excluded.threshold, priority = excluded.priority, enabled = excluded.enabled;
end
$$;

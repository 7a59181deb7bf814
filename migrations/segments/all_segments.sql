-- All segments as they are, by ID.
create or replace function lead_sync.all_segments() returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(to_jsonb(s) - 'created_at' order by s.id), '[]') from public.customer_segments as s
$$;

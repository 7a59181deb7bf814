-- The segments that AI can choose from, as one value that changes with them.
create or replace function lead_sync.offered_segments() returns text
language sql stable set search_path = '' as $$
  select md5(string_agg(concat_ws(e'\t', s.segment_name, s.description), e'\n' order by s.segment_name))
  from public.customer_segments as s where s.enabled
$$;

-- How many pairs wait for somebody to decide on them, of leads that are there; counting stops at 10,000. Lead by lead: a join would be planned by statistics of when the tables were empty.
create or replace function lead_sync.count_duplicates() returns bigint
language sql stable set search_path = '' as $$
  select count(*)
  from (
    select
    from lead_sync.duplicate_pairs as p
    where p.decided is null
      and (select l.deleted_at is null from public.leads as l where l.id = p.lead_a)
      and (select l.deleted_at is null from public.leads as l where l.id = p.lead_b)
    limit 10000
  ) as c
$$;

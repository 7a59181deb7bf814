-- How many pairs wait for somebody to decide on them, of leads that are there; counting stops at 10,000. Lead by lead: with a whole table hashed for some thousand pairs it takes seconds.
create or replace function lead_sync.count_duplicates() returns bigint
language sql stable set search_path = '' set enable_hashjoin = off set enable_mergejoin = off as $$
  select count(*)
  from (
    select
    from lead_sync.duplicate_pairs as p
    join public.leads as a on a.id = p.lead_a
    join public.leads as b on b.id = p.lead_b
    where p.decided is null and a.deleted_at is null and b.deleted_at is null
    limit 10000
  ) as c
$$;

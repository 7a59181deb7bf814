-- Takes new statistics of leads where those at hand are of before a load, as when they were taken while it ran and say that there are none: with these, every
-- look-up of a batch is planned as a walk through all leads. Autovacuum does the same, up to a minute later or, where it is off, never.
-- 10,000 changed rows, and more than there were: below that no plan takes long. Another session that is at it is not waited for.
create or replace function lead_sync.refresh_statistics() returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  if exists (
    select from pg_catalog.pg_class as c
    where c.oid in ('public.leads'::regclass, 'lead_sync.lead_states'::regclass)
      and pg_catalog.pg_stat_get_mod_since_analyze(c.oid) > greatest(c.reltuples, 10000)
  ) then
    analyze (skip_locked) public.leads, lead_sync.lead_states;
  end if;
end
$$;

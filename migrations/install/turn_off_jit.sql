-- What others call of us, and what their writes set off, runs without PostgreSQL's just-in-time compiler, for all that it calls: our statements pass its cost limit by guesses,
-- since nothing is known of what comes in as JSON, and were compiled for longer than they run. Where there is a compiler, as at Supabase, a page of changed leads took thrice as long.
create or replace function lead_sync.turn_off_jit() returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_routine text;
begin
  for v_routine in
    select o.identity
    from lead_sync.list_objects() as o
    join pg_catalog.pg_proc as p on p.oid = o.object
    where o.kind = 'routine' and o.marked and (o.schema_name = 'public' or p.prorettype = 'trigger'::regtype)
      and not coalesce(p.proconfig, '{}') @> '{jit=off}'
  loop
    execute format('alter routine %s set jit = off', v_routine);
  end loop;
end
$$;
comment on function lead_sync.turn_off_jit() is 'Part of n8n-nodes-lead-sync.';

-- Carries over what changed between sources and leads, one batch each way. A table that cannot be read keeps no other waiting: it says why in sources.problem, and is tried again when nothing else waits, of several the one tried longest ago. Every run of the sync calls it; so may a schedule of one's own, and whoever wants it done at once.
--   p_limit  rows a call, at most; leads are written back for two seconds
-- Returns {taken, written, waiting: whether there is more to do}; busy where another call is at work.
create or replace function lead_sync.exchange_sources(p_limit integer default 500) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_source lead_sync.sources;
  v_taken integer := 0;
  v_written integer;
begin
  if not exists (select from lead_sync.sources) then
    return '{"taken": 0, "written": 0, "waiting": false}';
  elsif not pg_try_advisory_xact_lock(hashtext('lead_sync.exchange_sources')) then
    return '{"taken": 0, "written": 0, "waiting": true, "busy": true}';
  end if;
  select s.* into v_source
  from lead_sync.sources as s
  join pg_catalog.pg_class as c on c.oid = s.source -- dropped otherwise
  left join lateral (
    select w.id from lead_sync.source_changes as w where w.source = s.source and w.lead_id is null order by w.id limit 1
  ) as w on true
  where w.id is not null or s.read_at is null
  order by s.problem_at nulls first, w.id nulls last, s.source::oid
  limit 1;
  if found then
    begin
      v_taken := lead_sync.take_from_source(v_source, p_limit);
      perform lead_sync.note_source_problem(v_source.source, null);
    exception when others or assert_failure then
      if lead_sync.ends_the_call(sqlstate) then
        raise;
      end if;
      perform lead_sync.note_source_problem(v_source.source, format('%s (%s)', sqlerrm, sqlstate));
    end;
  end if;
  v_written := lead_sync.write_to_sources();
  return jsonb_build_object(
    'taken', v_taken, 'written', v_written,
    'waiting', exists (
      select from lead_sync.sources as s
      where s.problem is null and exists (select from pg_catalog.pg_class as c where c.oid = s.source)
        and (s.read_at is null or exists (select from lead_sync.source_changes as w where w.source = s.source))
    )
  );
end
$$;

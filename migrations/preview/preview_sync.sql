-- What a step of a sync would do: carries it out, with all that belongs to it, notes what came of it, and takes everything back before the call ends. The functions
-- are those of real runs, so triggers, constraints and mappings of the database's owner count. Nothing of it can be seen, from outside or afterwards; nothing is notified.
-- Left are row versions that the next vacuum takes, and numbers of history and conflicts that are passed over.
--   p_step     start  what a pull would begin with: as start_sync_run answers, and {leads, linked}; of leads {merges, asks_above: {deletions, changes}}; of rows that hang on leads, {waits_for_lead: {due, not_due}}, too
--              pull   {people, before, read_started_at, missing_fields}: merges a page of people
--              due    {after, limit}: the rows that are due, the longest waiting first, after the last one of another answer
--              push   {leads, people, before, held, silent, results, missing_fields}: claims these rows, merges their records, plans; with results settles, too
--   p_options  {object: default leads, mode: delta | full, policy, strict, mapping: [row of field_mappings], examples: how many of each kind}; all optional
-- lead, lead_id, people: of another object its rows, their ids, its records. people: snapshots. before: [[snapshot]], merged first, list by list, as earlier pages would be. silent: [twenty_id], people of whom nothing is counted.
-- held: leads that claims before this one held, as they answered.
-- Returns {counts: numbers by what they count, examples: [{kind, lead_id, twenty_id, fields, supabase, twenty, winner, reason}], touched: [[lead_id, twenty_id]],
--   due: [[due_at, lead_id, twenty_id, email, other_email], or [due_at, lead_id, false] of one that the filter keeps here]}; of pushes {writes, blanks: [lead_id], again: [lead_id], held}, too. See docs/preview.md.
create or replace function public.preview_sync(p_step text, p_input jsonb default '{}', p_options jsonb default '{}') returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_answer jsonb;
  v_object text := p_options ->> 'object';
  v_adapter text := lead_sync.adapter_of(v_object);
begin
  if p_step is null or p_step not in ('start', 'pull', 'due', 'push') then
    raise exception 'p_step must be start, pull, due or push, got %', p_step using errcode = '22023';
  end if;
  begin
    perform set_config('lead_sync.preview', 'on', true);
    perform lead_sync.preview_mapping(p_options -> 'mapping');
    -- a run that is under way goes on meanwhile; here it counts as stopped
    update public.lead_sync_runs as r set status = 'stopped', finished_at = clock_timestamp() where r.status = 'running';
    -- all is counted; of what is above these numbers, the report warns
    update lead_sync.settings as s set approve_deletions = null, approve_changes = null where p_step <> 'start' and coalesce(s.approve_deletions, s.approve_changes) is not null;
    if v_adapter <> 'lead' then
      perform lead_sync.preview_rows(v_object, v_adapter, p_step, p_input);
    end if;
    v_answer := case p_step
      when 'start' then lead_sync.preview_start(v_adapter, p_options)
      when 'pull' then lead_sync.preview_pull(v_adapter, p_input, p_options)
      when 'due' then lead_sync.preview_due(v_adapter, p_input)
      when 'push' then lead_sync.preview_push(v_adapter, p_input, p_options)
    end;
    raise exception using errcode = 'LSPRV', message = 'Previewed: taken back';
  exception when sqlstate 'LSPRV' then
    null; -- what the variable holds is not taken back
  end;
  return case when p_step in ('pull', 'push') then lead_sync.compare_with_before(v_adapter, v_answer) else v_answer end;
end
$$;

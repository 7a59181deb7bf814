-- The next records to read again, by id; what the read finds goes through upsert_leads with the same run, which repairs.
-- First pass (read): all that is missing, different or orphaned. Second pass (confirm), later than the absence allowance: the orphaned ones still not found.
--   p_run    {id, token} of a reconciliation whose ids are compared
--   p_pass   read | confirm
--   p_after  the answer before's "after"; null at the start of a pass
--   p_limit  1 to 1,000 records
-- Returns {next: repair, pass, after, leads: [{twenty_id}], read_started_at}, {next: wait, pass, after, seconds, leads: []} or {next: finish, leads: []}.
create or replace function public.get_leads_to_repair(p_run jsonb, p_pass text default 'read', p_after uuid default null, p_limit integer default 500)
returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_reconciliation lead_sync.reconciliations;
  v_settings lead_sync.settings;
  v_ids uuid[];
  v_wait interval;
  v_adapter text;
begin
  if p_pass is null or p_pass not in ('read', 'confirm') then
    raise exception 'p_pass must be read or confirm, got %', p_pass using errcode = '22023';
  elsif p_limit is null or p_limit not between 1 and 1000 then
    raise exception 'p_limit must be between 1 and 1,000, got %', p_limit using errcode = '22023';
  end if;
  v_reconciliation := lead_sync.hold_reconciliation(p_run);
  if not v_reconciliation.compared then
    raise exception 'The ids are not compared to their end yet' using errcode = '22023', hint = 'Compare all pages first: compare_lead_ids says when.';
  end if;

  v_adapter := lead_sync.adapter_of_run(v_reconciliation.run_id);
  execute lead_sync.rows_sql(v_adapter, $sql$
    select array_agg(b.subject order by b.subject)
    from (
      select distinct f.subject
      from lead_sync.findings as f
      where f.run_id = $1
        and f.kind in ('missing', 'different', 'orphaned') and f.kind = any ($2)
        and ($3 is null or f.subject > $3)
        and ($4 or exists (
          select from {table} as l join lead_sync.lead_states as s on s.lead_id = l.id
          where l.twenty_id = f.subject and s.absent_since is not null
        ))
      order by f.subject
      limit $5
    ) as b
  $sql$) into v_ids using v_reconciliation.run_id, lead_sync.kinds_to_repair(v_reconciliation), p_after, p_pass = 'read', p_limit;

  if v_ids is null and p_pass = 'read' then
    select * into strict v_settings from lead_sync.settings;
    execute lead_sync.rows_sql(v_adapter, $sql$
      select max(s.absent_since) + $2 - clock_timestamp()
      from lead_sync.findings as f
      join {table} as l on l.twenty_id = f.subject
      join lead_sync.lead_states as s on s.lead_id = l.id
      where f.run_id = $1 and f.kind = 'orphaned' and 'orphaned' = any ($3)
    $sql$) into v_wait using v_reconciliation.run_id, v_settings.absence_allowance, lead_sync.kinds_to_repair(v_reconciliation);
    -- an allowance that outlasts the lease is waited for by the next run
    if v_wait <= v_settings.lease / 2 then
      return jsonb_build_object(
        'next', 'wait', 'pass', 'confirm', 'after', null, 'seconds', greatest(0, ceil(extract(epoch from v_wait))), 'leads', '[]'::jsonb
      );
    end if;
  end if;

  return case
    when v_ids is null then jsonb_build_object('next', 'finish', 'leads', '[]'::jsonb)
    else jsonb_build_object(
      'next', 'repair',
      'pass', p_pass,
      'after', v_ids[cardinality(v_ids)],
      'leads', (select jsonb_agg(jsonb_build_object('twenty_id', i)) from unnest(v_ids) as i),
      'read_started_at', clock_timestamp()
    )
  end;
end
$$;

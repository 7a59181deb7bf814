-- Notes the rows over which a call of the push has died since the last claim; one that was alone is given back with the reason. True when that call was a claim: then the
-- caller must end without claiming, or what is noted here would go when it dies in its turn. Which claim of another object's rows died is not told: it leaves no mark.
-- p_context: {adapter, run_id, sync_type}.
create or replace function lead_sync.judge_dead_work(p_limit integer, p_max_bytes integer, p_context jsonb) returns boolean
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_mark bigint := (select w.last_value from lead_sync.push_at_work as w);
  v_was_claim boolean;
  v_ids uuid[];
  v_adapter text;
  v_leads jsonb;
begin
  if v_mark = 0 or v_mark < 32 and p_context ->> 'adapter' <> 'lead' or not pg_try_advisory_xact_lock(hashtext('lead_sync.push_at_work')) then
    return false;
  end if;
  v_was_claim := v_mark < 32;
  if v_was_claim then
    v_leads := lead_sync.next_due('lead', p_limit, p_max_bytes, v_mark::integer - 1);
  else
    select array_agg(s.lead_id order by s.lead_id), min(s.adapter), jsonb_agg(jsonb_build_object('lead_id', s.lead_id)) into v_ids, v_adapter, v_leads
    from lead_sync.lead_states as s
    where s.claim_token is not null and lead_sync.work_mark(s.claim_token) = v_mark;
    perform lead_sync.lock_rows(coalesce(v_adapter, 'lead'), v_ids);
  end if;

  update lead_sync.lead_states as s set stalls = least(s.stalls + 1, 30)
  from jsonb_array_elements(v_leads) as i
  where s.lead_id = (i ->> 'lead_id')::uuid;
  if jsonb_array_length(v_leads) = 1 then
    perform lead_sync.refuse_lead(
      (v_leads #>> '{0,lead_id}')::uuid, null, 'statement_timeout',
      'the database does not get done with this lead, not even alone: shorten it, or see what takes the triggers on public.leads so long, then replay it',
      p_context || jsonb_build_object('state_only', v_was_claim)
    );
  end if;
  perform setval('lead_sync.push_at_work', 0);
  return v_was_claim and v_leads is not null;
end
$$;

-- Merges the snapshots of people, as merge_people; but what would delete or change more leads than the settings let a run do unasked is taken back and waits for a yes, and
-- so does what is like it while that is open. What was decided on holds as long as the person is as they were then. p_claim_token: what waits of a claim's people is rejected, so
-- that nothing is written to them.
create or replace function lead_sync.merge_or_ask(p_items jsonb, p_context jsonb, p_claim_token uuid) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_run_id uuid := (p_context ->> 'run_id')::uuid;
  v_waits text := case when p_claim_token is null then 'unchanged' else 'rejected' end; -- what waits is
  v_left jsonb;
  v_known jsonb;
  v_results jsonb;
  v_waiting jsonb := '[]';
  v_asked jsonb;
  v_kinds text[];
  v_ids jsonb;
begin
  if p_context ->> 'adapter' <> 'lead' or not lead_sync.asks() and not exists (select from lead_sync.approvals) then
    return lead_sync.write_or_split('merge', p_items, p_context);
  end if;

  -- what was asked about before, by index
  select coalesce(jsonb_object_agg(k.index, k.known), '{}') into v_known
  from (
    select distinct on (i -> 'index') i ->> 'index' as index, jsonb_build_object('id', p.id, 'decision', p.decision, 'lead_id', a.lead_id) as known
    from jsonb_array_elements(p_items) as i
    join lead_sync.approval_items as a on a.twenty_id = (i #>> '{snapshot,twenty_id}')::uuid and a.version is not distinct from (i #>> '{snapshot,twenty_updated_at}')::timestamptz
    join lead_sync.approvals as p on p.id = a.approval_id and p.side = 'supabase'
    order by i -> 'index', p.id desc
  ) as k;
  select coalesce(jsonb_agg(i) filter (where coalesce(v_known #>> array[i ->> 'index', 'decision'], 'no') = 'yes' or not v_known ? (i ->> 'index')), '[]'),
    coalesce(jsonb_agg(jsonb_build_object(
      'index', i -> 'index', 'lead_id', v_known -> (i ->> 'index') -> 'lead_id', 'twenty_id', i #> '{snapshot,twenty_id}', 'result', v_waits, 'linked', false, 'fields', '[]'::jsonb,
      'reason', case v_known #>> array[i ->> 'index', 'decision'] when 'no' then 'no was said to this, approval ' else 'it waits for a yes, approval ' end || (v_known #>> array[i ->> 'index', 'id'])
    )) filter (where v_known ? (i ->> 'index') and v_known #>> array[i ->> 'index', 'decision'] is distinct from 'yes'), '[]')
  into v_left, v_waiting
  from jsonb_array_elements(p_items) as i;

  loop
    v_kinds := '{}';
    begin
      v_results := lead_sync.write_or_split('merge', v_left, p_context);
      select jsonb_agg(jsonb_build_object(
        'kind', case when r -> 'fields' ? 'deleted' and (i #>> '{snapshot,twenty_deleted_at}' is not null or (i #>> '{snapshot,absent}')::boolean) then 'deletions' else 'changes' end,
        'index', r -> 'index', 'lead_id', r -> 'lead_id', 'twenty_id', r -> 'twenty_id', 'version', i #> '{snapshot,twenty_updated_at}', 'snapshot', i -> 'snapshot',
        'change', (select jsonb_object_agg(f, case f when 'deleted' then to_jsonb(i #>> '{snapshot,twenty_deleted_at}' is not null or coalesce((i #>> '{snapshot,absent}')::boolean, false)) else i #> array['snapshot', f] end) from jsonb_array_elements_text(r -> 'fields') as f)
      )) into v_asked
      from jsonb_array_elements(v_results) as r
      join jsonb_array_elements(v_left) as i on i -> 'index' = r -> 'index'
      where r ->> 'result' in ('updated', 'conflict') and r -> 'fields' <> '[]' and not (r ->> 'linked')::boolean and not v_known ? (r ->> 'index');
      if v_asked is not null then
        v_kinds := lead_sync.too_many('supabase', (
          select jsonb_object_agg(c.kind, c.leads) from (select a ->> 'kind' as kind, count(*) as leads from jsonb_array_elements(v_asked) as a group by 1) as c
        ), v_run_id);
      end if;
      if v_kinds <> '{}' then
        raise exception using errcode = 'LSASK', message = 'Taken back: it waits for a yes';
      end if;
    exception when sqlstate 'LSASK' then
      null; -- what the variables hold is not taken back
    end;
    exit when v_kinds = '{}';
    -- a push that ends after the read makes that stale, and a yes would bring nothing then: who is being written to is read again before anybody is asked
    select jsonb_agg(a || jsonb_build_object('is_pushed', s.claim_token is not null and s.claim_token is distinct from p_claim_token)) into v_asked
    from jsonb_array_elements(v_asked) as a left join lead_sync.lead_states as s on s.lead_id = (a ->> 'lead_id')::uuid
    where a ->> 'kind' = any (v_kinds);
    v_ids := lead_sync.note_asked('supabase', coalesce((
      select jsonb_agg(a - 'is_pushed') from jsonb_array_elements(v_asked) as a where a -> 'is_pushed' = 'false'
    ), '[]'), v_run_id, (p_context ->> 'read_started_at')::timestamptz);
    select v_waiting || jsonb_agg(jsonb_build_object(
      'index', a -> 'index', 'lead_id', a -> 'lead_id', 'twenty_id', a -> 'twenty_id', 'result', case when a -> 'is_pushed' = 'true' then 'stale' else v_waits end,
      'linked', false, 'fields', '[]'::jsonb,
      'reason', case when a -> 'is_pushed' = 'true' then 'a push is at it: it is read again before anybody is asked' else 'it waits for a yes, approval ' || (v_ids ->> (a ->> 'kind')) end
    )) into v_waiting
    from jsonb_array_elements(v_asked) as a;
    select coalesce(jsonb_agg(i), '[]') into v_left
    from jsonb_array_elements(v_left) as i
    where not exists (select from jsonb_array_elements(v_asked) as a where a -> 'index' = i -> 'index');
  end loop;
  return coalesce(v_results, '[]') || v_waiting;
end
$$;

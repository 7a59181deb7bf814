-- Queues leads, and rows of other synced tables, that were refused or held for a fresh try, their attempts reset: the chosen ones (a lead that waits for its next try included), or all of a kind.
--   p_lead_ids  up to 10,000 leads; null for all
--   p_kind      dead | held; only without p_lead_ids
--   p_limit     1 to 100,000, the longest waiting first; only without p_lead_ids
-- Returns {replayed, by_object: [{object, replayed}], remaining, results: [{lead_id, replayed, reason}]}: how many were queued, in all and of each object (null: leads), how many of the kind are
-- left, and of each chosen lead what became of it.
create or replace function public.replay_dead_letters(p_lead_ids uuid[] default null, p_kind text default 'dead', p_limit integer default 10000) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_adapter text;
  v_object text;
  v_by_object jsonb := '[]';
  v_wanted uuid[];
  v_ids uuid[];
  v_replayed uuid[] := '{}';
  v_marks jsonb;
  v_results jsonb;
begin
  if p_kind is null or p_kind not in ('dead', 'held') then
    raise exception 'p_kind must be dead or held, got %', p_kind using errcode = '22023';
  elsif p_limit is null or p_limit not between 1 and 100000 then
    raise exception 'p_limit must be between 1 and 100,000, got %', p_limit using errcode = '22023';
  elsif cardinality(p_lead_ids) > 10000 then
    raise exception 'At most 10,000 leads a call, got %', cardinality(p_lead_ids) using errcode = '22023', hint = 'Send smaller batches.';
  end if;
  perform set_config('lead_sync.engine', 'on', true);

  v_wanted := coalesce(p_lead_ids, array(select s.lead_id from lead_sync.stuck_leads(p_kind) as s order by s.since, s.lead_id limit p_limit));
  for v_adapter, v_object in select o.adapter, o.object from lead_sync.objects as o where lead_sync.is_synced(o.adapter) order by o.adapter <> 'lead', o.adapter loop
    execute lead_sync.rows_sql(v_adapter, $sql$
      with locked as materialized (
        select l.id from {table} as l
        join lead_sync.lead_states as s on s.lead_id = l.id
        where l.id = any ($1) and (l.sync_status = 'error' or s.refusal is not null)
        order by l.id
        for no key update of l
      ),
      queued as (
        update lead_sync.lead_states as s set due_at = clock_timestamp(), retries = 0, held_by = null
        from locked as k
        where s.lead_id = k.id and s.claim_token is null
        returning s.lead_id
      )
      select array_agg(q.lead_id), jsonb_agg(jsonb_build_object('lead_id', q.lead_id, 'sync_status', 'pending', 'count', 0)) from queued as q
    $sql$) into v_ids, v_marks using v_wanted;
    if v_ids is not null then
      v_replayed := v_replayed || v_ids;
      v_by_object := v_by_object || jsonb_build_object('object', v_object, 'replayed', cardinality(v_ids));
    end if;
    perform lead_sync.write_or_split('mark', v_marks, jsonb_build_object('adapter', v_adapter));
  end loop;

  select coalesce(jsonb_agg(
    jsonb_build_object(
      'lead_id', w.lead_id,
      'replayed', w.lead_id = any (v_replayed),
      'reason', case
        when w.lead_id = any (v_replayed) then null
        when l.lead_id is null then 'There is no such lead'
        when l.sync_status = 'synced' then 'Nothing to replay: the lead is synced'
        when l.sync_status = 'syncing' then 'The lead is being synced just now'
        else 'The lead is due already'
      end
    )
    order by w.ordinality
  ), '[]')
  into v_results
  from unnest(p_lead_ids) with ordinality as w (lead_id, ordinality)
  left join lead_sync.describe_rows(p_lead_ids) as l on l.lead_id = w.lead_id;

  perform set_config('lead_sync.engine', 'off', true);
  perform public.note_action('replay_dead_letters', jsonb_build_object('kind', p_kind, 'leads', cardinality(v_replayed)));
  return jsonb_build_object(
    'replayed', cardinality(v_replayed), 'by_object', v_by_object, 'remaining', (select count(*) from lead_sync.stuck_leads(p_kind)), 'results', v_results
  );
end
$$;

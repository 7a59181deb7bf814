-- Queues leads for a fresh compare with Twenty; equal ones return to 'synced' without a write. Dead letters and held leads are queued too: this replays them.
--   p_direction  any: a compare looks both ways
--   p_limit      1 to 100,000 leads, the longest unsynced first
--   p_lead_ids   these alone, up to 1,000, also those that wait for their next try
-- Returns {marked, remaining}: how many were queued (not those that a push has at hand), and how many settled leads are left.
create or replace function public.mark_leads_for_sync(p_direction text default 'bidirectional', p_limit integer default 1000, p_lead_ids uuid[] default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_marked jsonb;
begin
  if p_direction is null or p_direction not in ('twenty_to_supabase', 'supabase_to_twenty', 'bidirectional') then
    raise exception 'p_direction must be twenty_to_supabase, supabase_to_twenty or bidirectional, got %', p_direction using errcode = '22023';
  elsif p_limit is null or p_limit not between 1 and 100000 then
    raise exception 'p_limit must be between 1 and 100,000, got %', p_limit using errcode = '22023';
  elsif cardinality(p_lead_ids) > 1000 then
    raise exception 'At most 1,000 leads a call, got %', cardinality(p_lead_ids) using errcode = '22023';
  end if;
  perform set_config('lead_sync.engine', 'on', true);

  with chosen as materialized (
    select l.id
    from public.leads as l
    left join lead_sync.lead_states as s on s.lead_id = l.id
    where s.claim_token is null and case
      when p_lead_ids is null then l.sync_status in ('synced', 'outside', 'error') and (s.due_at is null or s.due_at > clock_timestamp())
      else l.id = any (p_lead_ids)
    end
    order by l.last_synced_at nulls first, l.id
    limit p_limit
    for no key update of l skip locked
  ),
  queue as (
    insert into lead_sync.lead_states as s (lead_id, due_at, due_since)
    select c.id, clock_timestamp(), clock_timestamp() from chosen as c
    on conflict (lead_id) do update set due_at = excluded.due_at, due_since = coalesce(s.due_since, excluded.due_since), retries = 0, held_by = null
  )
  select jsonb_agg(jsonb_build_object('lead_id', c.id, 'sync_status', 'pending', 'count', 0, 'sync_direction', p_direction)) into v_marked from chosen as c;
  perform lead_sync.write_or_split('mark', v_marked);

  perform set_config('lead_sync.engine', 'off', true);
  perform public.note_action('mark_leads_for_sync', jsonb_build_object(
    'direction', p_direction, 'leads', coalesce(jsonb_array_length(v_marked), 0), 'lead_id', case cardinality(p_lead_ids) when 1 then p_lead_ids[1] end
  ));
  return jsonb_build_object(
    'marked', coalesce(jsonb_array_length(v_marked), 0),
    'remaining', (select count(*) from public.leads as l where l.sync_status in ('synced', 'outside', 'error'))
  );
end
$$;

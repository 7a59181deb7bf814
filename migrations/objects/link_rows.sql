-- After leads got a person, another one or none: rows that waited for such a person hang on the lead now, and those that hung on it already are due where that changes their contact, those among them that waited for the person.
create or replace function lead_sync.link_rows(p_adapter text, p_lead_ids uuid[]) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' set enable_nestloop = on as $$
declare
  v_engine text := current_setting('lead_sync.engine', true);
  v_marks jsonb;
  v_claimed boolean;
begin
  perform set_config('lead_sync.engine', 'on', true);
  execute lead_sync.rows_sql(p_adapter, $sql$
    update {table} as l set lead_id = k.lead_id, contact_id = null
    from (
      select r.id, p.id as lead_id from public.leads as p join {table} as r on r.contact_id = p.twenty_id
      where p.id = any ($1) and r.lead_id is null
      order by r.id
      for no key update of r
    ) as k
    where l.id = k.id
  $sql$) using p_lead_ids;
  execute lead_sync.rows_sql(p_adapter, $sql$
    with moved as materialized (
      select l.id from {table} as l
      join lead_sync.lead_states as s on s.lead_id = l.id
      where l.lead_id = any ($1) and s.claim_token is null and {values} -> 'contact_id' is distinct from s.base_local -> 'contact_id'
      order by l.id
      for no key update of l
    ),
    queued as (
      update lead_sync.lead_states as s set due_at = clock_timestamp(), due_since = coalesce(s.due_since, clock_timestamp()), retries = 0
      from moved as m where s.lead_id = m.id
    )
    select
      (select jsonb_agg(jsonb_build_object('lead_id', m.id, 'sync_status', 'pending')) from moved as m),
      exists (select from {table} as l join lead_sync.lead_states as s on s.lead_id = l.id where l.lead_id = any ($1) and s.claim_token is not null)
  $sql$) into v_marks, v_claimed using p_lead_ids;
  perform lead_sync.write_or_split('mark', v_marks, jsonb_build_object('adapter', p_adapter));
  -- a claimed one may be planned in a transaction that does not see this one: it waits, and wake_rows of the next claim ends that
  if v_marks is not null or v_claimed then
    perform lead_sync.wish_for_call(p_adapter || '_push');
  end if;
  perform set_config('lead_sync.engine', coalesce(v_engine, ''), true);
end
$$;

-- After values of a field were given a translation: leads that went out without such a value, because Twenty has no such option, send it. Up to 5,000 are due at once, the
-- others with the next reconciliation.
create or replace function lead_sync.send_translated() returns trigger
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_before text := coalesce(current_setting('lead_sync.engine', true), '');
  v_marks jsonb;
begin
  if lead_sync.adapter_of(new.object) <> 'lead' then
    return null;
  end if;
  with locked as materialized (
    select l.id
    from public.leads as l join lead_sync.lead_states as s on s.lead_id = l.id
    where l.left_out <> '{}' and l.left_out ? new.lead_field and l.deleted_at is null
      and new.translations ? (s.base_local ->> new.lead_field) and (old.translations ? (s.base_local ->> new.lead_field)) is not true
    order by l.id
    for no key update of l
  ),
  freed as (
    update lead_sync.lead_states as s set base_local = s.base_local - new.lead_field from locked as k where s.lead_id = k.id
    returning s.lead_id, s.claim_token
  ),
  queued as materialized (
    select f.lead_id from freed as f where f.claim_token is null order by f.lead_id limit 5000
  )
  select jsonb_agg(q.lead_id) into v_marks from queued as q;
  if v_marks is not null then
    update lead_sync.lead_states as s set due_at = clock_timestamp(), due_since = clock_timestamp()
    where s.lead_id in (select i::uuid from jsonb_array_elements_text(v_marks) as i);
    perform set_config('lead_sync.engine', 'on', true);
    perform lead_sync.write_or_split('mark', (select jsonb_agg(jsonb_build_object('lead_id', i, 'sync_status', 'pending')) from jsonb_array_elements(v_marks) as i));
    perform set_config('lead_sync.engine', v_before, true);
  end if;
  return null;
end
$$;

-- Claims those of some rows that are due, as a push does, and leads that another filter left here: as reopen_outside has it, but due from one time on, whichever call asks. Returns [[due_at, lead_id, twenty_id, email, other_email]], what a push reads of each and since when it is due;
-- one whose row takes no claim has its first two alone. p_run null: they are listed for a claim to come; one that this will stop, as next_inside has it, has false in place of what would be read.
create or replace function lead_sync.preview_claim(p_adapter text, p_lead_ids uuid[], p_claim_token uuid, p_run jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_due jsonb;
  v_items jsonb;
  v_leads jsonb;
  v_outside uuid[] := '{}';
begin
  perform lead_sync.lock_rows(p_adapter, p_lead_ids);
  update lead_sync.lead_states as s set due_at = 'epoch', outside_by = null where s.lead_id = any (p_lead_ids) and s.due_at is null and s.outside_by < lead_sync.outside_since();
  select jsonb_object_agg(s.lead_id, s.due_at), jsonb_agg(jsonb_build_object('lead_id', s.lead_id) order by s.due_at, s.lead_id) into v_due, v_items
  from lead_sync.lead_states as s
  where s.adapter = p_adapter and s.lead_id = any (p_lead_ids) and s.due_at <= clock_timestamp();
  if v_items is null then
    return '[]';
  end if;
  if p_adapter = 'lead' and p_run is null then
    v_outside := array(
      select o.lead_id
      from lead_sync.outside_leads(array(select (i ->> 'lead_id')::uuid from jsonb_array_elements(v_items) as i)) as o
      join lead_sync.lead_states as s on s.lead_id = o.lead_id
      where s.intent is null
    );
  end if;
  perform set_config('lead_sync.engine', 'on', true);
  v_leads := lead_sync.write_or_split('claim', v_items, jsonb_build_object(
    'adapter', p_adapter, 'claim_token', p_claim_token, 'lease', (select s.lease from lead_sync.settings as s), 'run_id', p_run -> 'id', 'sync_type', 'manual'
  ));
  perform set_config('lead_sync.engine', 'off', true);
  return (
    select jsonb_agg(case
      when d.key::uuid = any (v_outside) then jsonb_build_array(d.value, d.key, false)
      else jsonb_build_array(d.value, d.key, a -> 'twenty_id', a -> 'email', a -> 'other_email')
    end order by (d.value #>> '{}')::timestamptz, d.key)
    from jsonb_each(v_due) as d left join jsonb_array_elements(v_leads) as a on a ->> 'lead_id' = d.key
  );
end
$$;

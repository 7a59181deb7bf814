-- Claims leads that the caller has locked. p_items: [{lead_id}]; p_context: {adapter, claim_token, lease}. Returns [{lead_id, twenty_id, email, other_email}],
-- other_email only where the host has another spelling.
create or replace function lead_sync.claim_leads(p_items jsonb, p_context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_adapter text := coalesce(p_context ->> 'adapter', 'lead');
  v_token uuid := p_context ->> 'claim_token';
  v_lease interval := p_context ->> 'lease';
  v_leads jsonb;
begin
  execute lead_sync.rows_sql(v_adapter, $sql$
    with claim as (
      update lead_sync.lead_states as s set
        claim_token = $2, lease = $3, due_at = clock_timestamp() + $3, due_since = coalesce(s.due_since, clock_timestamp()), refusal = null,
        outside_by = null
      from jsonb_array_elements($1) as i
      where s.lead_id = (i ->> 'lead_id')::uuid
      returning s.lead_id, s.base_local, s.gone
    ),
    mark as (
      update {table} as l set sync_status = 'syncing'
      from claim as c
      where l.id = c.lead_id
      returning l.id, l.twenty_id, {email} as email, c.base_local, c.gone
    )
    select to_jsonb(array_agg(
      jsonb_build_object('lead_id', m.id, 'twenty_id', coalesce(m.twenty_id, lead_sync.id_in_twenty(m.id)), 'email', a.emails[1])
        || case when cardinality(a.emails) > 1 then jsonb_build_object('other_email', a.emails[2]) else '{}' end
      order by m.id
    ))
    from mark as m
    cross join lateral (
      select case
        when m.twenty_id is null or m.gone or lead_sync.clean(m.email) is distinct from m.base_local ->> 'email' then lead_sync.email_spellings(m.email)
      end as emails
    ) as a
  $sql$) into v_leads using p_items, v_token, v_lease;
  if jsonb_array_length(v_leads) is distinct from jsonb_array_length(p_items) then
    raise exception 'a trigger passes over the write';
  end if;
  return v_leads;
end
$$;

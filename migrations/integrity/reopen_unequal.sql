-- Takes back what counts as agreed of the fields in which leads are unequal (unequal_leads), of a company both, and queues these leads. The next push compares them with
-- Twenty as if both sides had changed them: the field's policy decides, and what loses is kept as a conflict. Returns how many leads.
create or replace function lead_sync.reopen_unequal() returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_ids uuid[];
begin
  with unequal as materialized (
    select u.lead_id, u.fields || case when u.fields && array['company_name', 'company_domain'] then array['company_name', 'company_domain'] else '{}' end as fields
    from lead_sync.unequal_leads() as u
  ),
  reopened as (
    update lead_sync.lead_states as s set base_local = s.base_local - u.fields, base_remote = s.base_remote - u.fields
    from unequal as u
    where s.lead_id = u.lead_id and s.claim_token is null
    returning s.lead_id
  )
  select array_agg(r.lead_id) into v_ids from reopened as r;
  return lead_sync.queue_rows('lead', v_ids);
end
$$;

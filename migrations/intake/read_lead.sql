-- A lead of another source as a person would read it: a list of one is that one, blank texts (an id "" among them) are nothing, and so is what people type who have no address or number (comparable).
-- Lists stay where lists belong.
create or replace function lead_sync.read_lead(p_lead jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select coalesce(
    jsonb_object_agg(
      e.key, case
        when jsonb_typeof(v.value) <> 'string' then v.value
        when e.key in ('email', 'phone', 'linkedin_url', 'company_domain') and lead_sync.comparable('link', v.value) = '' then 'null'
        else coalesce(to_jsonb(lead_sync.clean(v.value #>> '{}')), 'null')
      end
    ),
    '{}'
  )
  from jsonb_each(p_lead) as e
  cross join lateral (
    select case
      when jsonb_typeof(e.value) = 'array' and jsonb_array_length(e.value) < 2 and e.key not in ('additional_emails', 'additional_phones')
        and e.key not like 'attributes%' then coalesce(e.value -> 0, 'null')
      else e.value
    end as value
  ) as v
$$;

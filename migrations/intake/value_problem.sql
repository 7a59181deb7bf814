-- Why a value of a lead of another source is none of its field, by name; null when all are. p_lead: of read_lead.
create or replace function lead_sync.value_problem(p_lead jsonb) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select format('%s must be %s, got %s', e.key, w.wanted, left(e.value::text, 80))
  from jsonb_each(p_lead) as e
  cross join lateral (
    select case
      when e.value = 'null' then null
      when e.key in ('additional_emails', 'additional_phones') then case
        when jsonb_typeof(e.value) = 'object' or jsonb_path_exists(e.value, 'strict $[*] ? (@.type() == "object" || @.type() == "array")', silent => true)
          then 'a list of texts'
      end
      when e.key = 'lead_score' then case
        when jsonb_typeof(e.value) not in ('number', 'string') or e.value #>> '{}' !~ '^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,2})?$' then 'a finite number'
      end
      when e.key in ('email', 'id') then case when jsonb_typeof(e.value) <> 'string' then 'a text' end
      when e.key in (
        'first_name', 'last_name', 'phone', 'job_title', 'company_name', 'company_domain', 'company_size', 'city', 'region', 'country', 'postal_code',
        'linkedin_url', 'lead_source', 'lead_status'
      ) then case when jsonb_typeof(e.value) not in ('string', 'number') then 'a text' end
    end as wanted
  ) as w
  where w.wanted is not null
  order by e.key
  limit 1
$$;

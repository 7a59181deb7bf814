-- The fields of a lead on which bands, tiers, segment and score may depend: those that the published rules and the criteria of segments look at, and those of the enrichment.
create or replace function lead_sync.assessed_fields(p_version integer) returns text[]
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_names constant text[] := lead_sync.scoring_attributes();
begin
  return array(
    select distinct case
      when c.attribute_key is not null then 'attributes.' || c.attribute_key
      when v_names[c.attribute_no] in ('email_domain', 'email_type') then 'email'
      when v_names[c.attribute_no] = 'phone_country' then 'phone'
      else v_names[c.attribute_no]
    end
    from lead_sync.conditions as c
    where c.set_no = 0 or (c.set_no = p_version and p_version > 0)
  ) || array['company_size', 'country', 'region', 'postal_code'];
end
$$;

-- Takes the lead of one form, as upsert_leads does, unless p_per_minute forms of its source have come within a minute: a form is filled in by anybody, and by machines.
-- p_lead: a lead with a touch whose kind is form. One that came before changes nothing, and so is never too much. Forms of one source wait for each other, so that the count is right.
-- Returns the lead's result of upsert_leads: {result, reason, lead_id, …}; or {"result": "flood"}, and nothing was taken. Raises 22023 where p_per_minute is less than 1.
create or replace function public.take_form(p_lead jsonb, p_source text default 'form', p_per_minute integer default 60) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_forms integer;
begin
  if coalesce(p_per_minute, 0) < 1 then
    raise exception 'p_per_minute must be at least 1' using errcode = '22023';
  end if;
  perform pg_advisory_xact_lock(hashtext('lead_sync.form'), hashtext(p_source));
  select count(*) into v_forms from public.lead_touches as t
  where t.kind = 'form' and t.source = p_source and t.created_at > clock_timestamp() - interval '1 minute';
  if v_forms >= p_per_minute and not exists (
    select from public.lead_touches as t where t.source = p_source and t.external_id = p_lead #>> '{touch,external_id}'
  ) then
    return jsonb_build_object('result', 'flood');
  end if;
  return public.upsert_leads(jsonb_build_array(p_lead), p_source) #> '{results,0}';
end
$$;

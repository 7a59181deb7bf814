-- A lead of another source whose touch is as a person would read it: blank texts are nothing, its source is the lead's unless it names one, its kind a form's.
create or replace function lead_sync.read_touch(p_lead jsonb, p_source text) returns jsonb
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  if jsonb_typeof(p_lead -> 'touch') is distinct from 'object' then
    return case when p_lead -> 'touch' = 'null' then p_lead - 'touch' else p_lead end;
  end if;
  return p_lead || jsonb_build_object(
    'touch', jsonb_build_object('source', p_source, 'kind', 'form') || jsonb_strip_nulls(lead_sync.read_lead((p_lead -> 'touch') - 'raw'))
      || jsonb_build_object('raw', p_lead #> '{touch,raw}')
  );
end
$$;

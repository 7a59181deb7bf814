-- Keeps what a look at all parts found, in the place of what the one before found.
--   p_source    who looked: 'workflow' or 'command'
--   p_findings  a list of {area, check, status, detail, next_step}
-- Returns {noted: how many}.
create or replace function public.note_findings(p_source text, p_findings jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
begin
  if coalesce(jsonb_typeof(p_findings), '') <> 'array' then
    raise exception 'p_findings must be a list, got %', coalesce(jsonb_typeof(p_findings), 'null') using errcode = '22023';
  end if;
  insert into lead_sync.last_findings as f (at, source, findings) values (clock_timestamp(), p_source, p_findings)
  on conflict (only_row) do update set at = excluded.at, source = excluded.source, findings = excluded.findings;
  return jsonb_build_object('noted', jsonb_array_length(p_findings));
end
$$;

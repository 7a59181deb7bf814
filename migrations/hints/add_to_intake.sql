-- Notes what a source named, by webhook or in its lists, once each: what is noted already, read or not, stays as it is.
--   p_source  e.g. meta
--   p_hints   [{external_id, hint}], up to 10,000; external_id: what the source calls it; hint: an object that says where to read it, nothing of a person
--   p_cursor  {channel, read_until}: all that this channel had until then is among the hints; stored with them, and never set back
-- Returns {added, known, ignored, waiting}: new ones, those that were noted before, those without an id, and how many are due now (counted up to 100,000).
create or replace function public.add_to_intake(p_source text, p_hints jsonb default '[]', p_cursor jsonb default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_given integer;
  v_named integer;
  v_added integer;
begin
  if p_source is null or p_source = '' or char_length(p_source) > 100 then
    raise exception 'p_source must be the name of a source, got %', left(p_source, 100) using errcode = '22023', hint = 'Pass e.g. meta.';
  elsif jsonb_typeof(p_hints) is distinct from 'array' then
    raise exception 'p_hints must be an array of hints' using errcode = '22023', hint = 'Pass [{"external_id": "…", "hint": {}}].';
  elsif jsonb_array_length(p_hints) > 10000 then
    raise exception 'At most 10,000 hints a call, got %', jsonb_array_length(p_hints) using errcode = '22023', hint = 'Send smaller batches.';
  elsif p_cursor is not null and (p_cursor ->> 'channel' is null or p_cursor ->> 'read_until' is null) then
    raise exception 'p_cursor must be {channel, read_until}' using errcode = '22023';
  end if;
  v_given := jsonb_array_length(p_hints);

  with named as materialized (
    select distinct on (n.external_id) n.external_id, n.hint
    from (
      select h ->> 'external_id' as external_id, case when jsonb_typeof(h -> 'hint') = 'object' then h -> 'hint' else '{}' end as hint
      from jsonb_array_elements(p_hints) as h
    ) as n
    where char_length(n.external_id) between 1 and 500
    order by n.external_id -- one order everywhere means no deadlock
  ),
  noted as (
    insert into lead_sync.intake_inbox (source, external_id, hint)
    select p_source, n.external_id, n.hint from named as n
    on conflict (source, external_id) do nothing
    returning external_id
  )
  select
    (select count(*) from jsonb_array_elements(p_hints) as h where char_length(h ->> 'external_id') between 1 and 500),
    (select count(*) from noted)
  into v_named, v_added;

  if p_cursor is not null then
    insert into lead_sync.intake_cursors as c (source, channel, read_until)
    values (p_source, p_cursor ->> 'channel', (p_cursor ->> 'read_until')::timestamptz)
    on conflict (source, channel) do update set read_until = excluded.read_until where c.read_until < excluded.read_until;
  end if;
  return jsonb_build_object('added', v_added, 'known', v_named - v_added, 'ignored', v_given - v_named, 'waiting', lead_sync.count_intake(p_source));
end
$$;

-- Why an answer of AI cannot be taken, or null. Nothing that AI says is trusted: it may have followed an instruction in a lead's text.
create or replace function lead_sync.ai_answer_problem(p_answer jsonb) returns text
language sql stable set search_path = '' as $$
  select case
    when jsonb_typeof(p_answer) is distinct from 'object' then 'The answer is not an object: expected {"lead_id": …, "segment": …, "confidence": 0.8}'
    when not coalesce(lead_sync.is_uuid(p_answer ->> 'lead_id'), false) then 'lead_id must be the UUID of a lead, got ' || coalesce(left(p_answer ->> 'lead_id', 60), 'nothing')
    when coalesce(jsonb_typeof(p_answer -> 'segment'), 'null') not in ('string', 'null') then 'Lead ' || (p_answer ->> 'lead_id') || ': segment must be a name or null'
    when jsonb_typeof(p_answer -> 'segment') = 'string'
      and not exists (select from public.customer_segments as s where s.enabled and lower(s.segment_name) = lower(btrim(p_answer ->> 'segment'))) then
      'Lead ' || (p_answer ->> 'lead_id') || ': there is no segment "' || left(p_answer ->> 'segment', 60) || '"'
    when jsonb_typeof(p_answer -> 'segment') = 'string' and jsonb_typeof(p_answer -> 'confidence') is distinct from 'number' then
      'Lead ' || (p_answer ->> 'lead_id') || ': confidence must be a number from 0 to 1'
    when jsonb_typeof(p_answer -> 'segment') = 'string' and (p_answer ->> 'confidence')::numeric not between 0 and 1 then
      'Lead ' || (p_answer ->> 'lead_id') || ': confidence must be from 0 to 1, got ' || left(p_answer ->> 'confidence', 20)
  end
$$;

-- Drafts a segment; what is in force stays as it is until publish_segments().
--   p_segment     {id, segment_name, description, criteria, threshold, priority, enabled}; no id: a new one; what is left out stays as it is drafted, or in force
--   p_discard     true: takes the draft of this id back
-- Returns {saved, problems: {column: sentence}, id}. Raises 22023 on a malformed call.
create or replace function public.save_segment_draft(p_segment jsonb, p_discard boolean default false) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_id uuid;
  v_segment public.customer_segments;
  v_problems jsonb;
begin
  if jsonb_typeof(p_segment) is distinct from 'object' or not coalesce(lead_sync.is_uuid(p_segment ->> 'id'), true) then
    raise exception 'p_segment must be an object, and its id that of a segment' using errcode = '22023';
  elsif pg_column_size(p_segment) > 65536 then
    return jsonb_build_object('saved', false, 'problems', '{"criteria": "A segment has at most 64 kB: shorten the lists."}'::jsonb, 'id', p_segment -> 'id');
  end if;
  v_id := coalesce((p_segment ->> 'id')::uuid, gen_random_uuid());
  if p_discard then
    delete from lead_sync.segment_drafts as d where d.segment_id = v_id;
    return jsonb_build_object('saved', found, 'problems', case when found then '{}'::jsonb else '{"segment_name": "There is no draft of it."}' end, 'id', v_id);
  end if;
  select * into v_segment from public.customer_segments as s where s.id = v_id;
  if not found then
    v_segment.threshold := 1;
    v_segment.priority := 100;
    v_segment.enabled := true;
    v_segment.created_at := now();
  end if;
  v_segment.id := v_id;
  v_segment := jsonb_populate_record(v_segment, coalesce((select d.segment from lead_sync.segment_drafts as d where d.segment_id = v_id), '{}'));
  v_problems := lead_sync.change_problems(v_segment, p_segment - array['id', 'criteria']);
  if v_problems = '{}' then
    v_segment := jsonb_populate_record(v_segment, p_segment - 'id');
    v_segment.criteria := nullif(v_segment.criteria, 'null');
    v_segment.segment_name := btrim(v_segment.segment_name);
    v_problems := lead_sync.segment_problems(v_segment);
  end if;
  if exists (
    select from public.customer_segments as s full join lead_sync.segment_drafts as d on d.segment_id = s.id
    where coalesce(s.id, d.segment_id) <> v_id and coalesce(d.segment ->> 'segment_name', s.segment_name) = v_segment.segment_name
  ) then
    v_problems := v_problems || '{"segment_name": "Another segment has this name."}';
  end if;
  if v_problems = '{}' then
    insert into lead_sync.segment_drafts as d (segment_id, segment) values (v_id, to_jsonb(v_segment) - array['id', 'created_at'])
    on conflict (segment_id) do update set segment = excluded.segment;
  end if;
  return jsonb_build_object('saved', v_problems = '{}', 'problems', v_problems, 'id', v_id);
end
$$;

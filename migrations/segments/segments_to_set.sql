-- What publishing puts in force: the drafted segments; or those of a version, with all that came later off. Raises 22023 when there is no such version, or nothing is drafted.
create or replace function lead_sync.segments_to_set(p_version integer default null) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_segments jsonb;
begin
  if p_version is null then
    select jsonb_agg(d.segment || jsonb_build_object('id', d.segment_id) order by d.segment_id) into v_segments from lead_sync.segment_drafts as d;
    if v_segments is null then
      raise exception 'Nothing is drafted' using errcode = '22023', hint = 'Draft a segment with save_segment_draft first.';
    end if;
    return v_segments;
  end if;
  select v.segments into v_segments from lead_sync.segment_versions as v where v.version = p_version;
  if not found then
    raise exception 'There is no published version %', p_version using errcode = '22023', hint = 'get_segments() lists the versions.';
  end if;
  return v_segments || coalesce((
    select jsonb_agg(to_jsonb(s) - 'created_at' || '{"enabled": false}' order by s.id) from public.customer_segments as s
    where not exists (select from jsonb_array_elements(v_segments) as v where v ->> 'id' = s.id::text)
  ), '[]');
end
$$;

-- The segments, with what is drafted of them, and what was published.
-- Returns {segments: [{id, segment_name, description, criteria, threshold, priority, enabled, draft: the same or null}], drafts: how many, versions: [{version, published_at, published_by, note, segments}], the newest
--   50, attributes, operators: what a criterion can look at, and how}; a segment that is only drafted has no name.
create or replace function public.get_segments() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object(
    'segments', (
      select coalesce(jsonb_agg(
        coalesce(to_jsonb(s) - 'created_at', jsonb_build_object('id', d.segment_id)) || jsonb_build_object('draft', d.segment)
        order by coalesce(s.priority, (d.segment ->> 'priority')::integer), coalesce(s.segment_name, d.segment ->> 'segment_name')
      ), '[]')
      from public.customer_segments as s full join lead_sync.segment_drafts as d on d.segment_id = s.id
    ),
    'drafts', (select count(*) from lead_sync.segment_drafts),
    'versions', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'version', v.version, 'published_at', v.published_at, 'published_by', v.published_by, 'note', v.note, 'segments', jsonb_array_length(v.segments)
      ) order by v.version desc), '[]')
      from (select * from lead_sync.segment_versions as n order by n.version desc limit 50) as v
    ),
    'attributes', to_jsonb(array_remove(lead_sync.scoring_attributes(), 'segment')),
    'operators', to_jsonb(lead_sync.scoring_operators())
  )
$$;

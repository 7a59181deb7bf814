-- Puts in force what is drafted, or an earlier version again, as a new version; segments that came after that one are turned off, so that nothing is lost. Leads follow through calculate_lead_scores()
-- or classify_lead_segments(), those that change follow at once.
--   p_note     why      p_version  of get_segments; null: the draft
--   p_seen     seen of the preview that was shown; null: whatever is drafted by now
-- Returns {version, segments: how many were written}. Raises 22023 when there is no such version, or nothing is drafted; PT409 when somebody has changed that since; 23505 when two segments would have one name.
create or replace function public.publish_segments(p_note text default null, p_version integer default null, p_seen text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_version integer;
  v_segments jsonb;
  v_last jsonb;
begin
  lock table lead_sync.segment_versions, lead_sync.segment_drafts in share row exclusive mode;
  v_segments := lead_sync.segments_to_set(p_version);
  if md5(v_segments::text) <> p_seen then
    raise exception 'Somebody has changed the segments since they were shown' using errcode = 'PT409', hint = 'Look at them again.';
  end if;
  select v.version, v.segments into v_version, v_last from lead_sync.segment_versions as v order by v.version desc limit 1;
  v_version := coalesce(v_version, 0);
  if v_last is distinct from lead_sync.all_segments() then
    v_version := v_version + 1;
    insert into lead_sync.segment_versions (version, segments, note) values (v_version, lead_sync.all_segments(), 'As they were before the next version');
  end if;
  v_version := v_version + 1;
  perform lead_sync.set_segments(v_segments);
  if p_version is null then
    delete from lead_sync.segment_drafts as d where true;
  end if;
  insert into lead_sync.segment_versions (version, segments, note, published_by)
  values (v_version, lead_sync.all_segments(), coalesce(nullif(left(btrim(p_note), 500), ''), 'Version ' || p_version || ' again'), lead_sync.actor());
  perform public.note_action('publish_segments', jsonb_strip_nulls(jsonb_build_object('version', v_version, 'from_version', p_version, 'note', left(p_note, 200))));
  return jsonb_build_object('version', v_version, 'segments', jsonb_array_length(v_segments));
end
$$;

-- Reads a feed: what happened since, the oldest first, each at least once; of one lead in the order in which it happened. The first read begins the feed.
-- What a feed no longer wants goes. A feed that nobody reads for history_days of the settings ends, and events that are older than that go.
--   p_feed    its name, e.g. the ID of a workflow       p_events  created, changed, synced, held, failed, conflicted, score_crossed, segment_changed, assigned, alert_fired
--   p_fields  see lead_sync.event_feeds; so is p_score  p_done    ids of events that the read before gave and the flow has: they do not come again
-- Returns {began, events: [{id, event, lead_id, happened_at, details, lead}], has_next}: lead is its row as it is now, null for an alert's event and for a lead that is deleted for good.
-- Raises 22023 on a malformed call.
create or replace function public.read_lead_events(
  p_feed text, p_events text[], p_fields text[] default null, p_score numeric default null, p_done bigint[] default null, p_limit integer default 100
) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_began boolean;
  v_events jsonb;
begin
  if coalesce(length(p_feed), 0) not between 1 and 200 or p_limit is null or p_limit not between 1 and 10000 then
    raise exception 'p_feed must have 1 to 200 characters, and p_limit be between 1 and 10000' using errcode = '22023';
  elsif coalesce(cardinality(p_events), 0) = 0 or not p_events <@ array[
    'created', 'changed', 'synced', 'held', 'failed', 'conflicted', 'score_crossed', 'segment_changed', 'assigned', 'alert_fired'
  ] then
    raise exception 'p_events names no events, or one that is none' using errcode = '22023';
  elsif 'score_crossed' = any (p_events) and p_score is null then
    raise exception 'score_crossed needs p_score' using errcode = '22023', hint = 'Say which score a lead must cross.';
  end if;
  insert into lead_sync.event_feeds as f (feed, events, fields, score) values (p_feed, p_events, p_fields, p_score)
  on conflict (feed) do update set events = excluded.events, fields = excluded.fields, score = excluded.score, read_at = clock_timestamp()
  returning f.xmax::text = '0' into v_began;
  delete from lead_sync.lead_events as e where e.feed = p_feed and (v_began or e.id = any (p_done) or e.event <> all (p_events));

  select coalesce(jsonb_agg(
    jsonb_build_object(
      'id', e.id, 'event', e.event, 'lead_id', e.lead_id, 'happened_at', e.happened_at, 'details', e.details, 'lead', to_jsonb(l)
    ) order by e.id
  ), '[]')
  into v_events
  from (select r.* from lead_sync.lead_events as r where r.feed = p_feed order by r.id limit p_limit) as e
  left join public.leads as l on l.id = e.lead_id;
  return jsonb_build_object('began', v_began, 'events', v_events, 'has_next', jsonb_array_length(v_events) = p_limit);
end
$$;

-- Records that were asked for by id and are not there. One that is stored is gone once a second read, absence_allowance later, misses it, too: what the
-- first one asked may not have known it yet. What is gone leaves its id, so that no late reading brings it back. Returns {absent, gone}.
create or replace function lead_sync.note_absent_activities(p_kind text, p_is_link boolean, p_records jsonb, p_read timestamptz) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_absent uuid[] := array(
    select (r ->> 'id')::uuid from jsonb_array_elements(p_records) as r where r -> 'absent' = 'true' order by 1
  );
  v_confirmed timestamptz := p_read - (select s.absence_allowance from lead_sync.settings as s);
  v_gone integer;
begin
  if v_absent = '{}' then
    return '{"absent": 0, "gone": 0}';
  elsif p_is_link then
    perform lead_sync.rescore_active(array_agg(k.person_id), array_agg(k.opportunity_id))
    from lead_sync.activity_links as k
    where k.kind = p_kind and k.twenty_id = any (v_absent) and k.absent_since <= v_confirmed and k.read_at < p_read;
    update lead_sync.activity_links as k set
      deleted_at = clock_timestamp(), updated_at = 'infinity', read_at = p_read, absent_since = null, activity_id = null, person_id = null,
      opportunity_id = null, author = null
    where k.kind = p_kind and k.twenty_id = any (v_absent) and k.absent_since <= v_confirmed and k.read_at < p_read;
    get diagnostics v_gone = row_count;
    update lead_sync.activity_links as k set absent_since = p_read
    where k.kind = p_kind and k.twenty_id = any (v_absent) and k.absent_since is null and k.updated_at <> 'infinity' and k.read_at < p_read;
  else
    perform lead_sync.rescore_active(array_agg(k.person_id), array_agg(k.opportunity_id))
    from lead_sync.activities as a
    join lead_sync.activity_links as k on k.kind = a.kind and k.activity_id = a.twenty_id
    where a.kind = p_kind and a.twenty_id = any (v_absent) and a.absent_since <= v_confirmed and a.read_at < p_read;
    update lead_sync.activities as a set
      deleted_at = clock_timestamp(), updated_at = 'infinity', read_at = p_read, absent_since = null, author = null, title = null, excerpt = null,
      body = null, status = null
    where a.kind = p_kind and a.twenty_id = any (v_absent) and a.absent_since <= v_confirmed and a.read_at < p_read;
    get diagnostics v_gone = row_count;
    update lead_sync.activities as a set absent_since = p_read
    where a.kind = p_kind and a.twenty_id = any (v_absent) and a.absent_since is null and a.updated_at <> 'infinity' and a.read_at < p_read;
  end if;
  return jsonb_build_object('absent', cardinality(v_absent), 'gone', v_gone);
end
$$;

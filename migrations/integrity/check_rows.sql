-- The lines of the integrity report that there are of every synced object, see check_sync_integrity; those of leads have no object.
-- p_records: live records in Twenty; null: as many as the object's last reconciliation saw, if it got through.
create or replace function lead_sync.check_rows(p_adapter text, p_fix boolean, p_records bigint, p_now timestamptz) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_object text;
  v_known_by text;
  v_drift jsonb := coalesce(lead_sync.measure_drift(p_now, p_adapter), '{}');
  v_records bigint := coalesce(p_records, case v_drift ->> 'status' when 'succeeded' then (v_drift ->> 'compared_live')::bigint end);
  v_linked bigint;
  v_outside bigint := 0;
  v_ids uuid[];
  v_stateless uuid[];
  v_found bigint;
  v_fixed integer;
  v_checks jsonb := '[]';
begin
  select o.object, o.known_by into v_object, v_known_by from lead_sync.objects as o where o.adapter = p_adapter;
  -- where deletion stays on one side, the counts differ by design
  if v_records is not null and exists (
    select from lead_sync.settings as s join lead_sync.field_mappings as m on m.object = coalesce(v_object, s.object)
    where m.lead_field = 'deleted' and m.enabled and m.direction = 'both'
  ) then
    execute lead_sync.rows_sql(p_adapter, 'select count(*) from {table} as l where l.twenty_id is not null and l.deleted_at is null') into v_linked;
    if v_object is null then
      v_outside := (select count(*) from lead_sync.people_outside as o where not exists (select from public.leads as l where l.twenty_id = o.twenty_id));
    end if;
    v_checks := v_checks || lead_sync.check_line(
      'twenty_count', abs(v_linked + v_outside - v_records), 50, 0, format(
        '%s %s are linked to Twenty, which has %s %s.', v_linked, coalesce(v_object || ' rows', 'leads'), v_records, case when v_object is null then 'people' else 'records' end
      )
      || case when v_outside > 0 then format(' The filter leaves %s outside.', v_outside) else '' end
    );
  end if;

  select count(*) into v_found
  from (select from lead_sync.lead_states as s
    where s.adapter = p_adapter and s.due_at is not null and s.due_since < p_now - interval '1 hour' and coalesce(s.error_category, '') not in ('waits', 'approval')
    limit 10000
  ) as w;
  v_checks := v_checks || lead_sync.check_line('backlog', v_found, 100, 0, format('%s due for over an hour.', lead_sync.count_rows(v_object, v_found, 'has been', 'have been')));

  select count(*), array_agg(s.lead_id) into v_found, v_ids
  from (
    select c.lead_id from lead_sync.lead_states as c
    where c.adapter = p_adapter and c.claim_token is not null and c.due_at < p_now - interval '10 minutes' limit 10000
  ) as s;
  v_fixed := case when p_fix and v_found > 0 then lead_sync.release_stale_claims(p_now, p_adapter) else 0 end;
  v_checks := v_checks || lead_sync.check_line(
    'stale_claims', v_found, 0, v_fixed, format('%s held by a push that is gone.', lead_sync.count_rows(v_object, v_found, 'is', 'are')), v_ids[:5]
  );

  select coalesce(array_agg(i.lead_id) filter (where not i.stateless), '{}'), coalesce(array_agg(i.lead_id) filter (where i.stateless), '{}')
  into v_ids, v_stateless
  from lead_sync.impossible_rows(p_adapter) as i;
  v_fixed := case when p_fix and v_stateless <> '{}' then lead_sync.queue_rows(p_adapter, v_stateless) else 0 end;
  v_checks := v_checks || lead_sync.check_line(
    'stateless', cardinality(v_stateless), 0, v_fixed, format('%s no sync state.', lead_sync.count_rows(v_object, cardinality(v_stateless), 'has', 'have')),
    v_stateless[:5]
  );
  v_fixed := case when p_fix and v_ids <> '{}' then lead_sync.queue_rows(p_adapter, v_ids) else 0 end;
  v_checks := v_checks || lead_sync.check_line(
    'impossible', cardinality(v_ids), 0, v_fixed, format('%s a status that contradicts the queue.', lead_sync.count_rows(v_object, cardinality(v_ids), 'has', 'have')),
    v_ids[:5]
  );

  if v_known_by is not null then
    execute lead_sync.rows_sql(p_adapter, $sql$
      select count(*), array_agg(d.id)
      from (
        select (array_agg(k.id order by k.created_at, k.id))[1] as id
        from {table} as k where k.deleted_at is null and {known} <> '' group by {known} having count(*) > 1
      ) as d
    $sql$) into v_found, v_ids;
    v_checks := v_checks || lead_sync.check_line(
      'duplicates', v_found, 0, 0, format('%s values of %s belong to more than one %s row: merge them by hand.', v_found, v_known_by, v_object), v_ids[:5]
    );
  end if;
  v_found := coalesce((v_drift ->> 'orphaned')::bigint, 0);
  v_checks := v_checks || lead_sync.check_line('orphaned', v_found, 0, 0, format(
    '%s linked to a %s that the last reconciliation did not find.', lead_sync.count_rows(v_object, v_found, 'was', 'were'),
    case when v_object is null then 'person' else 'record' end
  ));
  if v_object is not null then
    select jsonb_agg(c || jsonb_build_object('object', v_object)) into v_checks from jsonb_array_elements(v_checks) as c;
  end if;
  return v_checks;
end
$$;

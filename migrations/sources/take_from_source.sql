-- Takes rows of a source as leads, those that were written and then the next ones of its reading, at most p_limit. A new row comes through the door as a lead of
-- any other source does; of a known one, the columns that changed since it was last read. A row whose lead was joined with another one changes that one, but for its deletion. Locks e-mails, then leads by id, as everybody does: one batch a transaction.
-- Returns how many rows were looked at.
create or replace function lead_sync.take_from_source(p_source lead_sync.sources, p_limit integer) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_anew boolean;
  v_keys text[];
  v_moved jsonb;
  v_gone text[];
  v_count integer;
  v_items jsonb;
  v_item jsonb;
  v_leads jsonb;
  v_results jsonb;
begin
  delete from lead_sync.source_changes as c where c.source = p_source.source and c.key is null and c.lead_id is null;
  v_anew := found;
  if not v_anew then
    with taken as (
      delete from lead_sync.source_changes as c
      where c.id in (
        select d.id from lead_sync.source_changes as d where d.source = p_source.source and d.key is not null order by d.id limit p_limit
      )
      returning c.id, c.key, c.key_before
    )
    select array_agg(distinct t.key), jsonb_agg(to_jsonb(t)) filter (where t.key_before is not null) into v_keys, v_moved from taken as t;
    perform lead_sync.move_source_rows(p_source.source, v_moved);
  end if;

  -- a lead that was deleted here for good, e.g. forgotten, does not come back, not even where its table is connected anew; nor is a row of a deleted lead new
  select
    count(*),
    coalesce(jsonb_agg(jsonb_build_object(
      'key', i.key, 'row', i.row_values, 'changed', i.changed, 'own_id', i.own_id, 'lead_id', i.lead_id, 'values', i.values, 'refusal', i.refusal,
      'writes', i.lead_id is not null and p_source.both_ways,
      'blank', i.lead_id is not null and jsonb_strip_nulls(lead_sync.stated_values(i.values)) = '{}'
    ) order by i.key) filter (
      where i.row_values is not null and case when i.lead_id is null then (i.is_new or i.refusal is not null) and i.values -> 'deleted' is distinct from 'true' and not i.is_forgotten else i.changed <> '{}' or i.refusal is not null end
    ), '[]'),
    array_agg(i.key) filter (where i.row_values is null)
  into v_count, v_items, v_gone
  from (
    select r.key, r.row_values, c.changed, s.id is null as is_new, s.refusal, s.lead_id as own_id, j.lead_id, case when j.lead_id <> s.lead_id then v.values - 'deleted' else v.values end as values, f.is_forgotten
    from (
      select distinct on (r.key) r.key, r.row_values
      from (
        select w.key, w.row_values from lead_sync.read_source(p_source.source, coalesce(v_keys, '{}'), p_limit) as w
        union all
        select n.key, n.row_values
        from lead_sync.read_source(p_source.source, null, p_limit - coalesce(cardinality(v_keys), 0), v_anew) as n
        where (p_source.read_at is null or v_anew) and coalesce(cardinality(v_keys), 0) < p_limit
      ) as r
    ) as r
    left join lead_sync.source_rows as s on s.source = p_source.source and s.key = r.key
    left join lead_sync.lead_states as t on t.lead_id = s.lead_id
    cross join lateral (select case when t.joined is null then s.lead_id else lead_sync.joined_lead(s.lead_id) end as lead_id offset 0) as j
    cross join lateral (
      select coalesce(jsonb_object_agg(e.key, e.value), '{}') as changed from jsonb_each(r.row_values) as e
      where s.there -> e.key is distinct from e.value
        -- what the table filled in gives way to what the lead has said since
        and case when s.here ? e.key and not s.there ? e.key
          then (select lead_sync.source_row(p_source.columns, l) -> e.key from public.leads as l where l.id = j.lead_id) is not distinct from s.here -> e.key else true end
    ) as c
    cross join lateral (select lead_sync.source_values(p_source.columns, c.changed) as values offset 0) as v -- once a row
    cross join lateral (
      select s.lead_id is null and exists (
        select from lead_sync.forgotten as g where g.hash = lead_sync.keyed_hash(lead_sync.touch_text(p_source.lead_source, p_source.source::text || '/' || r.key))
      ) as is_forgotten
    ) as f
  ) as i;
  update lead_sync.source_rows as s set key = null, there = '{}', here = '{}', refusal = null
  where s.source = p_source.source and s.key = any (v_gone)
    and not exists (select from lead_sync.source_changes as w where w.source = s.source and w.key_before = s.key);
  -- a row that is there again is another one: whoever was forgotten with it has written anew
  delete from lead_sync.forgotten as f
  where f.hash = any (array(select lead_sync.keyed_hash(lead_sync.touch_text(p_source.lead_source, p_source.source::text || '/' || k)) from unnest(v_gone) as k));
  -- a row whose key has changed meanwhile is read when that is known to be the same row
  if exists (select from lead_sync.source_changes as w where w.source = p_source.source and w.key_before is not null) then
    v_items := (
      select coalesce(jsonb_agg(e.value order by e.ordinality), '[]')
      from jsonb_array_elements(v_items) with ordinality as e
      where not exists (select from lead_sync.source_changes as w where w.source = p_source.source and w.key_before is not null and w.key = e.value ->> 'key')
    );
  end if;

  perform set_config('lead_sync.source', p_source.source::oid::text, true);
  select coalesce(jsonb_agg(jsonb_build_object(
    'index', e.ordinality - 1, 'snapshot', (e.value -> 'values') || jsonb_build_object('id', e.value -> 'lead_id')
  )), '[]') into v_leads
  from jsonb_array_elements(v_items) with ordinality as e;
  perform lead_sync.lock_candidates(v_leads, null, p_source.lead_source);

  -- a row that is kept in step both ways may blank what it blanks there
  for v_item in select e from jsonb_array_elements(v_items) as e where (e ->> 'writes')::boolean loop
    begin
      perform lead_sync.set_values(l, v_item -> 'values') from public.leads as l where l.id = (v_item ->> 'lead_id')::uuid;
      perform lead_sync.link_source_row(p_source, v_item, v_item ->> 'lead_id', null);
    exception when others or assert_failure then
      if lead_sync.ends_the_call(sqlstate) then
        raise;
      end if;
      perform lead_sync.link_source_row(p_source, v_item, v_item ->> 'lead_id', format('%s (%s)', sqlerrm, sqlstate));
    end;
  end loop;

  -- one that only blanked what it said, or what no lead takes, or says what it said before it was refused, is read, and changes nothing
  perform lead_sync.link_source_row(p_source, e, e ->> 'lead_id', null)
  from jsonb_path_query(v_items, '$[*] ? (@.writes == false && @.blank == true)') as e;
  v_items := jsonb_path_query_array(v_items, '$[*] ? (@.writes == false && @.blank == false)');
  if v_items <> '[]' then
    select jsonb_agg((e -> 'values') - 'deleted' || case when e ->> 'lead_id' is null then '{}' else jsonb_build_object('id', e -> 'lead_id') end) into v_leads
    from jsonb_array_elements(v_items) as e;
    v_results := public.upsert_leads(v_leads, p_source.lead_source) -> 'results';
    -- a row that becomes a lead is a touch, once: of a table that is connected anew, its values are taken all the same
    perform lead_sync.note_touches((
      select jsonb_agg(jsonb_build_object('index', e.ordinality - 1, 'snapshot', jsonb_build_object('touch', jsonb_build_object(
        'source', p_source.lead_source, 'external_id', p_source.source::text || '/' || (e.value ->> 'key'), 'kind', 'table'
      ))))
      from jsonb_array_elements(v_items) with ordinality as e
      where e.value ->> 'lead_id' is null
    ), v_results);
    perform lead_sync.link_source_row(
      p_source, v_items -> (r ->> 'index')::integer, r ->> 'lead_id', case when r ->> 'result' = 'rejected' then r ->> 'reason' end
    )
    from jsonb_array_elements(v_results) as r;
  end if;
  perform set_config('lead_sync.source', '', true);
  return v_count;
end
$$;

-- Sets back what the sync changed: in a run, of leads, in a time, or what all of these say together. Each field becomes what it was before the first of those changes, if it still is as the
-- last of them left it; what somebody changed since stays, and so do scores and segments that follow from rules or AI. The lead is written as if somebody had typed it in, so that the values travel to Twenty with the next push.
-- Rows of other synced tables are set back like leads. In pages: each call takes up to p_limit leads, from p_position on. What an undo did is undone by its run_id.
--   p_run_id    of this run, or of this undo             p_from, p_until  from this time on, to before that time
--   p_lead_ids  of these leads, up to 1000               p_fields         these fields alone
--   p_apply     false: only say what would be done       p_by             who says so, if not the caller
--   p_undo_id   of the pages of one undo; null: a new one
-- Returns {undo_id, leads, undone: [{lead_id, object, name, email, field, value, becomes}], kept: [the same and reason], has_next, position}; leads: how many are set back.
-- Raises 22023 on a malformed call or one that names neither run nor leads nor time.
create or replace function public.undo_sync(
  p_run_id uuid default null, p_lead_ids uuid[] default null, p_from timestamptz default null, p_until timestamptz default null, p_fields text[] default null,
  p_apply boolean default false, p_by text default null, p_limit integer default 500, p_position uuid default null, p_undo_id uuid default null
) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_undo_id uuid := coalesce(p_undo_id, gen_random_uuid());
  v_by text := left(coalesce(nullif(btrim(p_by), ''), lead_sync.actor()), 200);
  v_rules jsonb := '{}'; -- by object, each read once
  v_page uuid[];
  v_rows jsonb; -- by id, who or what each is: a join would compare each with each, see describe_rows
  v_row jsonb;
  v_joined uuid; -- whom the lead has joined
  v_is_scored boolean := (select s.version > 0 from lead_sync.scoring_state as s);
  v_object text;
  v_each record;
  v_fields jsonb;
  v_field jsonb;
  v_values jsonb;
  v_before jsonb;
  v_problem text;
  v_state text;
  v_leads integer := 0;
  v_undone jsonb[] := '{}';
  v_kept jsonb[] := '{}';
begin
  if p_run_id is null and p_lead_ids is null and p_from is null then
    raise exception 'What to undo is not said' using errcode = '22023', hint = 'Give p_run_id, p_lead_ids or p_from.';
  elsif cardinality(p_lead_ids) not between 1 and 1000 or p_limit is null or p_limit not between 1 and 1000 then
    raise exception 'p_lead_ids must be 1 to 1000 leads, and p_limit from 1 to 1000' using errcode = '22023';
  end if;
  v_page := array(
    select distinct c.lead_id
    from lead_sync.lead_changes as c
    where (p_run_id is null or c.run_id = p_run_id) and (p_lead_ids is null or c.lead_id = any (p_lead_ids))
      and (p_from is null or c.changed_at >= p_from) and (p_until is null or c.changed_at < p_until)
      and (p_position is null or c.lead_id > p_position)
    order by c.lead_id
    limit p_limit + 1
  );
  if p_apply then
    perform lead_sync.lock_rows(a.adapter, v_page[:p_limit]) from (
      select distinct s.adapter from lead_sync.lead_states as s where s.lead_id = any (v_page[:p_limit]) order by s.adapter
    ) as a;
    perform set_config('lead_sync.engine', 'off', true);
  end if;
  select jsonb_object_agg(d.lead_id, jsonb_build_object(
    'who', jsonb_build_object('lead_id', d.lead_id, 'object', d.object, 'name', d.name, 'email', d.email),
    'adapter', coalesce(o.adapter, 'lead'), 'mapped_as', coalesce(d.object, n.object), 'values', d.local
  )) into v_rows
  from lead_sync.describe_rows(v_page[:p_limit]) as d left join lead_sync.objects as o on o.object = d.object cross join lead_sync.settings as n;

  for v_each in
    select
      f.lead_id,
      jsonb_object_agg(f.field, jsonb_build_object('was', coalesce(f.was, 'null'), 'after', coalesce(f.after, 'null'), 'side', f.side, 'at', f.changed_at)) as changes
    from (
      select
        c.lead_id, k.field, max(c.changed_at) as changed_at,
        (array_agg(c.before -> k.field order by c.changed_at, c.side))[1] as was,
        (array_agg(c.after -> k.field order by c.changed_at desc, c.side desc))[1] as after,
        (array_agg(c.side order by c.changed_at, c.side))[1] as side
      from lead_sync.lead_changes as c
      cross join lateral jsonb_object_keys(c.after) as k (field)
      where c.lead_id = any (v_page[:p_limit])
        and (p_run_id is null or c.run_id = p_run_id)
        and (p_from is null or c.changed_at >= p_from) and (p_until is null or c.changed_at < p_until)
        and (p_fields is null or k.field = any (p_fields))
      group by c.lead_id, k.field
    ) as f
    group by f.lead_id
    order by f.lead_id
  loop
    v_row := v_rows -> v_each.lead_id::text;
    continue when v_row is null; -- deleted for good: nothing is left to set back
    v_object := v_row ->> 'mapped_as';
    if not v_rules ? v_object then
      v_rules := v_rules || jsonb_build_object(v_object, lead_sync.rules(v_object));
    end if;
    v_joined := (select s.joined from lead_sync.lead_states as s where s.lead_id = v_each.lead_id);
    select coalesce(jsonb_agg(f || (v_row -> 'who') || case
      when f -> 'kept' <> 'null' then '{}'
      when v_joined is not null and f ->> 'field' = 'deleted' then jsonb_build_object('kept', 'it was joined with lead ' || v_joined || ', with which it is one person')
      when v_row ->> 'adapter' <> 'lead' then '{}'
      when f ->> 'field' = 'lead_score' and v_is_scored
        or f ->> 'field' = 'segment' and (select l.segment_source from public.leads as l where l.id = v_each.lead_id) is distinct from 'human'
        then '{"kept": "it follows from rules or AI, not from a value that is set"}'
      when f ->> 'field' = 'segment' and f -> 'becomes' <> 'null' and not exists (select from public.customer_segments as s where s.segment_name = f ->> 'becomes')
        then '{"kept": "there is no segment of that name any more"}'
      else '{}'
    end), '[]') into v_fields
    from jsonb_array_elements(lead_sync.fields_to_undo(v_each.changes, v_row -> 'values', v_rules -> v_object)) as f;
    v_problem := null;
    select jsonb_object_agg(f ->> 'field', f -> 'becomes'), coalesce(jsonb_object_agg(f ->> 'field', f -> 'value') filter (where f -> 'value' <> 'null'), '{}')
    into v_values, v_before
    from jsonb_array_elements(v_fields) as f
    where f -> 'kept' = 'null';
    if p_apply and v_values is not null then
      begin
        perform lead_sync.set_row_values(v_row ->> 'adapter', v_each.lead_id, v_values);
        insert into lead_sync.lead_changes (changed_at, lead_id, run_id, side, made_by, before, after)
        values (clock_timestamp(), v_each.lead_id, v_undo_id, 'supabase', v_by, v_before, v_values);
      exception when others or assert_failure then
        get stacked diagnostics v_problem = message_text, v_state = returned_sqlstate;
        if lead_sync.ends_the_call(v_state) then
          raise;
        end if;
      end;
    end if;
    v_leads := v_leads + (v_values is not null and v_problem is null)::integer;
    for v_field in select f from jsonb_array_elements(v_fields) as f loop -- appended one by one: an array that is concatenated is copied each time
      if v_field -> 'kept' = 'null' and v_problem is null then
        v_undone := array_append(v_undone, v_field - 'kept');
      else
        v_kept := array_append(v_kept, v_field - 'kept' || jsonb_build_object('reason', coalesce(v_field ->> 'kept', 'this database refuses the write: ' || left(v_problem, 300))));
      end if;
    end loop;
  end loop;

  if v_leads > 0 and p_apply then
    perform public.note_action('undo_sync', jsonb_build_object('undo_id', v_undo_id, 'run_id', p_run_id, 'from', p_from, 'until', p_until, 'fields', p_fields, 'leads', v_leads, 'lead_id', case cardinality(p_lead_ids) when 1 then p_lead_ids[1] end), v_by);
  end if;
  return jsonb_build_object(
    'undo_id', v_undo_id, 'leads', v_leads, 'undone', to_jsonb(v_undone), 'kept', to_jsonb(v_kept),
    'has_next', cardinality(v_page) > p_limit, 'position', case when cardinality(v_page) > p_limit then v_page[p_limit] end
  );
end
$$;

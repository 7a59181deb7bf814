-- Compiles the criteria of the enabled segments; when they are others than before, or another name, threshold or priority, leads are classified again.
create or replace function lead_sync.compile_segments() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_before text;
  v_changed boolean := false; -- what is not among the conditions
begin
  perform pg_advisory_xact_lock(hashtext('lead_sync.compile_conditions')); -- the list that is read next is the last one
  select string_agg(c::text, ' ' order by c.condition_key) into v_before from lead_sync.conditions as c where c.set_no = 0;
  perform lead_sync.compile_conditions(0, coalesce((
    select jsonb_agg(c.value || jsonb_build_object(
      'condition_key', s.id || ' ' || c.ordinality, 'group_key', s.id, 'points', coalesce((c.value ->> 'weight')::numeric, 1) / w.total
    ))
    from public.customer_segments as s
    cross join lateral (
      select sum(coalesce((e ->> 'weight')::numeric, 1)) as total from jsonb_array_elements(s.criteria) as e
    ) as w
    cross join lateral jsonb_array_elements(s.criteria) with ordinality as c
    where s.enabled
  ), '[]'));
  if tg_op = 'UPDATE' then
    v_changed := exists (
      select n.id, n.segment_name, n.threshold, n.priority, n.enabled from new_segments as n
      except select o.id, o.segment_name, o.threshold, o.priority, o.enabled from old_segments as o
    );
  end if;
  if v_changed or v_before is distinct from (select string_agg(c::text, ' ' order by c.condition_key) from lead_sync.conditions as c where c.set_no = 0) then
    update lead_sync.scoring_state as s set epoch = s.epoch + 1, segments_epoch = s.epoch + 1 where true;
  end if;
  return null;
end
$$;

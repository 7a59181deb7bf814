-- Takes leads of other sources as write_or_split does, but none whose touch came before, and of several with one touch the first alone.
create or replace function lead_sync.take_in_touches(p_items jsonb, p_context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_results jsonb := '[]';
  v_items jsonb := p_items;
  v_again jsonb := '[]';
  v_part jsonb;
begin
  if jsonb_path_exists(p_items, '$[*].snapshot.touch') then
    v_results := lead_sync.known_touches(p_items);
    select
      coalesce(jsonb_agg(n.item order by n.index) filter (where n.nth = 1 or not n.item -> 'snapshot' ? 'touch'), '[]'),
      coalesce(jsonb_agg(n.item order by n.index) filter (where n.nth > 1 and n.item -> 'snapshot' ? 'touch'), '[]')
    into v_items, v_again
    from (
      select i as item, (i ->> 'index')::integer as index,
        row_number() over (partition by i #>> '{snapshot,touch,source}', i #>> '{snapshot,touch,external_id}' order by (i ->> 'index')::integer) as nth
      from jsonb_array_elements(p_items) as i
      where not exists (select from jsonb_array_elements(v_results) as r where r -> 'index' = i -> 'index')
    ) as n;
  end if;
  -- who says less comes later, so that a number finds who has just come with it: an ID or an e-mail, a number with a name, a number alone
  for v_part in
    select jsonb_agg(i order by (i ->> 'index')::integer)
    from jsonb_array_elements(v_items) as i
    group by lead_sync.known_by_phone(i -> 'snapshot')
    order by lead_sync.known_by_phone(i -> 'snapshot')
  loop
    v_results := v_results || lead_sync.write_or_split('take_in', v_part, p_context);
  end loop;
  perform lead_sync.welcome_back(v_items);
  if v_again <> '[]' then
    v_results := v_results || lead_sync.known_touches(v_again);
    select v_results || coalesce(jsonb_agg(lead_sync.rejection((i ->> 'index')::integer, i -> 'snapshot', 'its touch was rejected before, in this batch')), '[]') into v_results
    from jsonb_array_elements(v_again) as i
    where not exists (select from jsonb_array_elements(v_results) as r where r -> 'index' = i -> 'index');
  end if;
  return v_results;
end
$$;

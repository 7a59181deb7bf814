-- Merges the snapshots of people, set-based: those that are plain here, all others by merge_snapshots, where every rule of the protocol is; both do the same of them.
-- A snapshot is plain where nobody here changed a field that Twenty changed, of a person who is known by the Twenty id, or who is new, and whose values are plain texts.
-- Arguments and result are those of merge_snapshots.
create or replace function lead_sync.merge_people(p_items jsonb, p_context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_plain jsonb := '[]';
  v_others jsonb := p_items;
begin
  -- of a record that comes twice the later copy counts
  if jsonb_array_length(p_items) = (select count(*) from (select from jsonb_array_elements(p_items) as i group by i #> '{snapshot,twenty_id}') as person) then
    v_plain := lead_sync.merge_plain_snapshots(p_items, p_context);
  end if;
  if jsonb_array_length(v_plain) = jsonb_array_length(p_items) then
    return v_plain;
  end if;
  if v_plain <> '[]' then
    select to_jsonb(array_agg(i order by i -> 'index')) into v_others
    from jsonb_array_elements(p_items) as i
    left join (select r -> 'index' as index from jsonb_array_elements(v_plain) as r) as p on p.index = i -> 'index'
    where p.index is null;
  end if;
  return (
    select to_jsonb(array_agg(r order by r -> 'index'))
    from jsonb_array_elements(v_plain || lead_sync.merge_snapshots(v_others, p_context)) as r
  );
end
$$;

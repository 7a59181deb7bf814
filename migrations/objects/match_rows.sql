-- Which row each snapshot of an object other than leads is about, as match_snapshots has it for those, and how that row stands. By Twenty id; by the row's own id, only if
-- that row is unlinked (a create whose answer was lost) or its record is gone for good; by what its object is known by, only if the row is unlinked and lives. A record that comes twice counts once, the later copy.
create or replace function lead_sync.match_rows(p_adapter text, p_items jsonb)
returns table (
  index integer, snapshot jsonb, twenty_id uuid, stated jsonb, absent boolean, dead boolean, repeated boolean, lead_id uuid, newly_linked boolean, by_address boolean,
  sync_status text, left_out jsonb, local jsonb, id_is_taken boolean
)
language plpgsql stable rows 20 set search_path = '' as $$
begin
  return query execute lead_sync.rows_sql(p_adapter, $sql$
    with item as materialized (
      select
        (i ->> 'index')::integer as index, i -> 'snapshot' as snapshot, (i -> 'snapshot' ->> 'twenty_id')::uuid as twenty_id,
        coalesce((i -> 'snapshot' ->> 'absent')::boolean, false) as absent, i -> 'snapshot' ->> 'twenty_deleted_at' is not null as dead,
        row_number() over (partition by i -> 'snapshot' ->> 'twenty_id' order by (i ->> 'index')::integer desc) > 1 as repeated
      from jsonb_array_elements($1) as i
    )
    select
      i.index, i.snapshot, i.twenty_id,
      lead_sync.stated_row($2, i.snapshot),
      i.absent, i.dead, i.repeated, l.id, l.id is not null and l.id is distinct from linked.id, false,
      l.sync_status, coalesce(l.left_out, '{}'), case when l.id is not null then {values} else '{}' end, own.id is not null
    from item as i
    left join {table} as linked on linked.twenty_id = i.twenty_id and not i.repeated
    left join {table} as own on own.id = lead_sync.own_id_of(i.twenty_id) and not i.repeated
    left join lead_sync.lead_states as s on s.lead_id = own.id
    left join lateral (
      select k.id from {table} as k
      where {known} = {known_value} and k.twenty_id is null and k.deleted_at is null and not (i.absent or i.dead or i.repeated)
      order by k.created_at, k.id limit 1
    ) as known on true
    left join {table} as l on l.id = coalesce(linked.id, case when not i.absent and (own.twenty_id is null or s.gone) then own.id end, known.id)
  $sql$) using p_items, p_adapter;
end
$$;

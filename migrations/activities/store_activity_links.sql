-- Links of activities with people and opportunities as they were read; returns how many of them changed what is stored.
--   p_whole  of a read of everything: each link is noted as seen
create or replace function lead_sync.store_activity_links(p_kind text, p_records jsonb, p_read timestamptz, p_whole boolean) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_changed uuid[];
  v_people uuid[];
  v_opportunities uuid[];
begin
  with given as materialized (
    select distinct on (r.id) r.*
    from jsonb_to_recordset(p_records) as r (
      id uuid, updated_at timestamptz, deleted_at timestamptz, activity_id uuid, person_id uuid, opportunity_id uuid, author text, absent boolean
    )
    where not coalesce(r.absent, false)
    order by r.id, r.updated_at desc -- one order everywhere means no deadlock
  ),
  before as materialized (
    select k.* from lead_sync.activity_links as k join given as g on k.kind = p_kind and k.twenty_id = g.id
  ),
  stored as (
    insert into lead_sync.activity_links as k (
      kind, twenty_id, activity_id, person_id, opportunity_id, author, deleted_at, updated_at, read_at
    )
    select p_kind, g.id, g.activity_id, g.person_id, g.opportunity_id, left(lead_sync.normal_text(g.author), 200), g.deleted_at, g.updated_at, p_read
    from given as g
    on conflict (kind, twenty_id) do update set
      activity_id = excluded.activity_id, person_id = excluded.person_id, opportunity_id = excluded.opportunity_id, author = excluded.author,
      deleted_at = excluded.deleted_at, updated_at = excluded.updated_at, read_at = greatest(k.read_at, excluded.read_at), absent_since = null
    where not (k.updated_at > excluded.updated_at and k.read_at > excluded.read_at)
      and (
        p_whole or k.absent_since is not null or (k.updated_at, k.deleted_at, k.activity_id, k.person_id, k.opportunity_id, k.author)
        is distinct from (excluded.updated_at, excluded.deleted_at, excluded.activity_id, excluded.person_id, excluded.opportunity_id, excluded.author)
      )
    returning k.*
  )
  select array_agg(s.twenty_id), array_agg(s.person_id) || array_agg(b.person_id), array_agg(s.opportunity_id) || array_agg(b.opportunity_id)
  into v_changed, v_people, v_opportunities
  from stored as s
  left join before as b on b.twenty_id = s.twenty_id
  where b.twenty_id is null or to_jsonb(b) - '{read_at,absent_since}'::text[] <> to_jsonb(s) - '{read_at,absent_since}'::text[];

  perform lead_sync.forget_late_links(p_kind, v_changed);
  perform lead_sync.rescore_active(v_people, v_opportunities);
  return coalesce(cardinality(v_changed), 0);
end
$$;

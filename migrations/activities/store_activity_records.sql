-- Notes, tasks, messages or meetings as they were read; returns how many of them changed what is stored. Of those in the bin no text is kept.
--   p_whole  of a read of everything: each record is noted as seen
create or replace function lead_sync.store_activity_records(p_kind text, p_records jsonb, p_read timestamptz, p_whole boolean) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_texts text := (select s.texts from lead_sync.activity_settings as s);
  v_changed uuid[];
begin
  with given as materialized (
    select distinct on (r.id) r.*
    from jsonb_to_recordset(p_records) as r (
      id uuid, updated_at timestamptz, deleted_at timestamptz, happened_at timestamptz, author text, title text, text text, status text, due_at timestamptz,
      restricted boolean, absent boolean
    )
    where not coalesce(r.absent, false)
    order by r.id, r.updated_at desc -- one order everywhere means no deadlock
  ),
  before as materialized (
    select a.* from lead_sync.activities as a join given as g on a.kind = p_kind and a.twenty_id = g.id
  ),
  stored as (
    insert into lead_sync.activities as a (
      kind, twenty_id, happened_at, author, title, excerpt, body, status, due_at, restricted, deleted_at, updated_at, read_at
    )
    select
      p_kind, g.id, g.happened_at, left(lead_sync.normal_text(g.author), 200),
      case when g.deleted_at is null and v_texts <> 'none' then nullif(left(lead_sync.normal_text(left(g.title, 2000)), 500), '') end,
      case when g.deleted_at is null and v_texts in ('excerpt', 'body') then nullif(left(lead_sync.normal_text(left(g.text, 2000)), 200), '') end,
      case when g.deleted_at is null and v_texts = 'body' then nullif(left(g.text, 100000), '') end,
      left(g.status, 100), g.due_at, coalesce(g.restricted, false), g.deleted_at, g.updated_at, p_read
    from given as g
    on conflict (kind, twenty_id) do update set
      happened_at = excluded.happened_at, author = excluded.author, title = excluded.title, excerpt = excluded.excerpt, body = excluded.body,
      status = excluded.status, due_at = excluded.due_at, restricted = excluded.restricted, deleted_at = excluded.deleted_at,
      updated_at = excluded.updated_at, read_at = greatest(a.read_at, excluded.read_at), absent_since = null
    where not (a.updated_at > excluded.updated_at and a.read_at > excluded.read_at)
      and (
        p_whole or a.absent_since is not null or (a.updated_at, a.deleted_at, a.happened_at, a.author, a.title, a.excerpt, a.body, a.status, a.due_at, a.restricted)
        is distinct from (
          excluded.updated_at, excluded.deleted_at, excluded.happened_at, excluded.author, excluded.title, excluded.excerpt, excluded.body, excluded.status,
          excluded.due_at, excluded.restricted
        )
      )
    returning a.*
  )
  select array_agg(s.twenty_id) into v_changed
  from stored as s
  left join before as b on b.twenty_id = s.twenty_id
  where b.twenty_id is null or to_jsonb(b) - '{read_at,absent_since}'::text[] <> to_jsonb(s) - '{read_at,absent_since}'::text[];

  perform lead_sync.rescore_active(array_agg(k.person_id), array_agg(k.opportunity_id))
  from lead_sync.activity_links as k
  where k.kind = p_kind and k.activity_id = any (v_changed) and k.deleted_at is null;
  return coalesce(cardinality(v_changed), 0);
end
$$;

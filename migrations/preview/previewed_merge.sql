-- What a merge did, counted: of p_results of upsert_leads those of the records that are not silent. p_examples: how many of each kind.
-- Returns {counts: {created, updated, …, fields: {field: leads}, left_out: {reason: people}}, linked: [[lead_id, twenty_id, email]], examples, touched}.
create or replace function lead_sync.previewed_merge(p_adapter text, p_results jsonb, p_people jsonb, p_silent jsonb, p_examples integer) returns jsonb
language sql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
  with result as materialized (
    select
      (r ->> 'index')::integer as index, r -> 'lead_id' as lead_id, r -> 'twenty_id' as twenty_id, r -> 'fields' as fields, r ->> 'reason' as reason,
      coalesce((r ->> 'linked')::boolean, false) as linked, r ->> 'result' as result, r ->> 'joined' as joined,
      case
        when r ->> 'result' in ('rejected', 'held', 'stale', 'created') then r ->> 'result'
        when r ->> 'joined' is not null then 'joined'
        when r -> 'fields' ? 'deleted' then case
          when p_people -> (r ->> 'index')::integer ->> 'twenty_deleted_at' is null and not p_people -> (r ->> 'index')::integer ? 'absent' then 'restored' else 'deleted'
        end
        when (r ->> 'linked')::boolean then 'linked'
        when r -> 'fields' <> '[]' then 'updated'
        else 'unchanged'
      end as kind
    from jsonb_array_elements(p_results) as r
    where r ->> 'index' is not null and not coalesce(p_silent ? (r ->> 'twenty_id'), false)
  ),
  ranked as (
    select r.*, row_number() over (partition by r.kind order by r.index) as place from result as r where r.kind <> 'unchanged'
  )
  select jsonb_build_object(
    'counts', coalesce((
        select jsonb_object_agg(c.kind, c.count) from (select r.kind, count(*) as count from result as r where r.kind not in ('linked', 'unchanged') group by 1) as c
      ), '{}')
      || jsonb_build_object(
        'fields', coalesce((
          select jsonb_object_agg(f.field, f.count)
          from (
            select f as field, count(*) as count from result as r cross join jsonb_array_elements_text(r.fields) as f where r.result <> 'created' group by 1
          ) as f
        ), '{}'),
        'left_out', coalesce((
          select jsonb_object_agg(x.reason, x.count)
          from (select split_part(r.reason, ':', 1) as reason, count(*) as count from result as r where r.kind in ('rejected', 'held') or (r.lead_id = 'null' and not p_people -> r.index ? 'absent') group by 1) as x
        ), '{}')
      ),
    'linked', coalesce((
      select jsonb_agg(jsonb_build_array(r.lead_id, r.twenty_id, p_people -> r.index -> 'email')) from result as r where r.linked
    ), '[]'),
    'touched', coalesce((
      select jsonb_agg(jsonb_build_array(r.lead_id, r.twenty_id)) from result as r where r.lead_id <> 'null' and r.result not in ('created', 'rejected', 'stale')
    ), '[]'),
    'examples', coalesce((
      select jsonb_agg(jsonb_build_object(
        'kind', r.kind, 'side', 'supabase', 'lead_id', r.lead_id, 'twenty_id', r.twenty_id, 'fields', r.fields, 'reason', r.reason,
        'twenty', lead_sync.preview_values(
          case p_adapter when 'lead' then lead_sync.stated_values(p_people -> r.index) else lead_sync.stated_row(p_adapter, p_people -> r.index) end, r.fields
        )
      ) order by r.index)
      from ranked as r where r.place <= p_examples
    ), '[]')
  )
$$;

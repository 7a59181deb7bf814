-- The answers for leads whose touch came before: nothing of them is taken. Of somebody forgotten, one that came or was before that is no new sign, however often its source shows it.
create or replace function lead_sync.known_touches(p_items jsonb) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_has_forgotten boolean := exists (select from lead_sync.forgotten);
begin
  return (
    select coalesce(jsonb_agg(
      case when k.forgotten then lead_sync.rejection(k.index, k.snapshot, 'forgotten: the person of this touch asked for it; a form in which they write anew is taken')
      else jsonb_build_object(
        'index', k.index, 'lead_id', k.lead_id, 'twenty_id', l.twenty_id, 'result', 'unchanged', 'ignored', lead_sync.ignored_fields(k.snapshot), 'linked', false,
        'reason', case when k.lead_id is null then 'this touch came before, and its lead was deleted for good' else 'this touch came before' end, 'fields', '[]'::jsonb
      ) end
    ), '[]')
    from (
      select (i ->> 'index')::integer as index, i -> 'snapshot' as snapshot, t.id, t.lead_id,
        case when v_has_forgotten then exists (
          select from lead_sync.forgotten as f
          where f.hash = lead_sync.keyed_hash(lead_sync.touch_text(i #>> '{snapshot,touch,source}', i #>> '{snapshot,touch,external_id}'))
            or f.hash = lead_sync.keyed_hash(i #>> '{snapshot,email}') and (i #>> '{snapshot,touch,time}')::timestamptz < f.forgotten_at
        ) else false end as forgotten
      from jsonb_array_elements(p_items) as i
      left join public.lead_touches as t on t.source = i #>> '{snapshot,touch,source}' and t.external_id = i #>> '{snapshot,touch,external_id}'
      where i -> 'snapshot' ? 'touch'
    ) as k
    left join public.leads as l on l.id = k.lead_id
    where k.id is not null or k.forgotten
  );
end
$$;

-- One lead: both sides field by field, how its sync stands, what happened to it.
--   p_entries  1 to 200: how many entries of its timeline
-- Returns {found: false}, or {found: true, object: what Twenty calls it, lead: {id, twenty_id, name, email, phone, company_name, created_at, updated_at, deleted_at, lead_score, segment}, sync: {sync_status, error,
-- error_count, error_category, due_at, due_since, held_by, refusal, is_claimed, last_synced_at, read_at, remote_updated_at, gone, joined}, fields: see compare_fields, duplicates: [{lead_id, name, email, score}],
-- timeline: see lead_timeline}. Raises 22023 on a malformed call.
create or replace function public.get_lead(p_lead_id uuid, p_entries integer default 100) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_lead public.leads;
  v_object text := (select s.object from lead_sync.settings as s);
begin
  if p_lead_id is null or p_entries is null or p_entries not between 1 and 200 then
    raise exception 'p_lead_id must be a lead, and p_entries from 1 to 200' using errcode = '22023';
  end if;
  select l.* into v_lead from public.leads as l where l.id = p_lead_id;
  if not found then
    return '{"found": false}';
  end if;
  return jsonb_build_object(
    'found', true,
    'object', v_object,
    'lead', jsonb_build_object(
      'id', v_lead.id, 'twenty_id', v_lead.twenty_id, 'name', nullif(left(concat_ws(' ', v_lead.first_name, v_lead.last_name), 300), ''), 'email', left(v_lead.email, 300),
      'phone', left(v_lead.phone, 100), 'company_name', left(v_lead.company_name, 300), 'created_at', v_lead.created_at, 'updated_at', v_lead.updated_at, 'deleted_at', v_lead.deleted_at,
      'lead_score', v_lead.lead_score, 'segment', (select g.segment_name from public.customer_segments as g where g.id = v_lead.segment_id)
    ),
    'sync', jsonb_build_object(
      'sync_status', v_lead.sync_status, 'error', left(v_lead.sync_error_message, 1000), 'error_count', v_lead.sync_error_count, 'last_synced_at', v_lead.last_synced_at
    ) || coalesce((
      select jsonb_build_object(
        'error_category', s.error_category, 'due_at', s.due_at, 'due_since', s.due_since, 'held_by', s.held_by, 'refusal', left(s.refusal, 1000), 'is_claimed', s.claim_token is not null,
        'read_at', s.read_at, 'remote_updated_at', s.remote_updated_at, 'gone', s.gone, 'joined', s.joined
      )
      from lead_sync.lead_states as s where s.lead_id = v_lead.id
    ), '{}'),
    'fields', lead_sync.compare_fields(v_lead, v_object),
    'duplicates', (
      select coalesce(jsonb_agg(jsonb_build_object('lead_id', l.id, 'name', nullif(left(concat_ws(' ', l.first_name, l.last_name), 300), ''), 'email', left(l.email, 300), 'score', p.score) order by p.score desc), '[]')
      from (
        (select d.lead_b as id, d.score from lead_sync.duplicate_pairs as d where d.lead_a = v_lead.id and d.decided is null limit 10)
        union all
        (select d.lead_a, d.score from lead_sync.duplicate_pairs as d where d.lead_b = v_lead.id and d.decided is null limit 10)
      ) as p
      join public.leads as l on l.id = p.id
    ),
    'timeline', lead_sync.lead_timeline(v_lead.id, p_entries)
  );
end
$$;

-- Claims rows, merges what was read of their records, and plans, see preview_sync.
--   writes  as upsert_leads answers     blanks  of these, leads whose e-mail is only blanked for others to go first
--   touched  of the people before, too
--   again   leads that a later claim of the same run takes     held  leads that cannot be sent: [[lead_id, category, held_by, twenty_id]], which later claims are given
--   due     leads that were held, and are not since this claim, or once its writes are done
-- results: as update_sync_status takes them; what leads take of Twenty's answers is counted then, too.
create or replace function lead_sync.preview_push(p_adapter text, p_input jsonb, p_options jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_examples integer := coalesce((p_options ->> 'examples')::integer, 0);
  v_people jsonb := p_input -> 'people';
  v_token uuid := gen_random_uuid();
  v_person_ids uuid[] := array(select (p ->> 'twenty_id')::uuid from jsonb_array_elements(p_input -> 'people') as p);
  v_ids uuid[] := array(select i::uuid from jsonb_array_elements_text(p_input -> 'leads') as i);
  v_run jsonb;
  v_met jsonb;
  v_merged jsonb;
  v_writes jsonb;
  v_told jsonb;
  v_push jsonb;
  v_held uuid[];
  v_due jsonb := '[]';
  v_settled bigint;
  v_conflicts jsonb;
begin
  v_met := lead_sync.preview_before(p_adapter, p_input, lead_sync.preview_run('twenty_to_supabase', p_options));
  v_run := lead_sync.preview_run('supabase_to_twenty', p_options);
  perform lead_sync.preview_release(p_adapter, v_ids, p_input -> 'held', v_run);
  -- whom these people hold, and their own leads, which a lead that waits for one of them has due again
  v_held := array(
    select s.lead_id from lead_sync.lead_states as s where s.held_by = any (v_person_ids) and s.lead_id <> all (v_ids)
    union
    select s.lead_id from jsonb_each_text(lead_sync.linked_rows(p_adapter, v_person_ids)) as l join lead_sync.lead_states as s on s.lead_id = l.value::uuid
    where s.held_by is not null and s.lead_id <> all (v_ids)
  );
  perform lead_sync.preview_claim(p_adapter, v_ids, v_token, v_run);
  v_merged := public.upsert_leads(v_people, 'twenty', clock_timestamp(), v_run, null, v_token, p_input -> 'missing_fields');
  v_writes := v_merged -> 'writes';
  v_told := lead_sync.previewed_merge(p_adapter, v_merged -> 'results', v_people, p_input -> 'silent', v_examples);
  perform set_config('lead_sync.engine', 'on', true);
  perform lead_sync.release_held((
    select jsonb_agg(jsonb_build_object('twenty_id', w -> 'twenty_id', 'email', w -> 'values' -> 'email', 'deleted', w ->> 'op' = 'delete'))
    from jsonb_array_elements(v_writes) as w
    where w ->> 'op' <> 'update' or w -> 'values' ? 'email'
  ));
  perform set_config('lead_sync.engine', 'off', true);
  v_push := lead_sync.previewed_plan(p_adapter, v_ids, v_writes, v_examples);

  if jsonb_typeof(p_input -> 'results') = 'array' then
    select coalesce(max(h.id), 0) into v_settled from public.lead_sync_history as h;
    perform public.update_sync_status(v_token, p_input -> 'results', v_run);
    v_push := v_push || jsonb_build_object('answers', lead_sync.previewed_answers(v_run, v_settled));
  else
    v_due := lead_sync.preview_claim(p_adapter, v_held, gen_random_uuid(), null);
  end if;
  v_conflicts := lead_sync.previewed_conflicts(p_adapter, v_run, p_input -> 'silent', v_examples);
  return v_told || v_push || jsonb_build_object(
    'counts', (v_told -> 'counts') || jsonb_build_object('conflicts', v_conflicts -> 'counts'),
    'examples', (v_told -> 'examples') || (v_push -> 'examples') || (v_conflicts -> 'examples'),
    'touched', v_met || (v_told -> 'touched'),
    'writes', v_writes,
    'due', v_due
  );
end
$$;

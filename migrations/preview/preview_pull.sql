-- Merges a page of records, see preview_sync. touched: of those before, too. due: the rows that are due then, and have to do with this page.
create or replace function lead_sync.preview_pull(p_adapter text, p_input jsonb, p_options jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_run jsonb := lead_sync.preview_run('twenty_to_supabase', p_options);
  v_examples integer := coalesce((p_options ->> 'examples')::integer, 0);
  v_people jsonb := p_input -> 'people';
  v_met jsonb;
  v_held uuid[];
  v_merged jsonb;
  v_told jsonb;
  v_conflicts jsonb;
begin
  v_met := lead_sync.preview_before(p_adapter, p_input, v_run);
  v_held := array(
    select s.lead_id from jsonb_array_elements(v_people) as p join lead_sync.lead_states as s on s.held_by = (p ->> 'twenty_id')::uuid
  );
  v_run := v_run || jsonb_build_object('calls', 0);
  delete from public.lead_sync_conflicts as c where c.run_id = (v_run ->> 'id')::uuid; -- of what came before, which counted there
  v_merged := public.upsert_leads(v_people, 'twenty', (p_input ->> 'read_started_at')::timestamptz, v_run, null, null, p_input -> 'missing_fields');

  v_told := lead_sync.previewed_merge(p_adapter, v_merged -> 'results', v_people, '[]', v_examples);
  v_conflicts := lead_sync.previewed_conflicts(p_adapter, v_run, '[]', v_examples);
  return v_told || jsonb_build_object(
    'counts', (v_told -> 'counts') || jsonb_build_object('conflicts', v_conflicts -> 'counts'),
    'examples', (v_told -> 'examples') || (v_conflicts -> 'examples'),
    'touched', v_met || (v_told -> 'touched'),
    'read_started_at', v_merged -> 'read_started_at',
    'due', lead_sync.preview_claim(
      p_adapter,
      v_held || array(select (r ->> 'lead_id')::uuid from jsonb_array_elements(v_merged -> 'results') as r where r ->> 'lead_id' is not null),
      gen_random_uuid(), null
    )
  );
end
$$;

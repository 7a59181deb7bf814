-- What a pull would begin with, how many rows there are, which wait for their lead, how many merges wait, and above how many deletions and changes somebody is asked.
create or replace function lead_sync.preview_start(p_adapter text, p_options jsonb) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_counts jsonb;
begin
  execute lead_sync.rows_sql(p_adapter, $sql$
    select jsonb_build_object('leads', count(*), 'linked', count(l.twenty_id)) from {table} as l where l.deleted_at is null
  $sql$) into v_counts;
  if p_adapter = 'lead' then
    v_counts := v_counts || jsonb_build_object('merges', lead_sync.count_merges(), 'asks_above', (
      select jsonb_build_object('deletions', s.approve_deletions, 'changes', s.approve_changes) from lead_sync.settings as s
    ));
  end if;
  if exists (select from lead_sync.objects as o where o.adapter = p_adapter and o.of_lead) then
    v_counts := v_counts || jsonb_build_object('waits_for_lead', lead_sync.preview_waiting(p_adapter, p_options ->> 'object'));
  end if;
  return public.start_sync_run('twenty_to_supabase', coalesce(p_options ->> 'mode', 'delta'), 'manual', p_options - 'mapping') || v_counts;
end
$$;

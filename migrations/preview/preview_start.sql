-- What a pull would begin with, and how many rows there are.
create or replace function lead_sync.preview_start(p_adapter text, p_options jsonb) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_counts jsonb;
begin
  execute lead_sync.rows_sql(p_adapter, $sql$
    select jsonb_build_object('leads', count(*), 'linked', count(l.twenty_id)) from {table} as l where l.deleted_at is null
  $sql$) into v_counts;
  return public.start_sync_run('twenty_to_supabase', coalesce(p_options ->> 'mode', 'delta'), 'manual', p_options - 'mapping') || v_counts;
end
$$;

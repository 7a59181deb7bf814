-- What a pull would begin with, and how many leads there are.
create or replace function lead_sync.preview_start(p_options jsonb) returns jsonb
language plpgsql volatile set search_path = '' as $$
begin
  return public.start_sync_run('twenty_to_supabase', coalesce(p_options ->> 'mode', 'delta'), 'manual', p_options - 'mapping')
    || (select jsonb_build_object('leads', count(*), 'linked', count(l.twenty_id)) from public.leads as l where l.deleted_at is null);
end
$$;

-- Opens a run of a preview; gives it as p_run of the steps that follow.
create or replace function lead_sync.preview_run(p_direction text, p_options jsonb) returns jsonb
language plpgsql volatile set search_path = '' as $$
begin
  return public.start_sync_run(p_direction, 'delta', 'manual', p_options - 'mapping') -> 'run';
end
$$;

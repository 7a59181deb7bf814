-- A run as somebody sees it who looks after the sync.
create or replace function lead_sync.show_run(p_run public.lead_sync_runs) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (to_jsonb(p_run) - array['token', 'lease_until', 'called_again', 'policy']) || jsonb_build_object(
    'rows_of', (select o.object from lead_sync.objects as o where o.object = p_run.object), -- null: leads
    'seconds', round(extract(epoch from coalesce(p_run.finished_at, clock_timestamp()) - p_run.started_at)::numeric, 1),
    'is_alive', p_run.status = 'running' and p_run.lease_until > clock_timestamp()
  );
end
$$;

-- Whose rows a run is about.
create or replace function lead_sync.adapter_of_run(p_run_id uuid) returns text
language plpgsql stable set search_path = '' as $$
begin
  return lead_sync.adapter_of((select r.object from public.lead_sync_runs as r where r.id = p_run_id));
end
$$;

-- What history calls a push: by what started its run.
create or replace function lead_sync.push_type(p_run public.lead_sync_runs) returns text
language sql stable set search_path = '' as $$
  select case when p_run.trigger = 'webhook' then 'webhook_update' when p_run.trigger = 'manual' or p_run.id is null then 'manual' else 'scheduled_push' end
$$;

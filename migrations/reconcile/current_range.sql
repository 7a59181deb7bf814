-- The range that is compared now: first what changed lately, then what is read, then what is summarised. Null when all are compared.
create or replace function lead_sync.current_range(p_run_id uuid) returns lead_sync.id_ranges
language sql stable set search_path = '' as $$
  select i from lead_sync.id_ranges as i where i.run_id = p_run_id order by i.step, i.after limit 1
$$;

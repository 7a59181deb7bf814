-- Notes rows as changed, under a version of now, which passes whatever D1 has.
create or replace function lead_sync.resend_edge_keys(p_edge_table text, p_keys text[]) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_resent integer;
begin
  insert into lead_sync.edge_rows as r (edge_table, key, version)
  select p_edge_table, k.key, nextval('lead_sync.edge_versions')
  from (select distinct u.key collate "C" as key from unnest(p_keys) as u (key) order by 1) as k
  on conflict (edge_table, key) do update set version = nextval('lead_sync.edge_versions'), refusal = null, changed_at = now();
  get diagnostics v_resent = row_count;
  return v_resent;
end
$$;

-- Writes what a merge makes of rows: new ones, in the given order, and the values that others take.
create or replace function lead_sync.write_rows(p_adapter text, p_changes lead_sync.row_change[]) returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform lead_sync.write_leads(p_changes);
end
$$;

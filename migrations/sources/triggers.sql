create or replace trigger source_rows_forget before update on lead_sync.source_rows
  for each row when (new.lead_id is null and old.lead_id is not null) execute function lead_sync.forget_source_values();

create or replace trigger customer_segments_check before insert or update on public.customer_segments
  for each row execute function lead_sync.check_segment();
create or replace trigger customer_segments_compile after insert or delete or truncate on public.customer_segments
  for each statement execute function lead_sync.compile_segments();
create or replace trigger customer_segments_compile_updated after update on public.customer_segments
  referencing old table as old_segments new table as new_segments for each statement execute function lead_sync.compile_segments();
create or replace trigger customer_segments_queue_renamed after update of segment_name on public.customer_segments
  for each row when (new.segment_name is distinct from old.segment_name) execute function lead_sync.queue_renamed_segment();

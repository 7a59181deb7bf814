select lead_sync.watch_rows('opportunity');
create or replace trigger opportunities_note_stages_inserted after insert on public.opportunities
  referencing new table as new_rows for each statement execute function lead_sync.note_stages();
create or replace trigger opportunities_note_stages_updated after update on public.opportunities
  referencing old table as old_rows new table as new_rows for each statement execute function lead_sync.note_stages();

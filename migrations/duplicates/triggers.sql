create or replace trigger duplicate_marks_drop_keys after delete on lead_sync.duplicate_marks
  referencing old table as old_marks for each statement execute function lead_sync.drop_duplicate_keys();

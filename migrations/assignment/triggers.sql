create or replace trigger sales_reps_check before insert or update on public.sales_reps
  for each row execute function lead_sync.check_sales_rep();
create or replace trigger sales_reps_wait before insert or update of conditions, active or delete or truncate on public.sales_reps
  for each statement execute function lead_sync.wait_for_assignment();
create or replace trigger sales_reps_compile after insert or update of conditions, active or delete or truncate on public.sales_reps
  for each statement execute function lead_sync.compile_sales_reps();
create or replace trigger lead_touches_note_arrivals after insert on public.lead_touches
  referencing new table as new_touches for each statement execute function lead_sync.note_arrivals();
create or replace trigger lead_touches_hand_over_assignment after update of lead_id on public.lead_touches
  for each row when (new.lead_id is distinct from old.lead_id and new.lead_id is not null) execute function lead_sync.hand_over_assignment();

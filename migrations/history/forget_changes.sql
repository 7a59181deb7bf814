-- Empties the tables of weeks that ended more than changes_days ago. Waits for nobody: a table in use is emptied by a later call.
-- Runs as the owner, as only it may truncate. Returns how many tables it emptied.
create or replace function lead_sync.forget_changes(p_now timestamptz) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_before timestamptz := p_now - make_interval(days => (select s.changes_days from lead_sync.settings as s));
  v_is_old boolean;
  v_emptied integer := 0;
begin
  for v_week in 0..8 loop
    execute format(
      'select exists (select from lead_sync.%1$I) and not exists (select from lead_sync.%1$I as c where c.changed_at >= $1)', 'lead_changes_' || v_week
    )
    into v_is_old using v_before;
    continue when not v_is_old;
    begin
      execute format('lock table lead_sync.%I in access exclusive mode nowait', 'lead_changes_' || v_week);
      execute format('truncate lead_sync.%I', 'lead_changes_' || v_week);
      v_emptied := v_emptied + 1;
    exception when lock_not_available then
      null;
    end;
  end loop;
  return v_emptied;
end
$$;

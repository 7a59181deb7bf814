-- What the sync changed, with the values before and after, for changes_days of the settings.
-- Nine tables, a week each and taken in turn, so that what is old goes at once and without a trace: the upkeep empties the one that is next.
create table if not exists lead_sync.lead_changes (
  changed_at timestamptz not null,
  lead_id uuid not null,
  run_id uuid,
  side text not null check (side in ('supabase', 'twenty')),
  made_by text,
  before jsonb not null,
  after jsonb not null
) partition by list ((((changed_at at time zone 'utc')::date - date '2000-01-03') / 7 % 9));
alter table lead_sync.lead_changes enable row level security;
comment on column lead_sync.lead_changes.side is 'Where the values were written';
comment on column lead_sync.lead_changes.made_by is 'Who undid something; null: the sync';
comment on column lead_sync.lead_changes.before is 'Per field that was changed, its value before; of a field that was blank, none';
comment on column lead_sync.lead_changes.after is 'Per field that was changed, the value that was written; null blanked it';
create index if not exists lead_changes_lead_idx on lead_sync.lead_changes (lead_id, changed_at);
create index if not exists lead_changes_run_idx on lead_sync.lead_changes (run_id, lead_id) where run_id is not null;
create index if not exists lead_changes_changed_at_idx on lead_sync.lead_changes using brin (changed_at);

do $$
begin
  for v_week in 0..8 loop
    execute format('create table if not exists lead_sync.lead_changes_%s partition of lead_sync.lead_changes for values in (%s)', v_week, v_week);
    execute format('alter table lead_sync.lead_changes_%s enable row level security', v_week);
  end loop;
end
$$;

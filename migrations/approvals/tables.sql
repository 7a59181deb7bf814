-- What waits for a yes because it is so much at once: deletions and changes above the numbers of the settings. Of one kind and side, one is open at a time.
create table if not exists lead_sync.approvals (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('deletions', 'changes')),
  side text not null check (side in ('twenty', 'supabase')),
  run_id uuid,
  opened_at timestamptz not null default clock_timestamp(),
  decision text check (decision in ('yes', 'no')),
  decided_at timestamptz,
  decided_by text,
  constraint approvals_decided check ((decision is null) = (decided_at is null))
);
alter table lead_sync.approvals enable row level security;
comment on column lead_sync.approvals.side is 'Where something would be deleted or changed';
comment on column lead_sync.approvals.run_id is 'The run that met it first';
create unique index if not exists approvals_open_idx on lead_sync.approvals (kind, side) where decision is null;

create table if not exists lead_sync.approval_items (
  approval_id bigint not null references lead_sync.approvals (id) on delete cascade,
  lead_id uuid not null references public.leads (id) on delete cascade,
  twenty_id uuid not null,
  change jsonb not null,
  version timestamptz,
  snapshot jsonb,
  read_started_at timestamptz,
  primary key (approval_id, lead_id)
);
alter table lead_sync.approval_items enable row level security;
comment on column lead_sync.approval_items.change is '{field: value} that would be written';
comment on column lead_sync.approval_items.version is 'What a decision is about: of the person, updatedAt (null: gone); of a lead, when it was last merged or written. Whatever is another is looked at anew';
comment on column lead_sync.approval_items.snapshot is 'What was read of the person, until it is merged';
create index if not exists approval_items_lead_idx on lead_sync.approval_items (lead_id);
create index if not exists approval_items_twenty_idx on lead_sync.approval_items (twenty_id);
create index if not exists approval_items_open_idx on lead_sync.approval_items (approval_id) where snapshot is not null;

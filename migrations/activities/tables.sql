-- What people did about leads, as Twenty has it: notes, tasks, messages and meetings, and on whom each hangs. They come from Twenty alone and nothing goes
-- back, so there is nothing to merge: what was read last is right. Empty until Lead Sync › Pull Activities runs for the first time.

-- One row of settings of this theme.
create table if not exists lead_sync.activity_settings (
  only_row boolean primary key default true check (only_row),
  texts text not null default 'excerpt' check (texts in ('none', 'title', 'excerpt', 'body'))
);
alter table lead_sync.activity_settings enable row level security;
comment on column lead_sync.activity_settings.texts is 'What is kept of what people wrote: none, title, excerpt (title and the first 200 characters), body (all). Less erases the rest at once; more is there once everything was read again';
insert into lead_sync.activity_settings (only_row) values (true) on conflict do nothing;

-- A record of Twenty, once, on however many leads it hangs.
create table if not exists lead_sync.activities (
  kind text not null check (kind in ('note', 'task', 'message', 'meeting')),
  twenty_id uuid not null,
  happened_at timestamptz,
  author text,
  title text,
  excerpt text,
  body text,
  status text,
  due_at timestamptz,
  restricted boolean not null default false,
  deleted_at timestamptz,
  updated_at timestamptz not null,
  read_at timestamptz not null,
  absent_since timestamptz,
  primary key (kind, twenty_id)
);
alter table lead_sync.activities enable row level security;
comment on column lead_sync.activities.happened_at is 'When a note or task was made, a message received, a meeting begins';
comment on column lead_sync.activities.restricted is 'Twenty does not show its texts to the key';
comment on column lead_sync.activities.deleted_at is 'It is in Twenty''s bin, or gone; nothing of its texts is kept';
comment on column lead_sync.activities.updated_at is 'Twenty''s updatedAt, infinity where it is gone. With read_at it says which of two readings is the later one';
comment on column lead_sync.activities.read_at is 'When the read began that this comes from; infinity: its lead was forgotten, and it stays out';
comment on column lead_sync.activities.absent_since is 'A read missed it; a second one, absence_allowance later, confirms that it is gone';

-- On whom it hangs: noteTarget and taskTarget, and the participants of messages and meetings. They are records of their own in Twenty, and may come before
-- what they belong to, or long after.
create table if not exists lead_sync.activity_links (
  kind text not null check (kind in ('note', 'task', 'message', 'meeting')),
  twenty_id uuid not null,
  activity_id uuid,
  person_id uuid,
  opportunity_id uuid,
  author text,
  deleted_at timestamptz,
  updated_at timestamptz not null,
  read_at timestamptz not null,
  absent_since timestamptz,
  primary key (kind, twenty_id)
);
alter table lead_sync.activity_links enable row level security;
comment on column lead_sync.activity_links.twenty_id is 'The link''s own id';
comment on column lead_sync.activity_links.person_id is 'The id in Twenty of the person, or of another object that is synced as leads';
comment on column lead_sync.activity_links.author is 'The address of who sent the message';
create index if not exists activity_links_person_idx on lead_sync.activity_links (person_id) where person_id is not null;
create index if not exists activity_links_opportunity_idx on lead_sync.activity_links (opportunity_id) where opportunity_id is not null;
create index if not exists activity_links_activity_idx on lead_sync.activity_links (kind, activity_id);

-- How far each object of Twenty was read. A window that is not read to its end is gone on with.
create table if not exists lead_sync.activity_cursors (
  object text primary key,
  read_until timestamptz,
  window_from timestamptz,
  window_until timestamptz,
  position text,
  whole_since timestamptz
);
alter table lead_sync.activity_cursors enable row level security;
comment on column lead_sync.activity_cursors.whole_since is 'When a read of everything began that is not through: what it does not meet is looked for by id';

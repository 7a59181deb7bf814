-- What the edge owns: e-mails, their events, its job queue; and empty replicas, so that reads work before the first fill.
-- The replicas' shape follows from lead_sync.edge_tables in Supabase: the first run builds them anew, with indexes.

create table if not exists edge_deleted (table_name text not null, key text not null, version integer not null, deleted_at integer not null, primary key (table_name, key)) strict, without rowid;

create table if not exists edge_state (name text primary key, value integer not null) strict, without rowid;

create table if not exists prospects (
  id text primary key, email text, first_name text, last_name text, phone text, job_title text, company_name text, company_domain text, city text,
  region text, country text, linkedin_url text, lead_source text, lead_status text, lead_score real, segment_id text, attributes text, created_at text,
  edge_version integer not null, edge_digest integer
) strict, without rowid;

create table if not exists segments (id text primary key, segment_name text, description text, edge_version integer not null, edge_digest integer) strict, without rowid;

create table if not exists campaigns (
  id text primary key, name text, status text, subject text, settings text, starts_at text, ends_at text, edge_version integer not null, edge_digest integer
) strict, without rowid;

create table if not exists mailboxes (
  id text primary key, address text, display_name text, status text, daily_limit integer, edge_version integer not null, edge_digest integer
) strict, without rowid;

-- How far an e-mail is follows from its times. edge_version: milliseconds since 1970 of its last change, rising.
create table if not exists emails (
  id text primary key, message_id text, prospect_id text, campaign_id text, mailbox_id text, recipient text, subject text,
  sent_at text, delivered_at text, opened_at text, clicked_at text, replied_at text, bounced_at text, failed_at text, error text,
  status text generated always as (case
    when failed_at is not null then 'failed' when bounced_at is not null then 'bounced' when replied_at is not null then 'replied'
    when clicked_at is not null then 'clicked' when opened_at is not null then 'opened' when delivered_at is not null then 'delivered'
    when sent_at is not null then 'sent' else 'queued'
  end) virtual,
  created_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  edge_version integer not null default (cast(unixepoch('subsec') * 1000 as integer))
) strict, without rowid;

create index if not exists emails_prospect on emails (prospect_id);

create table if not exists email_events (
  id text primary key, email_id text not null, kind text not null check (kind in ('sent', 'delivered', 'opened', 'clicked', 'replied', 'bounced', 'failed')),
  at text not null, data text, edge_version integer not null default (cast(unixepoch('subsec') * 1000 as integer))
) strict, without rowid;

create index if not exists email_events_email on email_events (email_id);

-- Keys of what changed and was not stored in Supabase yet. A number is never given twice.
create table if not exists emails_changes (seq integer primary key autoincrement, key text not null) strict;

create table if not exists email_events_changes (seq integer primary key autoincrement, key text not null) strict;

create trigger if not exists emails_inserted after insert on emails begin
  insert into emails_changes (key) values (new.id);
end;

-- an update that leaves the version where it was gets the next one; that update then is noted
create trigger if not exists emails_updated after update on emails when new.edge_version <= old.edge_version begin
  update emails set edge_version = max(old.edge_version + 1, cast(unixepoch('subsec') * 1000 as integer)) where id = new.id;
end;

create trigger if not exists emails_noted after update on emails when new.edge_version > old.edge_version begin
  insert into emails_changes (key) values (new.id);
end;

create trigger if not exists email_events_inserted after insert on email_events begin
  insert into email_events_changes (key) values (new.id);
  update emails set
    sent_at = case new.kind when 'sent' then min(coalesce(sent_at, new.at), new.at) else sent_at end,
    delivered_at = case new.kind when 'delivered' then min(coalesce(delivered_at, new.at), new.at) else delivered_at end,
    opened_at = case new.kind when 'opened' then min(coalesce(opened_at, new.at), new.at) else opened_at end,
    clicked_at = case new.kind when 'clicked' then min(coalesce(clicked_at, new.at), new.at) else clicked_at end,
    replied_at = case new.kind when 'replied' then min(coalesce(replied_at, new.at), new.at) else replied_at end,
    bounced_at = case new.kind when 'bounced' then min(coalesce(bounced_at, new.at), new.at) else bounced_at end,
    failed_at = case new.kind when 'failed' then min(coalesce(failed_at, new.at), new.at) else failed_at end,
    edge_version = max(edge_version + 1, cast(unixepoch('subsec') * 1000 as integer))
  where id = new.email_id and new.at < coalesce(
    case new.kind when 'sent' then sent_at when 'delivered' then delivered_at when 'opened' then opened_at when 'clicked' then clicked_at
      when 'replied' then replied_at when 'bounced' then bounced_at else failed_at end,
    '~'
  );
end;

-- events that came before their e-mail
create trigger if not exists emails_late after insert on emails when exists (select 1 from email_events as e where e.email_id = new.id) begin
  update emails set
    sent_at = (select min(t.at) from (select new.sent_at as at union all select e.at from email_events as e where e.email_id = new.id and e.kind = 'sent') as t),
    delivered_at = (select min(t.at) from (select new.delivered_at as at union all select e.at from email_events as e where e.email_id = new.id and e.kind = 'delivered') as t),
    opened_at = (select min(t.at) from (select new.opened_at as at union all select e.at from email_events as e where e.email_id = new.id and e.kind = 'opened') as t),
    clicked_at = (select min(t.at) from (select new.clicked_at as at union all select e.at from email_events as e where e.email_id = new.id and e.kind = 'clicked') as t),
    replied_at = (select min(t.at) from (select new.replied_at as at union all select e.at from email_events as e where e.email_id = new.id and e.kind = 'replied') as t),
    bounced_at = (select min(t.at) from (select new.bounced_at as at union all select e.at from email_events as e where e.email_id = new.id and e.kind = 'bounced') as t),
    failed_at = (select min(t.at) from (select new.failed_at as at union all select e.at from email_events as e where e.email_id = new.id and e.kind = 'failed') as t)
  where id = new.id;
end;

-- Work of the edge: claimed under a lease; what failed too often is in failed_tasks.
create table if not exists job_queue (
  id text primary key, kind text not null, payload text not null, run_at text not null, attempts integer not null default 0, token text, lease_until text,
  error text, created_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) strict, without rowid;

create index if not exists job_queue_due on job_queue (run_at);

create table if not exists failed_tasks (
  id text primary key, kind text not null, payload text not null, attempts integer not null, error text,
  failed_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) strict, without rowid;

-- Makes the tables of outreach where there are none, and maps those that are there by the names of their columns. Then call enable_edge().
-- Run it as the owner, in the SQL editor. Returns {made: [names], adopted: [{table, columns, left_out}]}. Safe to repeat.
create or replace function public.enable_outreach() returns jsonb
language plpgsql volatile security invoker set search_path = '' as $body$
declare
  v_made text[] := '{}';
  v_adopted jsonb := '[]';
  v_table record;
begin
  for v_table in
    select * from (values
      ('campaigns', $sql$
        id uuid primary key default gen_random_uuid(),
        name text not null,
        status text not null default 'draft' check (status in ('draft', 'active', 'paused', 'finished')),
        subject text,
        settings jsonb not null default '{}',
        starts_at timestamptz,
        ends_at timestamptz,
        created_at timestamptz not null default now()
      $sql$),
      ('mailboxes', $sql$
        id uuid primary key default gen_random_uuid(),
        address text not null unique,
        display_name text,
        status text not null default 'active' check (status in ('active', 'warming', 'paused')),
        daily_limit integer check (daily_limit >= 0),
        created_at timestamptz not null default now()
      $sql$),
      -- how far an e-mail is follows from its times: no two writers can disagree
      ('emails', $sql$
        id text primary key,
        message_id text,
        prospect_id text,
        campaign_id text,
        mailbox_id text,
        recipient text,
        subject text,
        sent_at timestamptz,
        delivered_at timestamptz,
        opened_at timestamptz,
        clicked_at timestamptz,
        replied_at timestamptz,
        bounced_at timestamptz,
        failed_at timestamptz,
        error text,
        status text generated always as (case
          when failed_at is not null then 'failed' when bounced_at is not null then 'bounced' when replied_at is not null then 'replied'
          when clicked_at is not null then 'clicked' when opened_at is not null then 'opened' when delivered_at is not null then 'delivered'
          when sent_at is not null then 'sent' else 'queued'
        end) stored,
        created_at timestamptz not null default now()
      $sql$),
      ('email_events', $sql$
        id text primary key,
        email_id text not null,
        kind text not null check (kind in ('sent', 'delivered', 'opened', 'clicked', 'replied', 'bounced', 'failed')),
        at timestamptz not null,
        data jsonb
      $sql$)
    ) as t (name, definition)
  loop
    if lead_sync.make_outreach_table(v_table.name, v_table.definition) then
      v_made := v_made || v_table.name;
    elsif strpos(coalesce(obj_description(format('public.%I', v_table.name)::regclass, 'pg_class'), ''), lead_sync.mark()) = 0 then
      v_adopted := v_adopted || lead_sync.adopt_outreach_table(v_table.name);
    end if;
  end loop;

  if 'emails' = any (v_made) then
    create index emails_prospect_idx on public.emails (prospect_id) where prospect_id is not null;
    create index emails_message_idx on public.emails (message_id) where message_id is not null;
    create index emails_campaign_idx on public.emails (campaign_id) where campaign_id is not null;
  end if;
  if 'email_events' = any (v_made) then
    create index email_events_email_idx on public.email_events (email_id);
  end if;
  if 'emails' = any (v_made) and 'email_events' = any (v_made) then
    create trigger email_events_note after insert on public.email_events
      referencing new table as new_rows for each statement execute function lead_sync.note_email_events();
    create trigger emails_note after insert on public.emails
      referencing new table as new_rows for each statement execute function lead_sync.note_email_events();
  end if;
  if exists (select from pg_catalog.pg_roles as r where r.rolname = 'lead_sync_api' and has_schema_privilege(r.oid, 'lead_sync', 'usage')) then
    perform lead_sync.grant_to_api_role();
  end if;
  notify pgrst, 'reload schema';
  perform public.note_action('enable_outreach', jsonb_build_object('made', v_made));
  return jsonb_build_object('made', v_made, 'adopted', v_adopted);
end
$body$;

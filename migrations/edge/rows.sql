insert into lead_sync.edge_tables (edge_table, source, direction, deleted_column, columns)
select v.edge_table, v.source, v.direction, v.deleted_column, v.columns::jsonb
from (values
  ('prospects', 'public.leads', 'down', 'deleted_at', '[
    {"name": "email", "from": "email", "type": "text", "index": true},
    {"name": "first_name", "from": "first_name", "type": "text"},
    {"name": "last_name", "from": "last_name", "type": "text"},
    {"name": "phone", "from": "phone", "type": "text"},
    {"name": "job_title", "from": "job_title", "type": "text"},
    {"name": "company_name", "from": "company_name", "type": "text"},
    {"name": "company_domain", "from": "company_domain", "type": "text"},
    {"name": "city", "from": "city", "type": "text"},
    {"name": "region", "from": "region", "type": "text"},
    {"name": "country", "from": "country", "type": "text"},
    {"name": "linkedin_url", "from": "linkedin_url", "type": "text"},
    {"name": "lead_source", "from": "lead_source", "type": "text"},
    {"name": "lead_status", "from": "lead_status", "type": "text"},
    {"name": "lead_score", "from": "lead_score", "type": "real"},
    {"name": "segment_id", "from": "segment_id", "type": "text", "index": true},
    {"name": "attributes", "from": "attributes", "type": "json"},
    {"name": "created_at", "from": "created_at", "type": "timestamp"}
  ]'),
  ('segments', 'public.customer_segments', 'down', null, '[
    {"name": "segment_name", "from": "segment_name", "type": "text"},
    {"name": "description", "from": "description", "type": "text"}
  ]'),
  ('campaigns', 'public.campaigns', 'down', null, '[
    {"name": "name", "from": "name", "type": "text"},
    {"name": "status", "from": "status", "type": "text"},
    {"name": "subject", "from": "subject", "type": "text"},
    {"name": "settings", "from": "settings", "type": "json"},
    {"name": "starts_at", "from": "starts_at", "type": "timestamp"},
    {"name": "ends_at", "from": "ends_at", "type": "timestamp"}
  ]'),
  ('mailboxes', 'public.mailboxes', 'down', null, '[
    {"name": "address", "from": "address", "type": "text"},
    {"name": "display_name", "from": "display_name", "type": "text"},
    {"name": "status", "from": "status", "type": "text"},
    {"name": "daily_limit", "from": "daily_limit", "type": "integer"}
  ]'),
  ('emails', 'public.emails', 'up', null, '[
    {"name": "message_id", "from": "message_id", "type": "text"},
    {"name": "prospect_id", "from": "prospect_id", "type": "text"},
    {"name": "campaign_id", "from": "campaign_id", "type": "text"},
    {"name": "mailbox_id", "from": "mailbox_id", "type": "text"},
    {"name": "recipient", "from": "recipient", "type": "text"},
    {"name": "subject", "from": "subject", "type": "text"},
    {"name": "sent_at", "from": "sent_at", "type": "timestamp", "merge": "earliest"},
    {"name": "delivered_at", "from": "delivered_at", "type": "timestamp", "merge": "earliest"},
    {"name": "opened_at", "from": "opened_at", "type": "timestamp", "merge": "earliest"},
    {"name": "clicked_at", "from": "clicked_at", "type": "timestamp", "merge": "earliest"},
    {"name": "replied_at", "from": "replied_at", "type": "timestamp", "merge": "earliest"},
    {"name": "bounced_at", "from": "bounced_at", "type": "timestamp", "merge": "earliest"},
    {"name": "failed_at", "from": "failed_at", "type": "timestamp", "merge": "earliest"},
    {"name": "error", "from": "error", "type": "text"},
    {"name": "created_at", "from": "created_at", "type": "timestamp", "merge": "earliest"}
  ]'),
  ('email_events', 'public.email_events', 'up', null, '[
    {"name": "email_id", "from": "email_id", "type": "text"},
    {"name": "kind", "from": "kind", "type": "text"},
    {"name": "at", "from": "at", "type": "timestamp"},
    {"name": "data", "from": "data", "type": "json"}
  ]')
) as v (edge_table, source, direction, deleted_column, columns)
where lead_sync.schema_version() < 2
on conflict do nothing;

-- What is left of a workspace's calls of Twenty, and what is known of its limit: one row for all n8n processes that share it (lead_sync.settings.share_calls).
-- `tokens` counts as of `taken_at`, which lies ahead while turns are given away that have not come yet. Of `learned` the database reads
-- {belief, calls_per_minute, at_once}; the rest is LearnedRate's of the nodes, which alone works it out.
create table if not exists lead_sync.rate_limits (
  workspace text primary key,
  tokens integer not null check (tokens >= 0),
  taken_at timestamptz not null,
  learned jsonb not null,
  learned_at timestamptz not null
) with (fillfactor = 50);
alter table lead_sync.rate_limits enable row level security;

-- The key of the hashes, made once: without it nobody can find out by guessing addresses who was forgotten. inner_pad and outer_pad are the key as HMAC (RFC 2104) mixes it in.
create table if not exists lead_sync.forgetting_key (
  only_row boolean primary key default true check (only_row),
  inner_pad bytea not null,
  outer_pad bytea not null
);
alter table lead_sync.forgetting_key enable row level security;

-- HMAC-SHA-256 of e-mail addresses and Twenty ids that must not come back.
create table if not exists lead_sync.forgotten (
  hash bytea primary key,
  forgotten_at timestamptz not null default now()
);
alter table lead_sync.forgotten enable row level security;

-- Records of Twenty that belong to people who were forgotten, until somebody says that they are destroyed there: whoever stops in between can go on.
create table if not exists lead_sync.to_destroy (
  object text not null,
  record_id uuid not null,
  asked_at timestamptz not null default now(),
  primary key (object, record_id)
);
alter table lead_sync.to_destroy enable row level security;

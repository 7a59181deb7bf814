create index if not exists lead_states_gone_address_idx on lead_sync.lead_states (lead_sync.email_key(base_remote ->> 'email')) where gone;

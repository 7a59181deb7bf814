-- see own_id_of
create index if not exists lead_states_id_in_twenty_idx on lead_sync.lead_states (lead_sync.id_in_twenty(lead_id)) where lead_id::text !~ '^.{14}[1-5].{4}[89ab]';

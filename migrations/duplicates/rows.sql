insert into lead_sync.duplicate_search (only_row) values (true) on conflict do nothing;

-- Examples: no task is made before one is enabled.
insert into public.follow_up_rules (rule_key, lowest_score, title, body, due_in_days)
select 'hot_lead', 70, 'Call {name} (score {score})', '{name} of {company} reached a score of {score}. Segment: {segment}.', 1
where not exists (select from public.follow_up_rules);
insert into public.follow_up_rules (rule_key, occasion, lowest_score, title, body, due_in_days)
select 'missed_call', 'missed_call', 0, 'Call {name} back', '{name} ({phone}) called, and nobody answered.', 0
where lead_sync.schema_version() < 2
on conflict do nothing;

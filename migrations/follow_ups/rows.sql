-- An example: no task is made before it is enabled.
insert into public.follow_up_rules (rule_key, lowest_score, title, body, due_in_days)
select 'hot_lead', 70, 'Call {name} (score {score})', '{name} of {company} reached a score of {score}. Segment: {segment}.', 1
where not exists (select from public.follow_up_rules);

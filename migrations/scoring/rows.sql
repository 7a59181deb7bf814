-- A starter set of rules, as a draft: nothing is scored before publish_scoring_rules().
insert into public.lead_scoring_groups (rule_group, lowest, highest, description)
select v.* from (values
  ('role', -20, 30, 'What the person does'),
  ('company', 0, 25, 'Size and traces of a company'),
  ('contact', -10, 15, 'How well the lead can be reached'),
  ('source', -10, 25, 'Where the lead came from'),
  ('intent', 0, 40, 'What the lead did lately'),
  ('timing', -10, 10, 'How new the lead is'),
  ('status', -50, 15, 'What the team found out'),
  ('place', null, null, 'Where the lead is')
) as v
where not exists (select from public.lead_scoring_rules) and not exists (select from public.lead_scoring_versions)
on conflict do nothing;

insert into public.lead_scoring_rules (rule_key, rule_group, attribute, operator, value, points, decay_days, description)
select v.rule_key, v.rule_group, v.attribute, v.operator, v.value::jsonb, v.points, v.decay_days, v.description
from (values
  ('role_top', 'role', 'job_title', 'contains_word', '["ceo", "cto", "cfo", "coo", "cmo", "cio", "chief", "founder", "cofounder", "owner", "managing director"]', 25, null::integer, 'Decides alone'),
  ('role_head', 'role', 'job_title', 'contains_word', '["vp", "vice president", "head", "director"]', 20, null, 'Decides with others'),
  ('role_manager', 'role', 'job_title', 'contains_word', '["manager", "team lead"]', 10, null, 'Recommends'),
  ('role_learner', 'role', 'job_title', 'contains_word', '["student", "intern", "trainee", "apprentice"]', -20, null, 'Does not buy'),
  ('company_mid', 'company', 'company_employees', 'between', '[51, 1000]', 20, null, 'The size that buys most often; set your own'),
  ('company_large', 'company', 'company_employees', 'greater', '1000', 15, null, 'Large companies decide slowly'),
  ('company_small', 'company', 'company_employees', 'between', '[11, 50]', 10, null, null),
  ('company_named', 'company', 'company_name', 'is_set', null, 5, null, null),
  ('email_corporate', 'contact', 'email_type', 'equals', '"corporate"', 10, null, 'An address of a company''s own'),
  ('email_free', 'contact', 'email_type', 'equals', '"free"', -5, null, 'An address of a mail service for everybody'),
  ('email_missing', 'contact', 'email', 'is_not_set', null, -10, null, null),
  ('phone_known', 'contact', 'phone', 'is_set', null, 5, null, null),
  ('linkedin_known', 'contact', 'linkedin_url', 'is_set', null, 3, null, null),
  ('source_asked', 'source', 'lead_source', 'in', '["demo", "demo request", "contact form", "pricing", "referral", "partner"]', 25, null, 'Asked for us'),
  ('source_event', 'source', 'lead_source', 'in', '["webinar", "event", "trade show", "conference"]', 15, null, null),
  ('source_content', 'source', 'lead_source', 'in', '["website", "newsletter", "blog", "ebook", "organic", "social"]', 8, null, null),
  ('source_bought', 'source', 'lead_source', 'in', '["purchased list", "list", "cold"]', -10, null, 'Did not ask for us'),
  ('demo_requested', 'intent', 'attributes.demo_requested_at', 'within_days', '30', 30, 30, 'Fades over a month'),
  ('visited_lately', 'intent', 'attributes.last_visit_at', 'within_days', '14', 15, 14, 'Fades over two weeks'),
  ('pricing_views', 'intent', 'attributes.pricing_page_views', 'greater', '2', 10, null, null),
  ('new_lead', 'timing', 'created_at', 'within_days', '14', 10, 14, 'New leads answer; fades over two weeks'),
  ('old_lead', 'timing', 'lead_age_days', 'greater', '365', -10, null, null),
  ('status_out', 'status', 'lead_status', 'in', '["unqualified", "disqualified", "lost", "spam", "bounced", "unsubscribed"]', -50, null, null),
  ('status_qualified', 'status', 'lead_status', 'in', '["qualified", "sql", "opportunity"]', 15, null, null),
  ('income_high', 'place', 'income_tier', 'equals', '"high"', 0, null, 'Weighs nothing until you decide otherwise: where people live says little of what a company buys')
) as v (rule_key, rule_group, attribute, operator, value, points, decay_days, description)
where not exists (select from public.lead_scoring_rules) and not exists (select from public.lead_scoring_versions);

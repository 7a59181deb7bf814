-- What a team did with 0.1.0 until the hour of the upgrade: 10,000 leads, some of them on their way, and everything edited that may be.

-- what people edit
update lead_sync.settings set default_country = 'DE', history_days = 7, max_attempts = 2, company_size_scheme = 'eu' where only_row;
update lead_sync.field_mappings set policy = 'twenty_wins' where object = 'person' and lead_field = 'job_title';
update lead_sync.field_mappings set enabled = false where object = 'person' and lead_field in ('country', 'lead_score');
delete from lead_sync.field_mappings where object = 'person' and lead_field = 'region';
insert into lead_sync.field_mappings (object, lead_field, twenty_field) values ('person', 'attributes.utm', 'utmSource');
update lead_sync.alert_rules set threshold = 25, title = 'Ours', enabled = false where alert = 'failure_rate';
delete from lead_sync.alert_rules where alert = 'drift';
update public.lead_scoring_rules set points = 7 where rule_key = 'company_named';
delete from public.lead_scoring_rules where rule_key = 'income_high';
insert into public.lead_scoring_rules (rule_key, attribute, operator, value, points) values ('ours', 'job_title', 'contains_word', '["buyer"]', 40);
update public.lead_scoring_groups set highest = 12 where rule_group = 'role';
insert into public.customer_segments (segment_name, description, criteria) values
  ('Buyers', 'They buy', '[{"attribute": "job_title", "operator": "contains_word", "value": ["buyer"]}]'), ('By hand', null, null);
delete from public.free_email_domains where domain = 'gmail.com';
insert into public.free_email_domains values ('mail.example');
update public.geo_income_tiers set tier = 'ours' where country = 'DE';
update public.follow_up_rules set enabled = true, lowest_score = 10, title = 'Ring {name}' where true;
select public.enable_instant_push();
alter table public.leads add column shoe_size integer;
grant insert (email) on public.leads to anon;
create policy site on public.leads for insert to anon with check (true);

-- A person as Twenty has them.
create function pg_temp.person(p_number integer) returns jsonb language sql as $$
  select jsonb_build_object(
    'twenty_id', md5('person ' || p_number)::uuid, 'twenty_created_at', '2026-01-01T00:00:00Z', 'twenty_updated_at', '2026-02-01T00:00:00Z',
    'twenty_deleted_at', null, 'first_name', 'Name ' || p_number, 'last_name', case when p_number % 3 = 0 then '  Wide   Space ' end,
    'email', 'p' || p_number || '@example.com', 'phone', '+4930' || 1000000 + p_number, 'job_title', (array['Buyer', 'Head of x', null])[1 + p_number % 3],
    'company_name', 'Firm ' || p_number % 500, 'company_domain', 'https://www.firm' || p_number % 500 || '.example/', 'city', 'Köln', 'lead_source', 'demo',
    'linkedin_url', 'https://linkedin.com/in/p' || p_number, 'attributes', jsonb_build_object('utm', 'x' || p_number),
    'twenty_record', jsonb_build_object('companyId', md5('firm ' || p_number % 500)::uuid)
  )
$$;

-- Twenty as it is
create table public.people as select i as number, md5('person ' || i)::uuid as id, pg_temp.person(i) as person from generate_series(1, 6000) as i;

-- The read before a push: of a claim's leads those that are there.
create function pg_temp.plan(p_claim jsonb, p_run jsonb default null) returns jsonb language sql as $$
  select public.upsert_leads(
    (
      select coalesce(jsonb_agg(coalesce(p.person, jsonb_build_object('twenty_id', l ->> 'twenty_id', 'absent', true))), '[]')
      from jsonb_array_elements(p_claim -> 'leads') as l
      left join public.people as p on p.id = (l ->> 'twenty_id')::uuid
      where l ->> 'twenty_id' is not null
    ),
    'twenty', (p_claim ->> 'read_started_at')::timestamptz, p_run, null, (p_claim ->> 'claim_token')::uuid
  )
$$;

-- 6,000 people come from Twenty
do $$
declare
  v_started jsonb := public.start_sync_run('twenty_to_supabase', 'full', 'manual');
begin
  for v_page in 0..5 loop
    perform public.upsert_leads(
      (select jsonb_agg(p.person) from public.people as p where (p.number - 1) / 1000 = v_page), 'twenty', clock_timestamp(), v_started -> 'run',
      jsonb_build_object('from', null, 'until', '2026-02-02T00:00:00Z', 'position', 'page ' || v_page, 'has_next', v_page < 5)
    );
    analyze public.leads, lead_sync.lead_states;
  end loop;
  perform public.finish_sync_run(v_started -> 'run');
end
$$;
analyze public.leads, lead_sync.lead_states;

-- 4,000 leads come by forms, as people type
insert into public.leads (first_name, email, phone, company_name, company_domain, company_size, job_title, attributes, shoe_size)
select
  ' Form ' || i, case when i % 10 = 0 then 'FORM' || i || '@Example.COM ' else 'form' || i || '@example.com' end, '0221 / ' || 100000 + i,
  'Forms ' || i % 50, case when i % 50 = 0 then 'linkedin.com' else 'forms' || i % 50 || '.example' end, '11-50', 'Head of ' || i, jsonb_build_object('form', i), 40 + i % 5
from generate_series(1, 4000) as i;
analyze public.leads, lead_sync.lead_states;

-- A push of 1,000: most are made, some refused twice, which makes dead letters, of some nobody knows.
do $$
declare
  v_started jsonb := public.start_sync_run('supabase_to_twenty', 'delta', 'manual');
  v_claim jsonb;
  v_plan jsonb;
begin
  for v_round in 1..5 loop
    v_claim := public.get_leads_for_sync(200, v_started -> 'run');
    v_plan := pg_temp.plan(v_claim, v_started -> 'run');
    perform public.update_sync_status((v_claim ->> 'claim_token')::uuid, (
      select jsonb_agg(case
        when w.ordinality <= 160 then jsonb_build_object(
          'lead_id', w.value ->> 'lead_id', 'op', w.value ->> 'op', 'ok', true, 'twenty_id', w.value ->> 'twenty_id', 'values', w.value -> 'values',
          'twenty_created_at', '2026-02-03T00:00:00Z', 'twenty_updated_at', '2026-02-03T00:00:00Z'
        )
        else jsonb_build_object(
          'lead_id', w.value ->> 'lead_id', 'op', w.value ->> 'op', 'ok', false, 'category', case when w.ordinality <= 180 then 'validation' else 'timeout' end,
          'outcome', case when w.ordinality <= 180 then 'refused' else 'unknown' end, 'message', 'no'
        )
      end) from jsonb_array_elements(v_plan -> 'writes') with ordinality as w
    ), v_started -> 'run');
  end loop;
  perform public.finish_sync_run(v_started -> 'run', 'failed', 'server: 502');
  update lead_sync.lead_states set due_at = now() - interval '1 year' where error_category = 'validation';
  v_claim := public.get_leads_for_sync(100);
  v_plan := pg_temp.plan(v_claim);
  perform public.update_sync_status((v_claim ->> 'claim_token')::uuid, (
    select jsonb_agg(jsonb_build_object('lead_id', w ->> 'lead_id', 'op', w ->> 'op', 'ok', false, 'category', 'validation', 'outcome', 'refused', 'message', 'no'))
    from jsonb_array_elements(v_plan -> 'writes') as w
  ));
end
$$;

-- Both sides change 300 phones, one is deleted here, one there, one is another person's e-mail.
update public.leads set phone = '+49401' || right(phone, 6) where email in (select 'p' || i || '@example.com' from generate_series(1, 300) as i);
do $$ begin
  update public.people as p set person = p.person || jsonb_build_object('phone', '+49891' || 100000 + p.number, 'twenty_updated_at', '2026-02-05T00:00:00Z')
  where p.number <= 300;
  perform public.upsert_leads((select jsonb_agg(p.person) from public.people as p where p.number <= 300), 'twenty', clock_timestamp());
  perform public.resolve_conflict(min(c.id), 'supabase') from public.lead_sync_conflicts as c;
  update public.people as p set person = p.person || '{"twenty_deleted_at": "2026-02-05T00:00:00Z", "twenty_updated_at": "2026-02-05T00:00:00Z"}'
  where p.number = 301;
  perform public.upsert_leads((select jsonb_agg(p.person) from public.people as p where p.number = 301), 'twenty', clock_timestamp());
  perform public.upsert_leads(jsonb_build_array(jsonb_build_object('twenty_id', p.id, 'absent', true)), 'twenty', clock_timestamp())
  from public.people as p where p.number = 303;
end $$;
update public.leads set deleted_at = now() where email = 'p302@example.com';
update public.leads set email = 'p305@example.com' where email = 'p304@example.com';

-- what waits, what was told, what was worked out
select public.add_to_inbox((
  select jsonb_agg(jsonb_build_object('object', 'person', 'record_id', md5('person ' || i)::uuid)) from generate_series(1000, 1100) as i
));
update public.leads set segment_id = (select s.id from public.customer_segments as s where s.segment_name = 'By hand'), segment_source = 'human'
where email = 'p400@example.com';
select public.publish_scoring_rules('ours');
do $$
declare
  v_tasks jsonb;
begin
  perform public.calculate_lead_scores(array(select l.id from public.leads as l where l.twenty_id is not null order by l.email limit 2000));
  v_tasks := public.get_follow_ups(50) -> 'tasks';
  perform public.confirm_follow_ups((
    select jsonb_agg(t.value || jsonb_build_object('ok', t.ordinality % 5 > 0, 'error', case when t.ordinality % 5 = 0 then 'no' end))
    from jsonb_array_elements(v_tasks) with ordinality as t
  ));
end
$$;
update public.lead_sync_history set synced_at = synced_at - interval '40 days', created_at = created_at - interval '40 days' where id % 3 = 0;
select public.run_sync_maintenance(20, now(), true);
select public.update_sync_alerts(now() - interval '1 hour', 'monitor'), public.update_sync_alerts(now(), 'monitor');

-- Still at work when the upgrade comes: a push that has planned its writes, and a reconciliation.
create table public.team_notes as select
  public.get_leads_for_sync(100) as claim, public.start_sync_run('bidirectional', 'reconcile', 'manual') as reconciliation, null::jsonb as plan;
do $$ begin
  update public.team_notes set plan = pg_temp.plan(claim) where true;
  perform public.compare_lead_ids(reconciliation -> 'run', (
    select jsonb_agg(jsonb_build_array(p.id, '2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z', null) order by p.id)
    from (select p.id from public.people as p order by p.id limit 2000) as p
  ), '{"after": null, "position": "x", "has_next": true}', clock_timestamp()) from public.team_notes;
end $$;

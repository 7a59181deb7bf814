import type { Client } from 'pg';

const BATCH = 50_000;

/**
 * Leads as they are after a sync: of many titles, sizes, sources and ages, settled in both systems. The triggers are off,
 * which makes no difference to what is measured: the scores are blank, and the states are there.
 */
export async function seedLeads(client: Client, leads: number): Promise<void> {
  await client.query("set session_replication_role = 'replica'");
  for (let from = 1; from <= leads; from += BATCH) {
    await client.query(
      `insert into public.leads (
         twenty_id, first_name, last_name, email, phone, job_title, company_name, company_domain, company_size, company_employees,
         company_size_band, city, country, postal_code, linkedin_url, lead_source, lead_status, attributes, created_at, income_tier,
         score_epoch, sync_status, last_synced_at
       )
       select
         gen_random_uuid(), 'First' || i, 'Last' || i, 'person' || i || case when i % 3 = 0 then '@gmail.com' else '@company' || i % 5000 || '.com' end,
         '+3361' || lpad((i % 10000000)::text, 7, '0'),
         (array['CEO', 'VP Sales', 'Head of Marketing', 'Account Manager', 'Software Engineer', 'Student', 'Founder & CTO', 'Consultant'])[1 + i % 8],
         'Company ' || i % 5000, 'company' || i % 5000 || '.com', s.size, lead_sync.employees(s.size), s.size, 'Paris',
         (array['France', 'Germany', 'United States', 'India'])[1 + i % 4], '75001', 'https://linkedin.com/in/person' || i,
         (array['website', 'webinar', 'referral', 'cold', 'newsletter', 'demo'])[1 + i % 6],
         (array['new', 'qualified', 'lost', 'contacted'])[1 + (i / 3) % 4],
         jsonb_build_object('last_visit_at', (now() - make_interval(days => i % 40))::date, 'pricing_page_views', i % 5),
         now() - make_interval(days => i % 500), 'high', t.enriched_epoch, 'synced', now()
       from generate_series($1::integer, $2::integer) as i
       cross join lateral (
         select (array['2-10', '11-50', '51-200', '201-500', '501-1000', '1001-5000', '10001+', null])[1 + (i / 8) % 8] as size
       ) as s
       cross join lead_sync.scoring_state as t`,
      [from, Math.min(leads, from + BATCH - 1)],
    );
  }
  await client.query(
    `insert into lead_sync.lead_states (lead_id, base_local, base_remote, remote_created_at, remote_updated_at, merged_at)
     select l.id, v.agreed, v.agreed, l.created_at, l.created_at, now()
     from public.leads as l cross join lateral (select lead_sync.lead_values(l) as agreed offset 0) as v`,
  );
  await client.query("set session_replication_role = 'origin'");
  await client.query('vacuum (analyze) public.leads, lead_sync.lead_states');
}

/** Five segments with criteria of the usual kinds; every lead meets those of one or more, or of none. */
export async function seedSegments(client: Client): Promise<void> {
  const criteria = (...list: Array<[attribute: string, operator: string, value: unknown]>): string =>
    JSON.stringify(list.map(([attribute, operator, value]) => ({ attribute, operator, value })));
  const leaders = ['ceo', 'founder', 'vp', 'head'];
  const rows: Array<[name: string, priority: number, threshold: number, criteria: string]> = [
    ['Enterprise', 1, 1, criteria(['company_employees', 'greater', 1000], ['email_type', 'equals', 'corporate'])],
    [
      'Mid-market leaders',
      2,
      0.6,
      criteria(
        ['company_employees', 'between', [51, 1000]],
        ['job_title', 'contains_word', leaders],
        ['email_type', 'equals', 'corporate'],
      ),
    ],
    ['Small business', 3, 1, criteria(['company_employees', 'between', [2, 50]])],
    ['Learners', 4, 1, criteria(['job_title', 'contains_word', ['student', 'intern']])],
    ['Private', 5, 0.5, criteria(['email_type', 'equals', 'free'], ['company_size', 'is_not_set', null])],
  ];
  for (const row of rows) {
    await client.query(
      'insert into public.customer_segments (segment_name, priority, threshold, criteria) values ($1, $2, $3, $4)',
      row,
    );
  }
}

import type { Client } from 'pg';

const SOURCES = `array['meta', 'google', 'web-form', 'knowlarity', 'referral']`;

/**
 * A third as many leads as touches; some have many touches and most have no deal. Touches of two years and
 * deals of the last, in no order; one deal in twenty has no lead. Each deal has moved once. The triggers are off:
 * what they would note is not read by what is measured.
 */
export async function seedRevenue(
  client: Client,
  { touches, deals }: { touches: number; deals: number },
): Promise<void> {
  const leads = Math.max(1, Math.round(touches / 3));
  await client.query("set session_replication_role = 'replica'");
  await client.query('select setseed(0.42)');
  await client.query(
    `insert into public.leads (first_name, email, lead_source, created_at, sync_status)
     select 'Lead ' || i, 'lead' || i || '@example.com', (${SOURCES})[1 + i % 5], now() - make_interval(days => i % 700), 'synced'
     from generate_series(1, $1::integer) as i`,
    [leads],
  );
  await client.query(
    'create temporary table numbered as select id, row_number() over (order by id) as no from public.leads',
  );
  await client.query('create index on numbered (no)');
  // a power of a random number: leads that touch often have deals more often, too
  await client.query(
    `insert into public.lead_touches (lead_id, source, external_id, kind, touched_at, campaign, ad, form)
     select n.id, (${SOURCES})[1 + i % 5], i::text, 'form', now() - make_interval(secs => 63072000 * r.at),
       case when i % 5 < 2 then 'Campaign ' || i % 50 end, case when i % 5 < 2 then 'Ad ' || i % 500 end, case when i % 5 = 2 then 'Form ' || i % 20 end
     from (select i, random() as at, power(random(), 1.5) as who from generate_series(1, $1::integer) as i offset 0) as r
     join numbered as n on n.no = 1 + floor(r.who * $2::integer)`,
    [touches, leads],
  );
  await client.query(
    `insert into public.sales_stages (stage, label, position, outcome) values
       ('NEW', 'New', 0, 'open'), ('PROPOSAL', 'Proposal', 1, 'open'), ('WON', 'Won', 2, 'won'), ('LOST', 'Lost', 3, 'lost')`,
  );
  await client.query(
    `insert into public.opportunities (name, amount, currency, stage, lead_id, owner_id, created_at, close_date)
     select 'Deal ' || i, round((500 + 50000 * r.amount)::numeric, 2), case when i % 4 = 0 then 'USD' else 'EUR' end,
       (array['NEW', 'PROPOSAL', 'WON', 'LOST', 'LOST'])[1 + i % 5], case when i % 20 > 0 then n.id end,
       ('00000000-0000-4000-8000-' || lpad((i % 12)::text, 12, '0'))::uuid, now() - make_interval(secs => 31536000 * r.at), now()
     from (select i, random() as at, power(random(), 1.5) as who, random() as amount from generate_series(1, $1::integer) as i offset 0) as r
     join numbered as n on n.no = 1 + floor(r.who * $2::integer)`,
    [deals, leads],
  );
  await client.query(
    `insert into public.opportunity_stages (opportunity_id, from_stage, to_stage, moved_at)
     select o.id, 'NEW', o.stage, o.created_at + interval '20 days' from public.opportunities as o`,
  );
  await client.query("set session_replication_role = 'origin'");
  await client.query(
    'vacuum (analyze) public.leads, public.lead_touches, public.opportunities, public.opportunity_stages, public.sales_stages',
  );
}

/** Leaves the store empty for the next part. */
export async function removeRevenue(client: Client): Promise<void> {
  await client.query('drop table numbered');
  await client.query('truncate public.leads, public.lead_touches, public.opportunities, public.sales_stages cascade');
}

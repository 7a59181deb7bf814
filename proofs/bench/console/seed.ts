import type { Client } from 'pg';
import { toldStep } from '../../progress';

/** Names of which a first one has about 1 in 400 leads, a last one 1 in 2,000: two syllables, and three. */
const SYLLABLES = [
  'ada,ben,cla,dor,eli,fio,gra,hel,isa,jon,kat,lou,mar,nor,oli,pet,qui,ros,sam,tho',
  'na,rik,ra,th,za,mi,ce,en,belle,athan,ja,ise,tin,ah,via,er,nn,alind,uel,mas',
  'ber,cor,dal,far,gold,hart,kent,lin,mont,nor,pem,rad,shel,tor,win',
  'ton,well,ford,stein,ley,man,gomery,ville,ham,son',
  '-a,-b,-c,-d,-e,-f,-g,-h,-i,-j,-k,-l,-m',
].map((list) => `array['${list.split(',').join("', '")}']`);

/**
 * Leads past the triggers, which would take minutes; what these keep is worked out at the end. 5 in 1,000 wait, 1 in 1,000 failed,
 * 1 in 2,000 is held, 1 in 100 has a field left out; 10,000 conflicts and a pair
 * of possible duplicates for every 50 leads are open; the deletion of every 40th lead waits for a yes, 40 other approvals were decided.
 */
export async function seedConsole(client: Client, leads: number): Promise<void> {
  await toldStep(`${leads.toLocaleString('en-US')} leads`, async () => {
    await client.query(`begin; set local session_replication_role = 'replica'`);
    await client.query(
      `insert into public.leads (id, twenty_id, first_name, last_name, email, phone, company_name, lead_score, sync_status, sync_error_count, sync_error_message,
         left_out, last_synced_at, created_at, updated_at)
       select t.id, t.id, t.first_name, t.last_name, lower(t.first_name || '.' || t.last_name) || i || '@company' || i % 50000 || '.example', '+336' || 10000000 + i,
         'Company ' || i % 50000, i % 101, t.status, case t.status when 'error' then 8 else 0 end, case t.status when 'error' then 'validation: Invalid phone' end,
         case when i % 100 = 7 then '{"phone": "it is no phone number"}'::jsonb else '{}' end, t.at, t.at, t.at
       from generate_series(1, $1::integer) as i
       cross join lateral (
         select md5('lead ' || i)::uuid as id, now() - make_interval(mins => i % 43200) as at,
           initcap((${SYLLABLES[0]})[1 + i % 20] || (${SYLLABLES[1]})[1 + i / 20 % 20]) as first_name,
           initcap((${SYLLABLES[2]})[1 + i / 7 % 15] || (${SYLLABLES[3]})[1 + i / 105 % 10] || (${SYLLABLES[4]})[1 + i / 1050 % 13]) as last_name,
           case when i % 1000 < 5 then 'pending' when i % 1000 = 5 or i % 2000 = 6 then 'error' else 'synced' end as status
       ) as t`,
      [leads],
    );
    await client.query(
      `insert into lead_sync.lead_states (lead_id, base_local, base_remote, remote_created_at, remote_updated_at, merged_at, due_at, due_since, error_category, error_at, held_by)
       select l.id, v.values, v.values, l.created_at, l.updated_at, l.updated_at, case l.sync_status when 'pending' then now() end, case l.sync_status when 'pending' then now() end,
         case l.sync_status when 'error' then 'validation' end, case l.sync_status when 'error' then l.updated_at end,
         case when l.sync_status = 'error' and l.lead_score > 66 then gen_random_uuid() end
       from public.leads as l
       cross join lateral (select jsonb_build_object('first_name', l.first_name, 'last_name', l.last_name, 'email', l.email, 'phone', l.phone, 'company_name', l.company_name) as values) as v`,
    );
    await client.query(
      `insert into public.lead_sync_conflicts (lead_id, field, winner, supabase_value, twenty_value, reason)
       select l.id, 'phone', 'twenty', '"+33612345678"', to_jsonb(l.phone), 'both sides changed' from public.leads as l limit least(10000, $1 / 100)`,
      [leads],
    );
    await client.query(
      `insert into public.lead_sync_runs (direction, mode, trigger, status, lease_until, figures, started_at, finished_at)
       select case when i % 3 = 0 then 'twenty_to_supabase' else 'supabase_to_twenty' end, 'delta', 'scheduled', 'succeeded', now(), '{"twenty_calls": 4}',
         now() - make_interval(mins => 5 * i), now() - make_interval(mins => 5 * i)
       from generate_series(1, 8640) as i`,
    );
    await client.query(
      `insert into public.lead_sync_history (lead_id, sync_type, sync_direction, sync_status, fields_changed, error_message, created_at, synced_at)
       select md5('lead ' || 1 + (i * 7919::bigint) % $1)::uuid, 'scheduled_push', 'supabase_to_twenty', case when i % 50 = 0 then 'error' else 'synced' end, array['phone'],
         case when i % 50 = 0 then 'validation: Invalid phone' end, t.at, t.at
       from generate_series(1, $1) as i cross join lateral (select now() - i * (interval '30 days' / $1) as at) as t`,
      [leads],
    );
    await client.query(
      `insert into lead_sync.duplicate_pairs (lead_a, lead_b, score, reasons, decided, decided_by, decided_at)
       select least(p.id, p.next), greatest(p.id, p.next), 0.5 + 0.005 * (p.n % 100), '{"email": 1, "name": 0.4}', case when p.n % 5 = 0 then 'not_duplicate' end,
         case when p.n % 5 = 0 then 'dashboard: ada' end, case when p.n % 5 = 0 then now() end
       from (select l.id, lead(l.id) over (order by l.id) as next, row_number() over (order by l.id) as n from public.leads as l) as p
       where p.n % 50 = 0 and p.next is not null`,
    );
    await client.query(
      `insert into lead_sync.approvals (kind, side, decision, decided_at, decided_by)
       select 'changes', 'twenty', 'yes', now(), 'dashboard: ada' from generate_series(1, 40) union all select 'deletions', 'twenty', null, null, null`,
    );
    await client.query(
      `insert into lead_sync.approval_items (approval_id, lead_id, twenty_id, change)
       select a.id, l.id, l.twenty_id, case a.kind when 'deletions' then '{"deleted": true}'::jsonb else '{"city": "Rome", "job_title": "CTO"}' end
       from (select l.id, l.twenty_id, row_number() over (order by l.id) as n from public.leads as l) as l
       join lead_sync.approvals as a on case when a.decision is null then l.n % 40 = 0 else l.n % 1000 = a.id % 1000 end`,
    );
    await client.query('commit');
    await client.query('select lead_sync.recount_leads()');
  });
  await toldStep('Statistics', () => client.query('vacuum analyze'));
}

import { Client } from 'pg';
import type { SamplePerson } from '../../stack/sample-data';
import type { DatabaseFigures } from './figures';
import { peopleOf } from './people';

const LEADS = 1_000;
const ROUNDS = 5;
const DAY_MS = 86_400_000;

/** The tables of the yardstick: as ours, with their keys, checks and indexes, which any upsert of a lead pays for, and no trigger. */
const PLAIN_TABLES = `
  create schema yardstick;
  create table yardstick.leads (like public.leads including all);
  create table yardstick.history (like public.lead_sync_history including all)`;

const PLAIN_UPSERT = `
  with written as (
    insert into yardstick.leads (twenty_id, first_name, last_name, email, phone, job_title, company_name, company_domain, city)
    select * from jsonb_to_recordset($1::jsonb) as i (
      twenty_id uuid, first_name text, last_name text, email text, phone text, job_title text, company_name text, company_domain text, city text
    )
    on conflict (twenty_id) where twenty_id is not null do update set
      first_name = excluded.first_name, last_name = excluded.last_name, email = excluded.email, phone = excluded.phone, job_title = excluded.job_title,
      company_name = excluded.company_name, company_domain = excluded.company_domain, city = excluded.city, updated_at = now()
    returning id
  )
  insert into yardstick.history (lead_id, sync_type, sync_direction, sync_status)
  select id, 'scheduled_pull', 'twenty_to_supabase', 'synced' from written`;

const DOOR = `select public.upsert_leads($1, 'twenty')`;

function snapshots(people: readonly SamplePerson[], round: number, edit: string, updatedAt: Date): string {
  return JSON.stringify(
    people.map((person, n) => ({
      twenty_id: `00000000-0000-4000-8000-${String(round * LEADS + n).padStart(12, '0')}`,
      twenty_created_at: '2026-01-01T00:00:00.000Z',
      twenty_updated_at: updatedAt.toISOString(),
      twenty_deleted_at: null,
      first_name: `${person.firstName}${edit}`,
      last_name: person.lastName,
      email: person.email,
      phone: person.phone,
      job_title: person.jobTitle,
      company_name: person.company.name,
      company_domain: person.company.domain,
      city: person.city,
    })),
  );
}

async function time(client: Client, query: string, leads: string): Promise<number> {
  const before = performance.now();
  await client.query(query, [leads]);
  return performance.now() - before;
}

/**
 * What the database takes for 1,000 people that are new, as they were, and changed, with the scoring rules that come along in
 * force, in yardsticks: the same people upserted into such tables, with a history row each and no trigger, in the same run on the same server.
 * The least of some rounds in turn each.
 */
export async function measureDatabase(databaseUrl: string): Promise<DatabaseFigures> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(PLAIN_TABLES);
    await client.query("select public.publish_scoring_rules('bench')");
    const rounds: Array<Record<'yardstick' | 'new' | 'unchanged' | 'changed', number>> = [];
    for (let round = 0; round < ROUNDS; round++) {
      const people = peopleOf({ name: `database${round}`, size: LEADS });
      const first = snapshots(people, round, '', new Date(Date.now() - DAY_MS));
      rounds.push({
        yardstick: await time(client, PLAIN_UPSERT, first),
        new: await time(client, DOOR, first),
        unchanged: await time(client, DOOR, first),
        changed: await time(client, DOOR, snapshots(people, round, ' B.', new Date())),
      });
    }
    const least = (of: (round: (typeof rounds)[number]) => number): number => Math.min(...rounds.map(of));
    const yardstick = least((round) => round.yardstick);
    const multiple = (milliseconds: number): number => Number((milliseconds / yardstick).toFixed(1));
    return {
      yardstick_ms: Number(yardstick.toFixed(1)),
      database: {
        new: multiple(least((round) => round.new)),
        changed: multiple(least((round) => round.changed)),
        unchanged: multiple(least((round) => round.unchanged)),
      },
    };
  } finally {
    await client.query('drop schema if exists yardstick cascade');
    await client.end();
  }
}

import type { Client } from 'pg';
import { peopleOf } from './people';

const LEADS = 1_000;
const ROUNDS = 5;

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

/** The 1,000 people of a round, no two rounds alike, as Twenty's node hands them to the one door. */
export function snapshots(round: number, edit: string, updatedAt: Date): string {
  const people = peopleOf({ name: `database${round}`, size: LEADS });
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

/** Milliseconds that a query over such people takes. */
export async function timeOf(client: Client, query: string, leads: string): Promise<number> {
  const before = performance.now();
  await client.query(query, [leads]);
  return performance.now() - before;
}

/**
 * The yardstick of what a database does, as machines differ by a factor of two: the milliseconds that the 1,000 people of a round
 * take where they are upserted, with a history row each, in one statement without triggers. Its tables are there for the work alone.
 */
export async function withYardstick<T>(
  client: Client,
  work: (measure: (round: number) => Promise<number>) => Promise<T>,
): Promise<T> {
  await client.query(PLAIN_TABLES);
  try {
    return await work((round) => timeOf(client, PLAIN_UPSERT, snapshots(round, '', new Date(0))));
  } finally {
    await client.query('drop schema if exists yardstick cascade');
  }
}

/** The least of some rounds: milliseconds for 1,000 leads, so microseconds a lead. */
export async function leastYardstick(client: Client): Promise<number> {
  return await withYardstick(client, async (measure) => {
    let least = Infinity;
    for (let round = 0; round < ROUNDS; round++) least = Math.min(least, await measure(round));
    return least;
  });
}

import type { Client } from 'pg';
import { toldStep } from '../../progress';
import type { Stand } from '../stand';

const BATCH = 10_000;
const ROWS = 100_000;
/** People were last changed then, a millisecond one after the other. */
const LONG_AGO = Date.parse('2025-01-15T08:00:00.000Z');

const time = (n: number): string => new Date(LONG_AGO + n).toISOString();

/** A UUID of version 4 that its number gives, scattered like those that are made by chance. */
function idOf(n: number): string {
  const hex = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f]
    .map((factor) => ((Math.imul(n + 1, factor) ^ (n >>> 3)) >>> 0).toString(16).padStart(8, '0'))
    .join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

function person(n: number): Record<string, unknown> {
  return {
    id: idOf(n),
    name: { firstName: `First${n}`, lastName: `Last${n % 1000}` },
    emails: { primaryEmail: `lead${n}@scale.example` },
    jobTitle: `Title ${n % 100}`,
    city: `City ${n % 500}`,
    leadStatus: 'new',
    leadSource: n % 2 === 0 ? 'website' : 'webinar',
    createdAt: time(n),
    updatedAt: time(n),
  };
}

/** Puts people into Twenty, past its API. Gives their ids. */
export async function seedPeople({ twenty }: Stand, size: number): Promise<string[]> {
  return await toldStep(`${size} people are in Twenty`, async () => {
    for (let from = 0; from < size; from += BATCH) {
      const people = Array.from({ length: Math.min(BATCH, size - from) }, (_, n) => person(from + n));
      await twenty.seed({ people });
    }
    return Array.from({ length: size }, (_, n) => idOf(n));
  });
}

/** One lead a person, as a pull would have left them, read just now; past the triggers, as a restored backup comes. */
export async function seedLeadsOf(client: Client, size: number): Promise<void> {
  await toldStep(`Their ${size} leads are in Supabase`, async () => {
    for (let from = 0; from < size; from += ROWS) {
      const numbers = Array.from({ length: Math.min(ROWS, size - from) }, (_, n) => from + n);
      await client.query('begin');
      await client.query("set local session_replication_role = 'replica'");
      await client.query(
        `insert into public.leads (
           id, twenty_id, first_name, last_name, email, job_title, city, lead_status, lead_source, sync_status, sync_direction, last_synced_at
         )
         select
           i.id, i.id, 'First' || i.n, 'Last' || i.n % 1000, 'lead' || i.n || '@scale.example', 'Title ' || i.n % 100, 'City ' || i.n % 500, 'new',
           case when i.n % 2 = 0 then 'website' else 'webinar' end, 'synced', 'twenty_to_supabase', now()
         from unnest($1::uuid[], $2::integer[]) as i (id, n)`,
        [numbers.map(idOf), numbers],
      );
      await client.query(
        `insert into lead_sync.lead_states (lead_id, base_local, base_remote, remote_created_at, remote_updated_at, read_at, merged_at)
         select l.id, lead_sync.lead_values(l), lead_sync.lead_values(l), i.at, i.at, now() - interval '1 minute', now() - interval '1 minute'
         from unnest($1::uuid[], $2::timestamptz[]) as i (id, at)
         join public.leads as l on l.id = i.id`,
        [numbers.map(idOf), numbers.map(time)],
      );
      await client.query('commit');
    }
    await client.query(
      `insert into lead_sync.cursors (object, cursor) values ('person', now())
       on conflict (object) do update set cursor = excluded.cursor`,
    );
    await client.query('select public.check_sync_integrity(true)');
    await client.query('vacuum (analyze) public.leads, lead_sync.lead_states');
  });
}

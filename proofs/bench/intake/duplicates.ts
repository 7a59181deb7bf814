import { readFile } from 'node:fs/promises';
import type { Client } from 'pg';
import { tell, toldStep } from '../../progress';
import type { Duplicates } from './figures';

const SECONDS_A_CALL = 4;
const KB_PER_MB = 1_024;
/** Of the leads, every so many is somebody whom another one is already. */
const DOUBLED = 50;

/** Names of two words out of 1,500, companies of ten people each, an e-mail and a number for everybody: of 50, one has the number of another. */
const SEED = `
  insert into public.leads (first_name, last_name, email, phone, company_name, company_domain)
  select
    initcap(substr(md5('first' || i % 1500), 1, 7)), initcap(substr(md5('last' || i * 7 % 1500), 1, 9)), 'p' || i || '@c' || i / 10 || '.example',
    '+33' || (600000000 + case when i % ${DOUBLED} = 0 then i - 1 else i end), initcap(substr(md5('company' || i / 10), 1, 8)), 'c' || i / 10 || '.example'
  from generate_series($1::integer, $2::integer) as i`;
const BATCH = 50_000;

/** A first search among so many leads, call by call as the maintenance makes it. */
export async function measureDuplicates(client: Client, leads: number): Promise<Duplicates> {
  await toldStep(`${leads} leads`, async () => {
    await client.query('create extension if not exists pg_trgm with schema extensions');
    await client.query("set session_replication_role = 'replica'");
    for (let first = 1; first <= leads; first += BATCH)
      await client.query(SEED, [first, Math.min(first + BATCH - 1, leads)]);
    await client.query("set session_replication_role = 'origin'");
    await client.query('vacuum (analyze) public.leads');
  });
  return await toldStep('Possible duplicates', () => search(client, leads));
}

async function search(client: Client, leads: number): Promise<Duplicates> {
  const [{ pid }] = (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows;
  const startedAt = performance.now();
  let peak = 0;
  for (let told = 0; ;) {
    const { rows } = await client.query<{ found: { has_more: boolean; compared: number } }>(
      'select public.find_duplicates($1) as found',
      [SECONDS_A_CALL],
    );
    const { has_more: hasMore, compared } = rows[0].found;
    peak = Math.max(peak, privateMb(await readFile(`/proc/${pid}/status`, 'utf8')));
    if (!hasMore) break;
    const tenth = Math.floor((10 * compared) / leads);
    if (tenth > told) tell(`  ${10 * (told = tenth)} % compared`);
  }
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  const { rowCount } = await client.query('select from lead_sync.duplicate_pairs where decided is null');
  return { leads, seconds, peak_mb: Math.round(peak), pairs: rowCount ?? 0 };
}

/** Memory that a process shares with nobody, out of its `/proc/<pid>/status`. */
function privateMb(status: string): number {
  return Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / KB_PER_MB;
}

import type { Env } from './env';
import { HttpError, json, numberIn } from './http';

/** Columns of replicas that are the sync's own. */
const OWN = new Set(['edge_version', 'edge_digest']);
const MOST_ROWS = 500;

type Row = Record<string, unknown>;

const shown = (row: Row): Row => Object.fromEntries(Object.entries(row).filter(([name]) => !OWN.has(name)));

/** One row of a replica by its id. */
export async function readOne(
  { DB }: Env,
  table: 'prospects' | 'campaigns' | 'mailboxes',
  id: string,
): Promise<Response> {
  const row = await DB.prepare(`select * from ${table} where id = ?1`).bind(id).first<Row>();
  if (row === null) throw new HttpError(404, 'not_found', `There is no such row in ${table}.`);
  return json(shown(row));
}

/** Prospects by e-mail or by segment, in pages by id. */
export async function readProspects({ DB }: Env, query: URLSearchParams): Promise<Response> {
  const limit = numberIn(query.get('limit'), 'limit', { otherwise: 100, most: MOST_ROWS });
  const [email, segment, after] = [query.get('email'), query.get('segment'), query.get('after') ?? ''];
  // which filter there is decides the statement, so that each reads by its own index
  const [filter, value] =
    email !== null
      ? ['p.email = ?3', email]
      : segment !== null
        ? ['p.segment_id = (select s.id from segments as s where s.segment_name = ?3 or s.id = ?3)', segment]
        : ['?3 is null', null];
  const { results } = await DB.prepare(
    `select p.* from prospects as p where p.id > ?1 and ${filter} order by p.id limit ?2`,
  )
    .bind(after, limit, value)
    .all<Row>();
  return json({ prospects: results.map(shown), next: results.length < limit ? null : results[results.length - 1].id });
}

/** How far the edge is, for a monitor. */
export async function readStatus({ DB }: Env): Promise<Response> {
  const [states, waiting, jobs, failed] = await DB.batch<Row>([
    DB.prepare("select substr(name, 6) as name, value as version from edge_state where name like 'sent:%'"),
    DB.prepare(
      'select (select count(*) from emails_changes) as emails, (select count(*) from email_events_changes) as email_events',
    ),
    DB.prepare('select count(*) as jobs from job_queue'),
    DB.prepare('select count(*) as failed from failed_tasks'),
  ]);
  return json({
    tables: Object.fromEntries(states.results.map(({ name, version }) => [name, { version }])),
    waiting: waiting.results[0],
    jobs: jobs.results[0].jobs,
    failed_tasks: failed.results[0].failed,
  });
}

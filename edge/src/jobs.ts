import type { Env } from './env';
import { HttpError, json, listIn, numberIn, objectOf } from './http';
import { parametersOf, writeRows } from './rows';

const MOST_ROWS = 500;
const MOST_ATTEMPTS = 5;
const NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";

/** Puts jobs into the queue; one whose id is there, or has failed for good, stays as it is. */
export async function addJobs(request: Request, { DB }: Env): Promise<Response> {
  const jobs = listIn(await objectOf(request), 'jobs', MOST_ROWS);
  jobs.forEach(({ id, kind, run_at: runAt }, index) => {
    if (typeof id !== 'string' || id === '' || typeof kind !== 'string' || kind === '')
      throw new HttpError(400, 'bad_request', `jobs[${index}] needs the texts id and kind.`);
    if (runAt !== undefined && runAt !== null && Number.isNaN(Date.parse(String(runAt))))
      throw new HttpError(400, 'bad_request', `run_at of jobs[${index}] is no time.`);
  });
  const rows = jobs.map(({ id, kind, payload, run_at: runAt }) => ({
    id,
    kind,
    payload: JSON.stringify(payload ?? {}),
    run_at: runAt ? new Date(String(runAt)).toISOString() : null,
  }));
  const added = await writeRows(
    DB,
    `insert into job_queue (id, kind, payload, run_at) select value ->> '$.id', value ->> '$.kind', value ->> '$.payload', coalesce(value ->> '$.run_at', ${NOW})
     from json_each(?1) where value ->> '$.id' not in (select f.id from failed_tasks as f) on conflict (id) do nothing returning id`,
    [rows],
  );
  return json({ added, known: jobs.length - added });
}

/** Hands due jobs out under a lease. A job whose worker let the lease end comes again. */
export async function claimJobs(request: Request, { DB }: Env): Promise<Response> {
  const { kinds, limit, lease_seconds: leaseSeconds } = await objectOf(request);
  if (kinds !== undefined && !Array.isArray(kinds)) throw new HttpError(400, 'bad_request', 'kinds must be a list.');
  const { results } = await DB.prepare(
    `update job_queue set token = ?1, attempts = attempts + 1, lease_until = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', ?2)
     where id in (
       select id from job_queue where run_at <= ${NOW} and coalesce(lease_until, '') <= ${NOW} and (?3 is null or kind in (select value from json_each(?3)))
       order by run_at limit ?4
     ) returning id, kind, payload, attempts, token, lease_until`,
  )
    .bind(
      crypto.randomUUID(),
      `+${numberIn(leaseSeconds, 'lease_seconds', { otherwise: 60, most: 3_600 })} seconds`,
      kinds === undefined ? null : JSON.stringify(kinds),
      numberIn(limit, 'limit', { otherwise: 10, most: 100 }),
    )
    .run<{ payload: string }>();
  return json({ jobs: results.map((job) => ({ ...job, payload: JSON.parse(job.payload) as unknown })) });
}

/** Takes done jobs off. A failed one waits, longer each time; after five times it is a failed task. A token of before changes nothing. */
export async function finishJobs(request: Request, { DB }: Env): Promise<Response> {
  const results = listIn(await objectOf(request), 'results', MOST_ROWS);
  const rows = results.map(({ id, token, ok, error }) => ({
    id,
    token,
    ok: ok === true ? 1 : 0,
    error: String(error ?? '').slice(0, 2_000),
  }));
  const counts = { done: 0, failed: 0, retried: 0 };
  const mine =
    "from json_each(?1) as r join job_queue as j on j.id = r.value ->> '$.id' and j.token = r.value ->> '$.token'";
  for (const list of parametersOf(rows)) {
    const [done, , failed, retried] = await DB.batch<{ id: string }>([
      DB.prepare(
        `delete from job_queue where id in (select j.id ${mine} where r.value ->> '$.ok' = 1) returning id`,
      ).bind(list),
      DB.prepare(
        `insert into failed_tasks (id, kind, payload, attempts, error) select j.id, j.kind, j.payload, j.attempts, r.value ->> '$.error' ${mine}
       where r.value ->> '$.ok' = 0 and j.attempts >= ${MOST_ATTEMPTS} on conflict (id) do update set error = excluded.error, attempts = excluded.attempts`,
      ).bind(list),
      DB.prepare(
        `delete from job_queue where id in (select j.id ${mine} where r.value ->> '$.ok' = 0 and j.attempts >= ${MOST_ATTEMPTS}) returning id`,
      ).bind(list),
      DB.prepare(
        `update job_queue set token = null, lease_until = null, run_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+' || (attempts * attempts) || ' minutes'),
         error = (select r.value ->> '$.error' from json_each(?1) as r where r.value ->> '$.id' = job_queue.id)
       where id in (select j.id ${mine} where r.value ->> '$.ok' = 0) returning id`,
      ).bind(list),
    ]);
    counts.done += done.results.length;
    counts.failed += failed.results.length;
    counts.retried += retried.results.length;
  }
  return json({ ...counts, stale: results.length - counts.done - counts.failed - counts.retried });
}

export async function listFailedTasks({ DB }: Env): Promise<Response> {
  const { results } = await DB.prepare('select * from failed_tasks order by failed_at desc limit 100').run();
  return json({ failed_tasks: results });
}

/** Puts a failed task back into the queue. */
export async function retryTask({ DB }: Env, id: string): Promise<Response> {
  const [, gone] = await DB.batch<{ id: string }>([
    DB.prepare(
      `insert into job_queue (id, kind, payload, run_at) select id, kind, payload, ${NOW} from failed_tasks where id = ?1 on conflict (id) do nothing`,
    ).bind(id),
    DB.prepare('delete from failed_tasks where id = ?1 returning id').bind(id),
  ]);
  if (gone.results.length === 0) throw new HttpError(404, 'not_found', 'There is no such failed task.');
  return json({ queued: id });
}

import { assertAllowed } from './access';
import { answerD1 } from './d1-api';
import type { Env } from './env';
import { HttpError, json } from './http';
import { addJobs, claimJobs, finishJobs, listFailedTasks, retryTask } from './jobs';
import { readOne, readProspects, readStatus } from './reads';
import { startSync } from './sync';
import { writeEmails, writeEvents } from './writes';

interface Call {
  request: Request;
  env: Env;
  url: URL;
  /** What the path's pattern captured, decoded. */
  parts: string[];
}

type Route = [method: string, path: RegExp, right: 'edge' | 'admin', answer: (call: Call) => Promise<Response>];

const ROUTES: readonly Route[] = [
  ['GET', /^\/api\/prospects$/, 'edge', ({ env, url }) => readProspects(env, url.searchParams)],
  ['GET', /^\/api\/prospects\/([^/]+)$/, 'edge', ({ env, parts }) => readOne(env, 'prospects', parts[0])],
  ['GET', /^\/api\/campaigns\/([^/]+)$/, 'edge', ({ env, parts }) => readOne(env, 'campaigns', parts[0])],
  ['GET', /^\/api\/mailboxes\/([^/]+)$/, 'edge', ({ env, parts }) => readOne(env, 'mailboxes', parts[0])],
  ['POST', /^\/api\/emails$/, 'edge', ({ request, env }) => writeEmails(request, env)],
  ['POST', /^\/api\/events$/, 'edge', ({ request, env }) => writeEvents(request, env)],
  ['POST', /^\/api\/jobs$/, 'edge', ({ request, env }) => addJobs(request, env)],
  ['POST', /^\/api\/jobs\/claim$/, 'edge', ({ request, env }) => claimJobs(request, env)],
  ['POST', /^\/api\/jobs\/finish$/, 'edge', ({ request, env }) => finishJobs(request, env)],
  ['GET', /^\/api\/failed-tasks$/, 'edge', ({ env }) => listFailedTasks(env)],
  ['POST', /^\/api\/failed-tasks\/([^/]+)\/retry$/, 'admin', ({ env, parts }) => retryTask(env, parts[0])],
  ['GET', /^\/api\/sync\/status$/, 'edge', ({ env }) => readStatus(env)],
  ['POST', /^\/api\/sync\/([^/]+)$/, 'admin', ({ env, parts }) => startSync(env, parts[0])],
  ['POST', /^\/admin\/resync$/, 'admin', ({ env }) => startSync(env, 'full')],
  [
    'POST',
    /^\/client\/v4\/accounts\/[^/]+\/d1\/database\/[^/]+\/(query|raw)$/,
    'admin',
    ({ request, env, parts }) => answerD1(request, env, parts[0]),
  ],
];

async function answer(request: Request, env: Env): Promise<Response> {
  const url = new URL(request.url);
  const route = ROUTES.find(([method, path]) => method === request.method && path.test(url.pathname));
  // without a token nobody learns which paths there are
  await assertAllowed(request, env, route?.[2] ?? 'edge');
  if (route === undefined) throw new HttpError(404, 'not_found', 'There is no such path.');
  const parts = (route[1].exec(url.pathname) ?? []).slice(1).map(decoded);
  return await route[3]({ request, env, url, parts });
}

/** @throws HttpError 400 where a percent sign begins nothing */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new HttpError(400, 'bad_request', 'The path is not percent-encoded.');
  }
}

/** The Worker at the edge: reads of the replicas, writes of e-mails and events, jobs, and the start of syncs. docs/edge.md has its API. */
export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    try {
      return await answer(request, env);
    } catch (error) {
      if (error instanceof HttpError)
        return json({ error: { code: error.code, message: error.message } }, error.status);
      console.error(error);
      return json({ error: { code: 'internal', message: "The call failed; the Worker's log says why." } }, 500);
    }
  },
};

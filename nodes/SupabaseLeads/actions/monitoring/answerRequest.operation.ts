import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { type Action, noticeOf } from '../../dashboard/actions';
import { makeToken } from '../../dashboard/csrf';
import { renderPage } from '../../dashboard/page';
import { readRequest } from '../../dashboard/request';
import { connect, type LeadDatabase } from '../../transport/client';
import { serviceKeyOf } from '../../transport/rpc';
import type { Operation } from '../types';
import { hoursField } from './getDashboard.operation';
import { readDashboard } from './read-dashboard';

const OUTPUTS = ['Answer', 'Go Back', 'Pull', 'Push', 'Reconcile'] as const;

type Output = (typeof OUTPUTS)[number];
type Sync = 'Pull' | 'Push' | 'Reconcile';
type Items = Partial<Record<Output, IDataObject>>;

/** What an action starts behind this node, once it is answered. */
const STARTS: Record<Action, Partial<Record<Sync, IDataObject>>> = {
  sync: { Pull: { mode: 'delta' }, Push: {} },
  full_resync: { Pull: { mode: 'full' }, Reconcile: {} },
  reconcile: { Reconcile: {} },
  replay_dead_letters: { Push: {} },
  check_integrity: {},
  rebuild_edge: {},
};

/**
 * Answers a request for the dashboard: the page or its data; or carries out what a button or a script asks for, as far as
 * that is a call of the database, and gives an item to the outputs of the syncs that have to start. Requests for an action
 * without a valid token are refused.
 */
export const answerRequest: Operation = {
  name: 'Answer Dashboard Request',
  action: 'Answer a dashboard request',
  description: 'Answer a Webhook node with the page or the data, and carry out what its buttons ask for',
  fields: [
    {
      displayName: 'Answer With',
      name: 'answerWith',
      type: 'options',
      options: [
        { name: 'Data', value: 'data', description: 'All figures as JSON, and what became of an action' },
        { name: 'Page', value: 'page', description: 'An HTML page, to which a browser goes back after an action' },
      ],
      default: 'page',
    },
    hoursField,
  ],
  outputs: OUTPUTS,
  async execute(run) {
    const { first } = run;
    const serviceKey = await serviceKeyOf(run.context);
    const isPage = first.text('answerWith') === 'page';
    const request = readRequest(first.input, serviceKey, new Date());
    if (request.kind === 'refuse') {
      return outputs({ Answer: plain(403, `${request.reason} Load the page again, then press the button once more.`) });
    }
    if (request.kind === 'act') {
      const database = await connect(run.context, `dashboard: ${request.login}`);
      return outputs(await actedOn(database, request.action, isPage));
    }
    const database = await run.connect();
    const data = await readDashboard(database, { hours: first.value('hours'), model: request.model, itemIndex: 0 });
    const csrfToken = makeToken(serviceKey, new Date());
    if (!isPage) return outputs({ Answer: json(200, { ...data, csrf_token: csrfToken }) });
    const body = renderPage({
      data,
      csrfToken,
      notice: noticeOf(request),
      timeZone: run.context.getTimezone(),
    });
    return outputs({ Answer: { status: 200, content_type: 'text/html; charset=utf-8', body } });
  },
};

const json = (status: number, value: IDataObject): IDataObject => ({
  status,
  content_type: 'application/json; charset=utf-8',
  body: JSON.stringify(value),
});

const plain = (status: number, body: string): IDataObject => ({
  status,
  content_type: 'text/plain; charset=utf-8',
  body,
});

function outputs(items: Items): INodeExecutionData[][] {
  return OUTPUTS.map((output) => {
    const item = items[output];
    return item === undefined ? [] : [{ json: item, pairedItem: { item: 0 } }];
  });
}

async function actedOn(database: LeadDatabase, action: Action, isPage: boolean): Promise<Items> {
  const outcome = await carriedOut(database, action);
  const answer = isPage
    ? { 'Go Back': { location: `?${outcome.ok ? 'done' : 'failed'}=${action}` } }
    : { Answer: json(outcome.ok ? 202 : 500, { ...outcome, action }) };
  return { ...answer, ...(outcome.ok ? STARTS[action] : {}) };
}

interface Outcome {
  ok: boolean;
  error: string | null;
  result: IDataObject | null;
}

async function carriedOut(database: LeadDatabase, action: Action): Promise<Outcome> {
  try {
    return { ok: true, error: null, result: await resultOf(database, action) };
  } catch (error) {
    return { ok: false, error: (error as Error).message, result: null };
  }
}

async function resultOf(database: LeadDatabase, action: Action): Promise<IDataObject> {
  if (action === 'replay_dead_letters') {
    const { replayed } = await database.call('replay_dead_letters', { p_kind: 'dead', p_limit: 10_000 }, 0);
    return { replayed };
  }
  if (action === 'check_integrity') {
    const { ok, fixed } = await database.call('check_sync_integrity', { p_fix: true }, 0);
    return { ok, fixed };
  }
  if (action === 'rebuild_edge') {
    const { requested } = await database.call('request_edge_rebuild', {}, 0);
    return { requested };
  }
  await database.call('note_action', { p_action: action }, 0);
  return { started: true };
}

import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { act, actForScript, showPage, type Desk } from '../../console/frame/answer';
import { readRequest } from '../../console/frame/request';
import { makeToken } from '../../console/frame/signed';
import { modelOf } from '../../console/models';
import { connect, type LeadDatabase } from '../../transport/client';
import { serviceKeyOf } from '../../transport/rpc';
import type { Operation } from '../types';
import { hoursField } from './getDashboard.operation';
import { readDashboard } from './read-dashboard';

const OUTPUTS = ['Answer', 'Go Back', 'Pull', 'Push', 'Reconcile', 'Drain'] as const;

type Items = Partial<Record<(typeof OUTPUTS)[number], IDataObject | IDataObject[]>>;

/**
 * Answers a request for the console: one of its pages, or all figures as data; or carries out what a button or a script asks for, as far as
 * that is a call of the database, and gives an item to the outputs of the syncs that have to start. Requests for an action
 * without a valid token are refused.
 */
export const answerRequest: Operation = {
  name: 'Answer Dashboard Request',
  action: 'Answer a dashboard request',
  description: 'Answer a Webhook node with a page of the console or the data, and carry out what its buttons ask for',
  fields: [
    {
      displayName: 'Answer With',
      name: 'answerWith',
      type: 'options',
      options: [
        { name: 'Data', value: 'data', description: 'All figures as JSON, and what became of an action' },
        {
          name: 'Page',
          value: 'page',
          description: 'The HTML page that the address names, to which a browser goes back after an action',
        },
      ],
      default: 'page',
    },
    hoursField,
  ],
  outputs: OUTPUTS,
  async execute(run) {
    const { first } = run;
    const key = await serviceKeyOf(run.context);
    const now = new Date();
    const isPage = first.text('answerWith') === 'page';
    const request = readRequest(first.input, key, now);
    if (request.kind === 'refuse') {
      return outputs({ Answer: plain(403, `${request.reason} Load the page again, then press the button once more.`) });
    }
    const hours = Number(first.value('hours'));
    const deskOf = (database: LeadDatabase, by = ''): Desk => ({
      call: async <T>(name: string, args = {}) => (await database.call(name, args, 0)) as T,
      key,
      now,
      timeZone: run.context.getTimezone(),
      hours,
      by,
    });
    if (request.kind === 'show') {
      const database = await run.connect();
      if (isPage) return outputs({ Answer: html(await showPage(deskOf(database), request.page, request.query)) });
      const data = await readDashboard(database, { hours, model: modelOf(request.query.model), itemIndex: 0 });
      return outputs({ Answer: json(200, { ...data, csrf_token: makeToken(key, now) }) });
    }
    const { name, action, form, login } = request;
    const by = `dashboard: ${login}`;
    const desk = deskOf(await connect(run.context, by), by);
    if (!isPage) {
      const { starts, ...outcome } = await actForScript(desk, action);
      return outputs({ Answer: json(outcome.ok ? 202 : 500, { ...outcome, action: name }), ...starts });
    }
    const acted = await act(desk, name, action, form);
    if ('preview' in acted) return outputs({ Answer: html(acted.preview) });
    return outputs({ 'Go Back': { location: acted.location }, ...acted.starts });
  },
};

const html = ({ status, html: body }: { status: number; html: string }): IDataObject => ({
  status,
  content_type: 'text/html; charset=utf-8',
  body,
});

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
    const given = items[output] ?? [];
    return [given].flat().map((json) => ({ json, pairedItem: { item: 0 } }));
  });
}

import type { IDataObject } from 'n8n-workflow';
import { addressOf } from '../../../../nodes/SupabaseLeads/console/frame/address';
import { makeToken, unpackNotice, type Notice } from '../../../../nodes/SupabaseLeads/console/frame/signed';
import { startPostgrest, type PostgrestServer } from '../postgrest-server';
import { runOutputs, SERVICE_KEY } from '../run-node';
import { BUSY, textOf } from './sample';

const ANSWERS: Record<string, unknown> = {
  ...BUSY,
  replay_dead_letters: { replayed: 3, by_object: [{ object: null, replayed: 3 }], results: [] },
  check_sync_integrity: { ok: true, fixed: 1, checks: [] },
};

let server: PostgrestServer;
let isAway: boolean;

beforeEach(async () => {
  isAway = false;
  server = await startPostgrest(({ name }) =>
    isAway ? { status: 500, json: { message: 'away' } } : { json: ANSWERS[name] ?? { called: name } },
  );
});
afterEach(() => server.close());

interface Answered {
  answer: IDataObject | undefined;
  location: unknown;
  pull: IDataObject[];
  push: IDataObject[];
  reconcile: IDataObject[];
}

/** Where a browser is sent back to: the address, and what the page there says. */
function backTo(location: unknown): { address: string; notice: Notice | null } {
  const query = new URLSearchParams(String(location));
  const notice = unpackNotice(query.get('notice'), SERVICE_KEY, new Date());
  query.delete('notice');
  return { address: `?${query.toString()}`, notice };
}

/** What the node gives for a request as a Webhook node gives it. */
async function ask(answerWith: 'page' | 'data', request: IDataObject): Promise<Answered> {
  const outputs = await runOutputs({
    host: server.url,
    items: [{ headers: {}, query: {}, body: {}, ...request }],
    parameters: { resource: 'monitoring', operation: 'answerRequest', answerWith, hours: 24 },
  });
  const [[answer], [back], pull, push, reconcile] = outputs.map((items) => items.map(({ json }) => json));
  return { answer, location: back?.location, pull, push, reconcile };
}

/** A run of leads, and one of deals. */
const ofAll = (parameters: IDataObject): IDataObject[] => [parameters, { ...parameters, object: 'opportunity' }];

const body = (action: string, more: IDataObject = {}): IDataObject => ({
  body: { action, csrf_token: makeToken(SERVICE_KEY, new Date()), ...more },
});

describe('a request for the dashboard', () => {
  it('gets the first page where the address names none that there is, without its figures where they cannot be read', async () => {
    const pages = [await ask('page', {}), await ask('page', { query: { page: 'nonsense' } })];
    isAway = true;
    const { answer: failed } = await ask('page', {});

    for (const { answer, ...rest } of pages) {
      expect(answer).toMatchObject({ status: 200, content_type: 'text/html; charset=utf-8' });
      expect(textOf(String(answer?.body))).toContain('Health');
      expect(rest).toEqual({ location: undefined, pull: [], push: [], reconcile: [] });
    }
    expect(failed?.status).toBe(500);
    expect(textOf(String(failed?.body))).toMatch(/This page could not be read Supabase could not handle the call/);
  });

  it.each([
    [{}, 'linear'],
    [{ model: 'first_touch' }, 'first_touch'],
    [{ model: '<b>' }, 'linear'],
    [{ model: 'toString' }, 'linear'],
  ])('reads revenue by the model of the address: %j', async (query, p_model) => {
    await ask('page', { query: { page: 'revenue', ...query } });

    expect(server.calls).toContainEqual(expect.objectContaining({ name: 'get_revenue', args: { p_model } }));
  });

  it('gets the data with a token that counts', async () => {
    const { answer } = await ask('data', {});
    const { csrf_token } = JSON.parse(String(answer?.body)) as { csrf_token: string };

    const { answer: acted } = await ask('data', { body: { action: 'sync', csrf_token } });

    expect(acted?.status).toBe(202);
  });

  it.each<[string, IDataObject]>([
    ['no token', { body: { action: 'sync' } }],
    ['a token that somebody made up', { body: { action: 'sync', csrf_token: `9999999999.${'A'.repeat(43)}` } }],
    ['a token that is no text', { body: { action: 'sync', csrf_token: {} } }],
    ['a wrong token and no action', { headers: { 'x-csrf-token': 'x' } }],
    ['an action that does not exist', body('drop_all')],
  ])('is refused with %s, and nothing is done', async (_case, request) => {
    const answers = [await ask('page', request), await ask('data', request)];

    expect(answers.map(({ answer }) => answer?.status)).toEqual([403, 403]);
    for (const { pull, push, reconcile } of answers) expect([pull, push, reconcile]).toEqual([[], [], []]);
    expect(server.calls).toEqual([]);
  });

  it.each<[string, Partial<Answered>]>([
    ['sync', { pull: ofAll({ mode: 'delta' }), push: ofAll({}) }],
    ['full_resync', { pull: ofAll({ mode: 'full' }), reconcile: ofAll({}) }],
    ['reconcile', { reconcile: ofAll({}) }],
    ['replay_dead_letters', { push: [{}] }],
    ['check_integrity', {}],
  ])(
    'starts what %s needs, of leads and all else that is synced, and goes back to the page',
    async (action, started) => {
      const { location, ...rest } = await ask('page', body(action));

      expect(backTo(location)).toEqual({
        address: expect.stringMatching(/^\?page=health(&watch=yes)?$/),
        notice: { ok: true, text: expect.any(String) },
      });
      expect(rest).toEqual({ answer: undefined, pull: [], push: [], reconcile: [], ...started });
    },
  );

  it('goes back to where it was pressed, and to nowhere else', async () => {
    const from = async (back: string) =>
      backTo((await ask('page', body('check_integrity', { page: 'health', back }))).location).address;

    expect(await from('?page=runs&watch=yes')).toBe('?page=runs&watch=yes');
    expect(await from(addressOf('revenue', { model: 'first_touch', other: 'x' }))).toBe(
      '?page=revenue&model=first_touch',
    );
    for (const back of ['https://example.com/?page=x', '//example.com', 'javascript:alert(1)', '?page=%00', '']) {
      expect(await from(back)).toBe('?page=health');
    }
  });

  it('shows a notice that was made here, and no other', async () => {
    const { location } = await ask('page', body('sync'));
    const notice = new URLSearchParams(String(location)).get('notice')!;

    const shown = async (given: string) =>
      textOf(String((await ask('page', { query: { notice: given } })).answer?.body));

    expect(await shown(notice)).toContain('A sync both ways was started');
    expect(await shown(notice.slice(1))).not.toContain('A sync both ways was started');
  });

  it('says to scripts what became of it', async () => {
    const { answer } = await ask('data', body('replay_dead_letters'));

    expect(answer?.status).toBe(202);
    expect(JSON.parse(String(answer?.body))).toEqual({
      ok: true,
      action: 'replay_dead_letters',
      error: null,
      result: { replayed: 3 },
    });
  });

  it('starts nothing when the database does not do its part, and says so', async () => {
    isAway = true;

    const { answer } = await ask('data', body('replay_dead_letters'));
    const { location, push } = await ask('page', body('replay_dead_letters'));

    expect(answer?.status).toBe(500);
    expect(push).toEqual([]);
    expect(backTo(location)).toEqual({
      address: '?page=health',
      notice: { ok: false, text: expect.stringContaining('The dead letters could not be queued. Supabase could not') },
    });
  });
});

import type { IDataObject } from 'n8n-workflow';
import { runNode } from './run-node';
import { startPostgrest, type PostgrestServer } from './postgrest-server';

const TOTAL = 2300;
let server: PostgrestServer;

/** A listing of 2,300 rows, given as the database does: at most p_limit of them after p_position. */
beforeEach(async () => {
  server = await startPostgrest(({ args }) => {
    const start = args.p_position === undefined ? 0 : Number(args.p_position);
    const end = Math.min(TOTAL, start + Number(args.p_limit));
    const leads: IDataObject[] = Array.from({ length: end - start }, (_, index) => ({ lead_id: start + index }));
    return { json: { leads, total: TOTAL, has_next: end < TOTAL, position: end } };
  });
});
afterEach(() => server.close());

const list = { resource: 'deadLetter', operation: 'getMany', kind: 'held' };
const limits = (): unknown[] => server.calls.map(({ args }) => args.p_limit);

test('all rows come, page after page', async () => {
  const items = await runNode({ host: server.url, parameters: { ...list, returnAll: true } });

  expect(items).toHaveLength(TOTAL);
  expect(new Set(items.map(({ json }) => json.lead_id)).size).toBe(TOTAL);
  expect(limits()).toEqual([1000, 1000, 1000]);
  expect(server.calls[1]).toMatchObject({ name: 'get_dead_letters', args: { p_kind: 'held', p_position: 1000 } });
});

test('no more is asked for than the limit', async () => {
  const items = await runNode({ host: server.url, parameters: { ...list, returnAll: false, limit: 1500 } });

  expect(items).toHaveLength(1500);
  expect(limits()).toEqual([1000, 500]);
});

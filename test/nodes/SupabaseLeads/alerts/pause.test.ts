import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { SupabaseLeads } from '../../../../nodes/SupabaseLeads/SupabaseLeads.node';
import { executeFunctions } from '../../../setup/execute-functions';

jest.mock('n8n-workflow', () => ({
  ...jest.requireActual<object>('n8n-workflow'),
  sleep: async () => await Promise.resolve(),
}));

const SLOW_DOWN = { error: 'Too Many Requests: retry after 0' };

/** Runs the node again and again in one execution, each time with what the channel said; returns done and again. */
function channel(messages: IDataObject[]): (...answers: IDataObject[]) => Promise<{ done: number; again: unknown[] }> {
  const memory = {};
  let sent = messages;
  return async (...answers) => {
    const parameters = { resource: 'alert', operation: 'pause', message: (item: number) => sent[item] };
    const { context } = executeFunctions({ items: answers, parameters });
    const inExecution = { ...context, getContext: () => memory } as IExecuteFunctions;
    const [done, again] = await new SupabaseLeads().execute.call(inExecution);
    sent = again.map(({ json }) => json);
    return { done: done.length, again: sent };
  };
}

describe('Wait for a Channel', () => {
  it('sends again only what the channel put off, and is done when all are through', async () => {
    const say = channel([{ text: 'one' }, { text: 'two' }, { text: 'three' }]);

    const first = await say({ ok: true }, SLOW_DOWN, { ok: true });
    const second = await say({ ok: true });

    expect(first).toEqual({ done: 0, again: [{ text: 'two' }] });
    expect(second).toEqual({ done: 3, again: [] });
  });

  it('does not send again what the channel refused for good', async () => {
    const say = channel([{ text: 'one' }]);

    expect(await say({ error: 'Bad Request: chat not found' })).toEqual({ done: 1, again: [] });
  });

  it('gives up after some pauses', async () => {
    const say = channel([{ text: 'one' }]);
    const rounds = [];

    for (let round = 0; round < 9; round++) rounds.push(await say(SLOW_DOWN));

    expect(rounds.map(({ done }) => done)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1]);
  });
});

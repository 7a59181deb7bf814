import type { Merge } from '../../../../nodes/LeadSync/loops/merges';
import { push } from '../../../../nodes/LeadSync/loops/push';
import { fakePorts, finished, STARTED, type FakePorts } from './fake-ports';

const PUSH = { trigger: 'scheduled', policy: null, batchSize: 600, strict: false } as const;

const asked = (id: number): Merge => ({
  id,
  keep_id: `keep ${id}`,
  drop_id: `drop ${id}`,
  step: 'asked',
  waits: false,
  problem: null,
  people: {
    object: 'person',
    keep: `k${id}`,
    drop: `d${id}`,
    lease_seconds: 300,
    token: `t${id}`,
    read_started_at: '2026-03-01T00:00:00Z',
    is_first: true,
  },
});

/** Of which an earlier try may have had Twenty merge the people. */
function askedAgain(id: number): Merge {
  const { people, ...merge } = asked(id);
  return { ...merge, people: people && { ...people, is_first: false } };
}

/** A push while merges are open, of whom Twenty says something. */
async function pushWith(merges: Merge[], ofTwenty: (id: string) => unknown, callMs = 0): Promise<FakePorts> {
  const ports = fakePorts({
    callMs,
    answer: ({ name, args }) => {
      switch (name) {
        case 'start_sync_run':
          return { ...STARTED, merges: merges.length };
        case 'finish_sync_run':
          return finished();
        case 'continue_merges':
          return { merges, open: merges.length };
        case 'mergePeople':
          return ofTwenty(String(args.keep));
        default:
          return { claimed: 0, remaining: 0, leads: [] };
      }
    },
  });
  await push(ports, PUSH);
  return ports;
}

const named = (ports: FakePorts, name: string): object[] =>
  ports.calls.filter((call) => call.name === name).map(({ args }) => args);

describe('a push while merges are open', () => {
  test('has Twenty merge whom it must, and says so, before it claims anything', async () => {
    const ports = await pushWith([asked(1), { ...asked(2), people: null, step: 'joined' }], () => ({
      outcome: 'merged',
    }));
    expect(named(ports, 'mergePeople')).toEqual([{ object: 'person', keep: 'k1', drop: 'd1', lease_seconds: 300 }]);
    expect(named(ports, 'settle_merge')).toEqual([{ p_id: 1, p_token: 't1', p_problem: null, p_later: false }]);
    const names = ports.calls.map(({ name }) => name);
    expect(names.indexOf('settle_merge')).toBeLessThan(names.indexOf('get_leads_for_sync'));
  });

  test('says why Twenty cannot', async () => {
    const ports = await pushWith([asked(1)], () => ({ outcome: 'refused', problem: 'in the bin' }));
    expect(named(ports, 'settle_merge')).toEqual([{ p_id: 1, p_token: 't1', p_problem: 'in the bin', p_later: false }]);
  });

  test('says that Twenty merged nothing now, tells why, and leaves it open', async () => {
    const failure = { category: 'rate_limit', outcome: 'not_sent', detail: 'no call was free', httpStatus: null };
    const ports = await pushWith([asked(1)], () => ({ outcome: 'later', failure }));
    expect(named(ports, 'settle_merge')).toEqual([
      { p_id: 1, p_token: 't1', p_problem: 'no call was free', p_later: true },
    ]);
    expect(ports.warnings).toEqual([expect.stringContaining('Merge 1 waits for the next run: ') as string]);
  });

  describe('of whom one is not there', () => {
    const absence = { p_leads: [{ twenty_id: 'd1', absent: true }], p_read_started_at: '2026-03-01T00:00:00Z' };

    test('says first that Twenty has merged nothing, and then notes it as a read does: that may join the leads', async () => {
      const ports = await pushWith([asked(1)], () => ({ outcome: 'absent', ids: ['d1'] }));
      expect(ports.calls.filter(({ name }) => ['settle_merge', 'upsert_leads'].includes(name))).toMatchObject([
        { name: 'settle_merge', args: { p_id: 1, p_token: 't1', p_later: true } },
        { name: 'upsert_leads', args: absence },
      ]);
    });

    test('only notes it where an earlier try may have merged them, and leaves the merge open', async () => {
      const ports = await pushWith([askedAgain(1)], () => ({ outcome: 'absent', ids: ['d1'] }));
      expect(named(ports, 'upsert_leads')).toMatchObject([absence]);
      expect(named(ports, 'settle_merge')).toEqual([]);
    });
  });

  test('that fails leaves the merge to the next run, and tells; all else goes on', async () => {
    const ports = await pushWith([asked(1), asked(2)], (id) =>
      id === 'k1' ? new Error('no answer') : { outcome: 'merged' },
    );
    expect(ports.warnings).toEqual(['Merge 1 waits for the next run: no answer']);
    expect(named(ports, 'settle_merge')).toEqual([{ p_id: 2, p_token: 't2', p_problem: null, p_later: false }]);
    expect(named(ports, 'get_leads_for_sync')).toHaveLength(1);
  });

  test('counts the claim from when all of them were claimed, not from their own turn', async () => {
    const ports = await pushWith([asked(1), asked(2), asked(3)], () => ({ outcome: 'merged' }), 80_000);
    expect(named(ports, 'mergePeople')).toMatchObject([
      { keep: 'k1', lease_seconds: 220 },
      { keep: 'k2', lease_seconds: 60 },
      { keep: 'k3', lease_seconds: -100 },
    ]);
  });

  test('asks for none where the database tells of none', async () => {
    const ports = await pushWith([], () => undefined);
    expect(named(ports, 'continue_merges')).toEqual([]);
  });
});

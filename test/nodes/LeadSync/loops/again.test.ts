import { drain } from '../../../../nodes/LeadSync/loops/drain';
import { push } from '../../../../nodes/LeadSync/loops/push';
import { fakePorts, finished, STARTED, type Call } from './fake-ports';

const PUSH = { trigger: 'webhook', policy: null, batchSize: 600, strict: false } as const;
const NOTHING = { claimed: 0, remaining: 0, leads: [] };

test('a push that was called meanwhile is followed by another, and both are summed up', async () => {
  const ports = fakePorts({
    answer: ({ name }, nth) => {
      if (name === 'start_sync_run') return STARTED;
      return name === 'finish_sync_run'
        ? finished(nth === 1, { pushed: 2 * nth, twenty_calls_per_minute: 50 })
        : NOTHING;
    },
  });

  const report = await push(ports, PUSH);

  expect(report).toMatchObject({
    runs: 2,
    seconds: 2,
    figures: { pushed: 6, twenty_calls_per_minute: 50 },
    more_due: false,
  });
  expect(ports.sleeps).toEqual([0]);
});

test('no other run follows when the time is over; that is said', async () => {
  const ports = fakePorts({
    answer: ({ name }) => (name === 'start_sync_run' ? STARTED : name === 'finish_sync_run' ? finished(true) : NOTHING),
    control: { maxDuration: 0 },
  });

  await expect(push(ports, PUSH)).resolves.toMatchObject({ runs: 1, more_due: true });
});

test.each([
  [3, 300],
  [100, 2_000],
  [1_000, 5_000],
])('after %i records a drain lets events gather for %i ms', async (read, pause) => {
  const answer = ({ name }: Call, nth: number): unknown => {
    if (name === 'start_sync_run')
      return nth === 1 ? STARTED : { started: false, reason: 'Nothing waits', active_run: null };
    return name === 'finish_sync_run' ? finished(true, { read }) : NOTHING;
  };
  const ports = fakePorts({ answer });

  await expect(drain(ports, { trigger: 'webhook', policy: null, batchSize: 200 })).resolves.toMatchObject({ runs: 1 });

  expect(ports.sleeps).toEqual([pause]);
});

test('a strict push claims no more than can be written one by one within a lease', async () => {
  const started = { ...STARTED, settings: { ...STARTED.settings, strict: true } };
  const ports = fakePorts({
    answer: ({ name }) => (name === 'start_sync_run' ? started : name === 'finish_sync_run' ? finished() : NOTHING),
  });

  await push(ports, { ...PUSH, strict: true });

  expect(ports.calls[1]).toMatchObject({ name: 'get_leads_for_sync', args: { p_limit: 200 } });
});

import { drain } from '../../../../nodes/LeadSync/loops/drain';
import { pull } from '../../../../nodes/LeadSync/loops/pull';
import { push } from '../../../../nodes/LeadSync/loops/push';
import type { Ports } from '../../../../nodes/LeadSync/loops/ports';
import { fakePorts, finished, STARTED } from './fake-ports';

const POLICY = { policy: null };
const pulled = (ports: Ports, trigger: 'manual' | 'scheduled') =>
  pull(ports, { ...POLICY, mode: 'delta', trigger, pageSize: 10 });
const pushed = (ports: Ports, trigger: 'webhook' | 'scheduled') =>
  push(ports, { ...POLICY, trigger, batchSize: 10, strict: false });
const drained = (ports: Ports) => drain(ports, { ...POLICY, trigger: 'webhook', batchSize: 10 });

describe('a run whose calls share one limit with other processes', () => {
  /** How the run's calls stand, where the database says so of `share_calls`. */
  async function urgencyOf(
    share_calls: boolean | undefined,
    run: (ports: Ports) => Promise<unknown>,
  ): Promise<unknown> {
    const ports = fakePorts({
      answer: ({ name }) =>
        ({
          start_sync_run: { ...STARTED, settings: { ...STARTED.settings, share_calls } },
          getChangedPage: { leads: [], missing_fields: [], calls: 1, page: { has_next: false } },
          upsert_leads: { results: [], counts: {}, read_started_at: 'now' },
          get_leads_for_sync: { claimed: 0, remaining: 0, leads: [] },
          claim_inbox: { claimed: 0, remaining: 0 },
          finish_sync_run: finished(),
        })[name],
    });
    let told: unknown = 'nothing';
    await run({
      ...ports,
      twenty: (scope, urgency) => {
        told = urgency;
        return ports.twenty(scope);
      },
    });
    return told;
  }

  test.each([
    ['a drain of the inbox', 'urgent', drained],
    ['a pull that a person started', 'urgent', (ports: Ports) => pulled(ports, 'manual')],
    ['a pull by schedule', 'scheduled', (ports: Ports) => pulled(ports, 'scheduled')],
    ['a push by schedule', 'scheduled', (ports: Ports) => pushed(ports, 'scheduled')],
    ['a push that a change started', 'scheduled', (ports: Ports) => pushed(ports, 'webhook')],
  ])('%s is %s', async (_run, urgency, run) => {
    expect(await urgencyOf(true, run)).toBe(urgency);
  });

  test.each([false, undefined])('shares nothing where the database says %s', async (share_calls) => {
    expect(await urgencyOf(share_calls, drained)).toBeNull();
  });
});

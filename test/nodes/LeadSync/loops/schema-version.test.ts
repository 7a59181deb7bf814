import { push } from '../../../../nodes/LeadSync/loops/push';
import { fakePorts, finished, STARTED } from './fake-ports';

test.each([
  ['in step', STARTED, []],
  ['older', { ...STARTED, schema_version: undefined }, [expect.stringContaining('older')]],
  ['newer', { ...STARTED, schema_version: 999 }, [expect.stringContaining('newer')]],
])(
  'a database whose schema is %s: a run says so at most once, without a call of its own, and goes on',
  async (_what, started, warnings) => {
    const answers: Record<string, unknown> = {
      start_sync_run: started,
      get_leads_for_sync: { claimed: 0, remaining: 0, leads: [] },
      finish_sync_run: finished(),
    };
    const ports = fakePorts({ answer: ({ name }) => answers[name] });

    await expect(
      push(ports, { trigger: 'manual', policy: null, batchSize: 600, strict: false }),
    ).resolves.toMatchObject({
      status: 'succeeded',
    });

    expect(ports.warnings).toEqual(warnings);
    expect(ports.calls.map(({ name }) => name)).toEqual(Object.keys(answers));
  },
);

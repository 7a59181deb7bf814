import type { N8nClient, WorkflowJson } from '../../stack/n8n-client';
import { isOnThisMachine, onLine, reachOf, turnOnStarters } from '../../stack/reach';
import type { Stack } from '../../stack/stack';

const N8N = 'http://127.0.0.1:5678';
const TRIGGER = 'n8n-nodes-lead-sync.twentyTrigger';

/** An n8n that keeps what is stored; `refuses` says which workflows it cannot publish. */
class FakeN8n {
  stored: WorkflowJson[] = [];

  constructor(private readonly refuses: (workflow: WorkflowJson) => boolean = () => false) {}

  readonly client = {
    importWorkflows: async (workflows: WorkflowJson[]) => {
      this.stored = workflows;
      return await Promise.resolve();
    },
    publish: async (id: string) => {
      const workflow = this.stored.find((candidate) => candidate.id === id);
      if (workflow && this.refuses(workflow)) throw new Error('the key may not make webhooks');
      return await Promise.resolve();
    },
    unpublish: async () => await Promise.resolve(),
    workflow: async () => await Promise.resolve({ activeVersionId: null }),
  } as unknown as N8nClient;

  listens(): boolean {
    return this.stored.some(({ nodes }) => nodes.some(({ type, disabled }) => type === TRIGGER && !disabled));
  }
}

const realTwenty = (url: string): Stack =>
  ({ twenty: { url, apiKey: 'key' }, localTwenty: undefined, localSupabase: undefined }) as unknown as Stack;

it.each([
  ['http://localhost:3000', true],
  ['http://127.0.0.1:3000', true],
  ['http://[::1]:3000', true],
  ['https://192.0.2.7', false],
  ['https://crm.invalid', false],
])('%s is on this machine: %s', async (url, expected) => {
  expect(await isOnThisMachine(url)).toBe(expected);
});

it.each([
  ['http://localhost:3000', undefined, 'nearby'],
  ['https://192.0.2.7', undefined, 'none'],
  ['https://192.0.2.7', 'https://tunnel.example.com', 'public'],
])('a real Twenty at %s and the public address %s make the reach %s', async (url, publicUrl, twenty) => {
  expect(await reachOf(realTwenty(url), publicUrl)).toEqual({ twenty, supabase: false });
});

describe('what is turned on', () => {
  it('is everything with the local services', async () => {
    const n8n = new FakeN8n();

    const turnedOn = await turnOnStarters(n8n.client, N8N, { twenty: 'double', supabase: true });

    expect(onLine(turnedOn)).toBe("Schedules, Twenty's webhook and instant pushes are on");
    expect(turnedOn.remarks).toEqual([]);
    expect(n8n.listens()).toBe(true);
  });

  it('leaves the trigger off where Twenty cannot call, and says how to have it', async () => {
    const n8n = new FakeN8n();

    const turnedOn = await turnOnStarters(n8n.client, N8N, { twenty: 'none', supabase: false });

    expect(onLine(turnedOn)).toBe('Schedules are on');
    expect(turnedOn.remarks).toEqual([
      expect.stringContaining('WEBHOOK_URL=https://'),
      expect.stringContaining('Instant pushes are off'),
    ]);
    expect(n8n.listens()).toBe(false);
  });

  it('has the trigger of a Twenty on this machine, and names the setting that Twenty needs', async () => {
    const n8n = new FakeN8n();

    const turnedOn = await turnOnStarters(n8n.client, N8N, { twenty: 'nearby', supabase: true });

    expect(turnedOn.on).toContain("Twenty's webhook");
    expect(turnedOn.remarks).toEqual([expect.stringContaining('OUTBOUND_HTTP_SAFE_MODE_ENABLED=false')]);
    expect(n8n.listens()).toBe(true);
  });

  it('goes on without the webhook where Twenty refuses to make it, and says why', async () => {
    const n8n = new FakeN8n(({ nodes }) => nodes.some(({ type, disabled }) => type === TRIGGER && !disabled));

    const turnedOn = await turnOnStarters(n8n.client, N8N, { twenty: 'nearby', supabase: true });

    expect(onLine(turnedOn)).toBe('Schedules and instant pushes are on');
    expect(turnedOn.remarks).toEqual([expect.stringContaining('the key may not make webhooks')]);
    expect(n8n.listens()).toBe(false);
  });
});

import { sharing, type Share } from '../../../nodes/LeadSync/shared-calls';
import type { LeadDatabase } from '../../../nodes/SupabaseLeads/transport/client';
import { TwentyClient } from '../../../nodes/Twenty/transport/client';
import { RateBudget } from '../../../nodes/Twenty/transport/rate-budget';
import { readTwentyUrl, type TwentyUrls } from '../../../nodes/Twenty/transport/url';

const CLOCK = { now: () => 0, sleep: () => Promise.resolve() };
const URLS = readTwentyUrl('https://api.twenty.example') as TwentyUrls;

/** A run of one project: its key to Twenty, and its database, which has learned something by now. */
function project(identity: string, belief: number) {
  const asked: unknown[] = [];
  const workspaces = new Set<unknown>();
  const database: LeadDatabase = {
    url: `https://${identity}.supabase.example`,
    call: (_name, args) => {
      asked.push(args.p_base);
      workspaces.add(args.p_workspace);
      return Promise.resolve({
        granted: true,
        wait_ms: 0,
        ahead: 0,
        paced: false,
        pressed: false,
        belief,
        learned: null,
      });
    },
  };
  const run = (): { share: Share; call: () => Promise<unknown> } => {
    const send = () => Promise.resolve({ status: 200, headers: {}, text: '{}' });
    const workspace = `${URLS.host}/${identity}`;
    const budget = new RateBudget(100, CLOCK);
    const client = new TwentyClient({ urls: URLS, workspace, identity, send, clock: CLOCK, budget });
    return { share: sharing(client, database, 0, () => undefined), call: () => client.rest('GET', '/people') };
  };
  return { asked, workspaces, run };
}

describe('two projects whose workspaces have one address', () => {
  test('take their turns each where its own processes do, and neither ends the other’s sharing', async () => {
    const [one, other] = [project('one', 5), project('other', 2)];
    for (const { run } of [one, other, one, other]) {
      const { share, call } = run();
      share('urgent');
      await call();
    }
    expect([one.asked, other.asked]).toEqual([
      [null, 5],
      [null, 2],
    ]);
    expect([...one.workspaces, ...other.workspaces]).toEqual(['api.twenty.example/one', 'api.twenty.example/other']);

    one.run().share(null);
    const { share, call } = other.run();
    share('as_known');
    await call();
    expect(other.asked).toEqual([null, 2, 2]);
  });
});

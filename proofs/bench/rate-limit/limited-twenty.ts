import { createWorkspaceDouble, DEFAULT_RATE_LIMIT, type TwentyWorkspaceDouble } from '../../../stand-ins/twenty';
import { unwrap, type Send, type TwentyClient } from '../../../nodes/Twenty/transport/client';
import { DEFAULT_CALLS_PER_MINUTE } from '../../../nodes/Twenty/transport/rate-budget';
import { prepareTwenty } from '../seed-twenty';
import { clientOver } from '../twenty-double';
import { SkippingClock } from './skipping-clock';

/** A Twenty in this process, and the node's client to it, on one clock. */
export interface LimitedTwenty {
  clock: SkippingClock;
  double: TwentyWorkspaceDouble;
  client: TwentyClient;
}

/** Sends to the double without a socket; the latency passes on the clock. */
function inProcess(double: TwentyWorkspaceDouble, clock: SkippingClock): Send {
  return async ({ method, url, body }) => {
    const { pathname, search } = new URL(url);
    const answer = double.handle({
      method,
      path: `${pathname}${search}`,
      headers: { authorization: `Bearer ${double.apiKey}`, 'content-type': 'application/json' },
      body,
    });
    await clock.sleep(answer.delayMs);
    return { status: answer.status, headers: answer.headers, text: answer.body };
  };
}

/**
 * A Twenty at rest with its default limit, prepared without one. `name` tells workspaces apart: the node keeps what it
 * learned by address.
 */
export async function limitedTwenty(
  name: string,
  prepare: (client: TwentyClient) => Promise<void>,
  clock = new SkippingClock('its time'),
): Promise<LimitedTwenty> {
  const epoch = Date.now() - clock.now();
  const double = createWorkspaceDouble({ rateLimit: false, clock: () => epoch + clock.now() });
  const url = `http://${name}.example`;
  const send = inProcess(double, clock);
  const unlimited = clientOver(url, send, clock, Number.MAX_SAFE_INTEGER);
  await prepareTwenty(unlimited);
  await prepare(unlimited);
  double.setRateLimit(DEFAULT_RATE_LIMIT);
  return { clock, double, client: clientOver(url, send, clock, DEFAULT_CALLS_PER_MINUTE) };
}

/** Spends what a rested workspace has at once, so that only the steady pace is measured. */
export async function emptyTheBucket({ client }: LimitedTwenty): Promise<void> {
  for (let call = 0; call < DEFAULT_CALLS_PER_MINUTE; call += 1) {
    unwrap(await client.graphql('people', { document: '{people(first:1){edges{node{id}}}}', variables: {} }));
  }
}

import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { withoutSecret } from '../../nodes/http/known-secret';
import { TwentyClient } from '../../nodes/Twenty/transport/client';
import { sharedRateBudget, type Clock } from '../../nodes/Twenty/transport/rate-budget';
import { readTwentyUrl } from '../../nodes/Twenty/transport/url';
import { workspaceOf } from '../../nodes/Twenty/transport/workspace-of-key';
import { CliError } from '../failure';
import { http } from '../http';

const CLOCK: Clock = {
  now: () => performance.now(),
  sleep: async (milliseconds, signal) => {
    await delay(milliseconds, undefined, { signal });
  },
};

/** The nodes' own client, over the command's HTTP. @throws CliError where the URL is none */
export function connectTwenty(url: string, apiKey: string): TwentyClient {
  const urls = readTwentyUrl(url);
  if (!urls) {
    throw new CliError(
      `${url} is no web address.`,
      'Give --twenty-url: https://api.twenty.com for Twenty Cloud, otherwise the address at which you open Twenty.',
    );
  }
  const withoutKey = withoutSecret(apiKey);
  return new TwentyClient({
    urls,
    identity: createHash('sha256').update(apiKey).digest('hex'),
    send: async ({ method, url: address, body, timeoutMs }) => {
      const answer = await http({
        method,
        url: address,
        body,
        timeoutMs,
        headers: { authorization: `Bearer ${apiKey}` },
      });
      return { ...answer, text: withoutKey(answer.text) };
    },
    budget: sharedRateBudget(workspaceOf(urls.host, apiKey), 0, CLOCK),
    clock: CLOCK,
    timeoutMs: 30_000,
  });
}

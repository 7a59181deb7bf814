import { startTwentyDouble, type RateLimit } from './index';

/** `RATE_LIMIT`: `off`, `default`, or `tokens/windowMs` such as `100/60000`. */
function readRateLimit(text: string | undefined): RateLimit | false | undefined {
  if (text === undefined || text === '' || text === 'default') return undefined;
  if (text === 'off') return false;
  const [tokens, windowMs] = text.split('/').map(Number);
  if (!(tokens > 0) || !(windowMs > 0)) {
    throw new Error(`RATE_LIMIT is ${text}; write off, default, or tokens/milliseconds such as 100/60000`);
  }
  return { tokens, windowMs };
}

async function main(): Promise<void> {
  const { PORT, API_KEY, RATE_LIMIT, LATENCY_MS } = process.env;
  const double = await startTwentyDouble({
    port: Number(PORT ?? 0),
    apiKey: API_KEY === '' ? undefined : API_KEY,
    rateLimit: readRateLimit(RATE_LIMIT),
    latencyMs: Number(LATENCY_MS ?? 0),
  });
  process.stdout.write(`listening ${double.url}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void double.close().then(() => process.exit(0));
    });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});

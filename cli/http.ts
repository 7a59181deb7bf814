import { EnvHttpProxyAgent, fetch } from 'undici';

export interface HttpCall {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers?: Record<string, string>;
  /** JSON text. */
  body?: string;
  timeoutMs?: number;
}

export interface HttpAnswer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  text: string;
}

const TIMEOUT_MS = 30_000;

let agent: EnvHttpProxyAgent | undefined;

/**
 * One HTTP call through the proxy of HTTP_PROXY, HTTPS_PROXY and NO_PROXY, where they are set. Follows no redirect, so that a
 * key stays with the host that it was given for. Gives the answer whatever its status; rejects with undici's error when
 * none came.
 */
export async function http({
  method = 'GET',
  url,
  headers,
  body,
  timeoutMs = TIMEOUT_MS,
}: HttpCall): Promise<HttpAnswer> {
  agent ??= new EnvHttpProxyAgent();
  const response = await fetch(url, {
    method,
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body,
    redirect: 'manual',
    dispatcher: agent,
    signal: AbortSignal.timeout(timeoutMs),
  });
  return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
}

/** What to look at where no answer came: the proxy that calls go by, or that there may be one; for a certificate, how to trust it. */
export function networkAdvice(networkError: string): string {
  if (/CERT|certificate/i.test(networkError)) {
    return 'For a certificate of your own set NODE_EXTRA_CA_CERTS to the file of its CA, and run the command again.';
  }
  const variable = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'].find((name) => process.env[name]);
  if (variable === undefined) return 'Behind a proxy set HTTPS_PROXY.';
  const { host } = new URL(process.env[variable] ?? '');
  return `Calls go by the proxy ${host} (${variable}): see that it runs and lets them through; NO_PROXY names the hosts that are reached without it.`;
}

/** Ends the connections that are kept open, so that the process can end. */
export async function closeHttp(): Promise<void> {
  await agent?.close();
  agent = undefined;
}

/** The JSON of an answer; undefined where it is none. */
export function jsonOf(answer: HttpAnswer): unknown {
  try {
    return JSON.parse(answer.text) as unknown;
  } catch {
    return undefined;
  }
}

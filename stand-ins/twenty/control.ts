import type { TwentyWorkspaceDouble } from './double';
import type { Fault } from './faults';
import type { DoubleResponse } from './http';
import { isJsonObject, type Json, type JsonObject } from './json';
import { REAL_SPEED } from './speed';

export const CONTROL_PREFIX = '/__double/';

function reply(status: number, body: Json): DoubleResponse {
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  return { status, headers, body: JSON.stringify(body), delayMs: 0 };
}

function seed(double: TwentyWorkspaceDouble, body: JsonObject): Json {
  const ids: JsonObject = {};
  for (const [objectName, seeds] of Object.entries(body)) {
    if (Array.isArray(seeds)) ids[objectName] = double.store.insert(objectName, seeds.filter(isJsonObject));
  }
  return { ids };
}

function change(double: TwentyWorkspaceDouble, body: JsonObject): Json {
  if (typeof body.latencyMs === 'number') double.latencyMs = body.latencyMs;
  if ('speed' in body) double.setSpeed(body.speed === 'real' ? REAL_SPEED : null);
  const { rateLimit } = body;
  if (rateLimit === false) double.setRateLimit(false);
  else if (rateLimit === true) double.setRateLimit({ tokens: 100, windowMs: 60_000 });
  else if (isJsonObject(rateLimit)) {
    double.setRateLimit({ tokens: Number(rateLimit.tokens), windowMs: Number(rateLimit.windowMs) });
  }
  return { latencyMs: double.latencyMs };
}

/**
 * Another process's way to what tests reach in process: `POST seed {people: […], companies: […]}`, `GET stats`,
 * `POST stats/reset`, `POST faults […]`, `POST settings {rateLimit, latencyMs, speed: 'real' | null}`, `POST clear`, `GET records/people`.
 */
export function control(double: TwentyWorkspaceDouble, method: string, path: string, text: string): DoubleResponse {
  const route = `${method} ${path.slice(CONTROL_PREFIX.length)}`;
  const body: Json = text === '' ? {} : (JSON.parse(text) as Json);
  const fields = isJsonObject(body) ? body : {};
  if (method === 'GET' && route.startsWith('GET records/')) {
    return reply(200, double.store.list(route.slice('GET records/'.length), { withDeleted: true }));
  }
  switch (route) {
    case 'POST seed':
      return reply(201, seed(double, fields));
    case 'GET stats':
      return reply(200, double.stats.snapshot());
    case 'POST stats/reset':
      double.stats.reset();
      return reply(200, double.stats.snapshot());
    case 'POST faults':
      double.faults.push(...((Array.isArray(body) ? body : [body]) as unknown as Fault[]));
      return reply(201, { faults: double.faults.length });
    case 'POST settings':
      return reply(200, change(double, fields));
    case 'POST clear':
      double.store.clear();
      return reply(200, {});
    default:
      return reply(404, { message: `The double has no control ${route}` });
  }
}

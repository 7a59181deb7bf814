import type { IDataObject } from 'n8n-workflow';
import { isObject } from '../../lead';
import { isAction, type Action } from './actions';
import { refusalOf } from './csrf';
import { modelOf, type Model } from './models';

/** What somebody wants of the dashboard: to see it, or to have something done. */
export type DashboardRequest =
  | { kind: 'show'; done: unknown; failed: unknown; model: Model }
  | { kind: 'act'; action: Action; login: string }
  | { kind: 'refuse'; reason: string };

const objectOf = (value: unknown): Record<string, unknown> => (isObject(value) ? value : {});

/** The name that somebody logged in with; n8n has checked it. */
function loginOf(authorization: unknown): string {
  const [, code = ''] = /^Basic ([\w+/=-]+)$/i.exec(String(authorization)) ?? [];
  return Buffer.from(code, 'base64').toString('utf8').split(':')[0] || 'nobody';
}

/**
 * Reads the item of a Webhook node. Whatever names an action or carries a token has to prove that it comes from the page,
 * or from somebody who could read its data.
 * @param key the key that tokens are signed with
 */
export function readRequest(item: IDataObject, key: string, now: Date): DashboardRequest {
  const [query, body, headers] = [item.query, item.body, item.headers].map(objectOf);
  const token = body.csrf_token ?? headers['x-csrf-token'];
  const isWish = [body.action, token].some((value) => value !== undefined && value !== '');
  if (!isWish) return { kind: 'show', done: query.done, failed: query.failed, model: modelOf(query.model) };
  const reason = refusalOf(token, key, now);
  if (reason !== null) return { kind: 'refuse', reason };
  return isAction(body.action)
    ? { kind: 'act', action: body.action, login: loginOf(headers.authorization) }
    : { kind: 'refuse', reason: 'There is no such action.' };
}

import type { IDataObject } from 'n8n-workflow';
import { isObject } from '../../../lead';
import { pageNamed } from '../registry';
import { SCRIPT_ACTIONS } from '../script-actions';
import { addressOf, queryOf, type Params } from './address';
import { readAddress } from './fields';
import type { Action, Page } from './page';
import { refusalOf } from './signed';

/** What somebody wants of the console: to see a page, or to have something done. */
export type ConsoleRequest =
  | { kind: 'show'; page: Page; query: Record<string, unknown> }
  | { kind: 'act'; name: string; action: Action; form: Record<string, unknown>; login: string }
  | { kind: 'refuse'; reason: string };

const objectOf = (value: unknown): Record<string, unknown> => (isObject(value) ? value : {});

/** The name that somebody logged in with; n8n has checked it. */
function loginOf(authorization: unknown): string {
  const [, code = ''] = /^Basic ([\w+/=-]+)$/i.exec(String(authorization)) ?? [];
  return Buffer.from(code, 'base64').toString('utf8').split(':')[0] || 'nobody';
}

/** An action of the page that the form names, or one of those for scripts. */
function actionNamed(name: unknown, page: unknown): Action | undefined {
  const actions: Record<string, Action> = page === undefined ? SCRIPT_ACTIONS : (pageNamed(page)?.actions ?? {});
  return typeof name === 'string' && Object.hasOwn(actions, name) ? actions[name] : undefined;
}

/**
 * Reads the item of a Webhook node. Whatever names an action or carries a token has to prove that it comes from the page,
 * or from somebody who could read its data.
 * @param key the key that tokens are signed with
 */
export function readRequest(item: IDataObject, key: string, now: Date): ConsoleRequest {
  const [query, form, headers] = [item.query, item.body, item.headers].map(objectOf);
  const token = form.csrf_token ?? headers['x-csrf-token'];
  const isWish = [form.action, token].some((value) => value !== undefined && value !== '');
  if (!isWish) return { kind: 'show', page: pageNamed(query.page ?? '') ?? pageNamed('')!, query };
  const reason = refusalOf(token, key, now);
  if (reason !== null) return { kind: 'refuse', reason };
  const action = actionNamed(form.action, form.page);
  return action === undefined
    ? { kind: 'refuse', reason: 'There is no such action.' }
    : { kind: 'act', name: String(form.action), action, form, login: loginOf(headers.authorization) };
}

/** Whether somebody wants the page to be read again by itself; nobody has to. */
export const isWatched = (page: Page, query: Record<string, unknown>): boolean =>
  page.renewedSeconds !== undefined && query.watch === 'yes';

/** A page's address with what it reads, and nothing else. */
export const hereOf = (page: Page, query: Record<string, unknown>): string =>
  addressOf(page.name, { ...(readAddress(page.params, query) as Params), watch: isWatched(page, query) });

/** Where a form says that it came from: a page that there is. */
export function wayBack(back: unknown): string {
  const query = queryOf(back);
  return hereOf(pageNamed(query.page ?? '') ?? pageNamed('')!, query);
}

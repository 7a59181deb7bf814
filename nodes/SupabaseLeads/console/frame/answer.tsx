import { InputError } from '../../../errors/input-error';
import { clockOf } from '../view/format';
import { Card, Empty } from '../view/parts';
import { addressOf, queryOf, type Params } from './address';
import type { Typed } from './context';
import { renderDocument } from './document';
import { FieldError, readAddress, readForm } from './fields';
import { HiddenFields } from './forms';
import type { Action, Call, ConsoleState, Outcome, Page, Preview, Starts } from './page';
import { makeToken, packNotice, unpackNotice, type Notice } from './signed';
import { pageNamed } from '../registry';
import { hereOf, isWatched, wayBack } from './request';

/** What the console works with. */
export interface Desk {
  call: Call;
  /** The key that tokens and notices are signed with. */
  key: string;
  now: Date;
  /** IANA name of the zone that clock times are shown in. */
  timeZone: string;
  /** How far back figures go. */
  hours: number;
  /** Who acts, as the audit log names them. */
  by: string;
}

export interface Shown {
  status: number;
  html: string;
}

const reasonOf = (error: unknown): string => {
  if (error instanceof InputError) return [error.message, error.next].filter(Boolean).join(' ');
  return (error as Error).message;
};

/** A page, or why it could not be read. @param refused a form that it comes again for */
export async function showPage(
  desk: Desk,
  page: Page,
  query: Record<string, unknown>,
  refused?: { notice: Notice; typed: Typed },
): Promise<Shown> {
  const params = readAddress(page.params, query);
  const common = {
    page,
    here: hereOf(page, query),
    csrfToken: makeToken(desk.key, desk.now),
    notice: refused?.notice ?? unpackNotice(query.notice, desk.key, desk.now),
    typed: refused?.typed,
  };
  try {
    const [state, data] = await Promise.all([
      desk.call<ConsoleState & Record<string, unknown>>('get_console'),
      page.load(desk.call, params, { hours: desk.hours }),
    ]);
    const clock = clockOf(desk.timeZone);
    const renewedSeconds = isWatched(page, query) ? page.renewedSeconds?.(data) : undefined;
    const html = renderDocument({
      ...common,
      heading: page.heading?.(data) ?? page.title,
      status: `${clock.full(state.at)} (${desk.timeZone})`,
      renewedSeconds,
      state,
      body: page.view({ data, params, at: state.at, clock }),
    });
    return { status: 200, html };
  } catch (error) {
    const body = (
      <Card title="This page could not be read">
        <Empty>{reasonOf(error)}</Empty>
      </Card>
    );
    return {
      status: error instanceof InputError ? 404 : 500,
      html: renderDocument({ ...common, heading: page.title, status: '', state: null, body }),
    };
  }
}

/** What becomes of a form: a preview to be confirmed or the page again, with what is wrong at its fields, or the way back, with what the workflow starts. */
export type Acted = { preview: Shown } | { location: string; starts: Starts };

/** Carries out what a form asks for; what is previewed is done once that is confirmed. */
export async function act(desk: Desk, name: string, action: Action, form: Record<string, unknown>): Promise<Acted> {
  const back = wayBack(form.back ?? addressOf(String(form.page)));
  try {
    const values = readForm(action.fields, form);
    if (action.preview !== undefined && form.confirmed !== 'yes') {
      const preview = await action.preview(desk.call, values);
      return hasSome(preview.problems)
        ? await refuse(desk, { name, form, back, problems: preview.problems, text: action.failed })
        : { preview: showPreview(desk, name, action, { form, values, back, preview }) };
    }
    const { text, ok = true, problems, starts = {}, to } = await action.run(desk.call, values, desk.by);
    if (hasSome(problems)) return await refuse(desk, { name, form, back, problems, text });
    return { location: withNotice(desk, to ?? back, { ok, text }), starts };
  } catch (error) {
    const text = `${action.failed} ${reasonOf(error)}`;
    if (error instanceof FieldError && typeof form[error.field] === 'string') {
      return await refuse(desk, { name, form, back, problems: { [error.field]: error.message }, text });
    }
    return { location: withNotice(desk, back, { ok: false, text }), starts: {} };
  }
}

const hasSome = (problems: Record<string, string> | undefined): problems is Record<string, string> =>
  Object.keys(problems ?? {}).length > 0;

/** The page again, with what was typed and what is wrong with it. */
async function refuse(
  desk: Desk,
  { name, form, back, problems, text }: Pick<Typed, 'form' | 'problems'> & { name: string; back: string; text: string },
): Promise<Acted> {
  const query = queryOf(back);
  const refused = { notice: { ok: false, text }, typed: { action: name, form, problems } };
  const shown = await showPage(desk, pageNamed(query.page)!, query, refused);
  return { preview: { ...shown, status: 422 } };
}

const withNotice = ({ key, now }: Desk, address: string, notice: Notice): string =>
  `${address}&notice=${packNotice(notice, key, now)}`;

/** The same for a script: what came of it, or why nothing did. */
export async function actForScript(
  desk: Desk,
  action: Action,
): Promise<{ ok: boolean; error: string | null; result: Outcome['result'] | null; starts: Starts }> {
  try {
    const { result = null, starts = {} } = await action.run(desk.call, {}, desk.by);
    return { ok: true, error: null, result, starts };
  } catch (error) {
    return { ok: false, error: reasonOf(error), result: null, starts: {} };
  }
}

function showPreview(
  desk: Desk,
  name: string,
  action: Action,
  asked: { form: Record<string, unknown>; values: Record<string, unknown>; back: string; preview: Preview },
): Shown {
  const { form, values, back, preview } = asked;
  const page = pageNamed(form.page) ?? pageNamed('')!;
  const { view, button, isDangerous } = preview;
  const csrfToken = makeToken(desk.key, desk.now);
  const hidden = { ...(values as Params), page: page.name, back, csrf_token: csrfToken, action: name, confirmed: true };
  const body = (
    <form class="card preview" method="post" action="?">
      <HiddenFields values={hidden} />
      {view}
      <div class="buttons">
        {button === null ? null : <button class={isDangerous ? 'dangerous' : 'main'}>{button}</button>}
        <a class="button" href={back}>
          {button === null ? 'Back' : 'Leave it as it is'}
        </a>
      </div>
    </form>
  );
  const html = renderDocument({
    page,
    here: back,
    csrfToken,
    notice: null,
    heading: action.title,
    status: '',
    state: null,
    body,
  });
  return { status: 200, html };
}

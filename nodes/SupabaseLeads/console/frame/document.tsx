import type { ComponentChildren } from 'preact';
import { renderToStaticMarkup } from 'preact-render-to-string';
import { PAGES } from '../registry';
import { span } from '../view/format';
import { STYLE } from '../view/style';
import { addressOf } from './address';
import { OnPageContext, type Typed } from './context';
import { GROUPS, type ConsoleState, type Page } from './page';
import type { Notice } from './signed';

export interface DocumentOptions {
  page: Page;
  /** Its address, with all that it reads. */
  here: string;
  csrfToken: string;
  notice: Notice | null;
  typed?: Typed;
  heading: string;
  /** Beside the heading: when it was read. */
  status: string;
  /** Set where somebody watches it. */
  renewedSeconds?: number;
  /** Null where it could not be read. */
  state: ConsoleState | null;
  body: ComponentChildren;
}

function Navigation({ marked, state }: { marked: string; state: ConsoleState | null }) {
  const shown = PAGES.filter(
    (page) => page.name === marked || state === null || page.isOn === undefined || page.isOn(state),
  );
  return (
    <nav class="pages" aria-label="Pages">
      {GROUPS.map((group) => ({ group, pages: shown.filter((page) => page.group === group) }))
        .filter(({ pages }) => pages.length > 0)
        .map(({ group, pages }) => (
          <div class="group">
            <p id={`group-${group.replaceAll(' ', '-')}`}>{group}</p>
            <ul aria-labelledby={`group-${group.replaceAll(' ', '-')}`}>
              {pages.map(({ name, title }) => (
                <li>
                  <a href={addressOf(name)} aria-current={name === marked ? 'page' : undefined}>
                    {title}
                  </a>
                </li>
              ))}
            </ul>
          </div>
        ))}
    </nav>
  );
}

/** A page that renews itself takes the reading place from who reads slowly or has it read: it does so where it is asked to. */
function Watching({ page, seconds }: { page: string; seconds: number | undefined }) {
  return seconds === undefined ? (
    <>
      {' · '}
      <a href={addressOf(page, { watch: true })}>Watch</a>
    </>
  ) : (
    <>
      {`, renewed every ${span(seconds)} · `}
      <a href={addressOf(page)}>Stop</a>
    </>
  );
}

function NoticeCard({ notice }: { notice: Notice }) {
  return (
    <p class={`card notice is-${notice.ok ? 'healthy' : 'critical'}`} role={notice.ok ? 'status' : 'alert'}>
      {notice.text}
    </p>
  );
}

function Document({
  page,
  here,
  csrfToken,
  notice,
  typed,
  heading,
  status,
  renewedSeconds,
  state,
  body,
}: DocumentOptions) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        {renewedSeconds === undefined ? null : <meta http-equiv="refresh" content={`${renewedSeconds};url=${here}`} />}
        <meta name="referrer" content="no-referrer" />
        <title>{`Lead sync: ${heading}`}</title>
        <link rel="icon" href="data:," />
        <style dangerouslySetInnerHTML={{ __html: STYLE }} />
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the page
        </a>
        <header class="brand">
          <a href="?">Lead sync</a>
        </header>
        <div class="frame">
          <Navigation marked={page.under ?? page.name} state={state} />
          <main id="main" tabIndex={-1}>
            <div class="top">
              <h1>{heading}</h1>
              <p class="muted small">
                {status}
                {page.renewedSeconds !== undefined && state !== null ? (
                  <Watching page={page.name} seconds={renewedSeconds} />
                ) : null}
              </p>
            </div>
            {notice ? <NoticeCard notice={notice} /> : null}
            <OnPageContext.Provider value={{ csrfToken, page: page.name, here, typed }}>{body}</OnPageContext.Provider>
          </main>
        </div>
      </body>
    </html>
  );
}

/** A page as one HTML document: no script, no request besides itself; every text of the data is escaped. */
export const renderDocument = (options: DocumentOptions): string =>
  `<!doctype html>${renderToStaticMarkup(<Document {...options} />)}`;

import fc from 'fast-check';
import { showPage } from '../../../../nodes/SupabaseLeads/console/frame/answer';
import { PAGES } from '../../../../nodes/SupabaseLeads/console/registry';
import { BUSY, deskOf, EMPTY, htmlOf, QUERIES, textOf, type Answers } from './sample';

const pages = PAGES.map((page) => [page.name, page] as const);

/** The names of all elements and attributes, in order, but for the drawings: nobody's texts reach them. */
const skeleton = (html: string): string[] =>
  (html.replace(/<svg.*?<\/svg>/gs, '').match(/<\/?[a-z!](?:"[^"]*"|[^">])*>/g) ?? []).map((tag) =>
    tag.replace(/"[^"]*"/g, '""'),
  );

const IS_TIME = /^\d{4}-\d{2}/;
const IS_ID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

/** What chooses between ways to show something: the database's own words. */
const CHOICES = new Set(['kind', 'state', 'side', 'winner', 'direction']);

/** The same answers with a text in every place that holds one, also as the names of fields. */
function withText(value: unknown, text: string): unknown {
  if (typeof value === 'string') return IS_TIME.test(value) || IS_ID.test(value) ? value : text;
  if (Array.isArray(value)) return value.map((each) => withText(each, text));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => {
      const isNamed = name === 'fields' && each !== null && typeof each === 'object' && !Array.isArray(each);
      const isChoice = CHOICES.has(name) && typeof each === 'string';
      return [name, isNamed ? { [text]: text } : isChoice ? each : withText(each, text)];
    }),
  );
}

const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "'-->]]><b>",
  '</style><b>',
  '</title></head><body><b>',
  '&lt;b&gt;',
  'javascript:alert(1)',
];

describe('each page of the console', () => {
  it.each(pages)('%s shows a working day, and a day before the first', async (_name, page) => {
    for (const answers of [BUSY, EMPTY]) {
      const text = textOf(await htmlOf(page, answers));
      expect(text).not.toMatch(/undefined|\[object|NaN|null\b/);
    }
  });

  it.each(pages)('%s needs nothing from elsewhere and runs no script', async (_name, page) => {
    const html = await htmlOf(page, BUSY);

    expect(html).not.toMatch(/<script|\son\w+=|javascript:|@import|url\(\s*["']?http/i);
    expect(html.replace(/xmlns(:xlink)?="[^"]*"/g, '')).not.toMatch(/https?:/);
  });

  it.each(pages)('%s shows whatever leads and errors hold as text, never as markup', async (_name, page) => {
    // what the address chooses has the text, too
    const queryWith = (text: string) =>
      Object.fromEntries(
        Object.entries(QUERIES[page.name] ?? {}).map(([name, value]) => [name, IS_ID.test(value) ? value : text]),
      );
    const shown = async (text: string) =>
      skeleton(await htmlOf(page, withText(BUSY, text) as Answers, queryWith(text)));
    const plain = await shown('x');

    for (const text of HOSTILE) expect(await shown(`x${text}`)).toEqual(plain);
    for (const text of fc.sample(fc.string({ minLength: 1 }), 20))
      expect(await shown(`x${text}`.trim())).toEqual(plain);
  });

  it.each(pages)('%s has one heading, marked in the navigation, and a way past that', async (_name, page) => {
    const html = await htmlOf(page, BUSY);

    expect(html.match(/<h1>/g)).toHaveLength(1);
    expect(html.match(/aria-current="page"/g)).toHaveLength(1);
    expect(html).toMatch(/<a class="skip" href="#main">.*<main id="main"/s);
  });

  it.each(pages)('%s posts what it asks for with the token and its way back', async (_name, page) => {
    const html = await htmlOf(page, BUSY);
    const forms = html.match(/<form[^>]*method="post".*?<\/form>/gs) ?? [];

    for (const form of forms) {
      expect(form).toMatch(/ action="\?"/);
      expect(form).toMatch(/name="csrf_token" value="\d+\.[\w-]{43}"/);
      expect(form).toContain(`name="back" value="?page=${page.name}`);
      const [, at] = /name="page" value="([\w-]+)"/.exec(form)!;
      const actions = Object.keys(PAGES.find(({ name }) => name === at)?.actions ?? {});
      const asked = [...form.matchAll(/name="action" value="(\w+)"/g)].map(([, action]) => action);
      expect(asked.length).toBeGreaterThan(0);
      expect(actions).toEqual(expect.arrayContaining(asked));
    }
  });

  it.each(pages)('%s takes any address', async (_name, page) => {
    const names = Object.keys(page.params);
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom('', 'yes', '-1', '99999999999', '\u0000', '__proto__', 'toString'),
      fc.array(fc.string()),
    );
    const queries = fc.sample(fc.record(Object.fromEntries(names.map((name) => [name, value]))), 20);

    for (const query of queries) {
      const { status, html } = await showPage(deskOf(BUSY), page, query);
      expect([200, 404]).toContain(status);
      expect(html).toContain('<h1>');
    }
  });

  it('is renewed by itself only where somebody watches something run', async () => {
    const renewed = [];
    for (const page of PAGES) {
      expect(await htmlOf(page, BUSY)).not.toContain('http-equiv="refresh"');
      if ((await htmlOf(page, BUSY, { watch: 'yes' })).includes('http-equiv="refresh"')) renewed.push(page.name);
    }

    expect(renewed).toEqual(['health', 'runs']);
  });

  it('has a name of its own', () => {
    const names = PAGES.map(({ name }) => name);

    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  it('leaves what is off out of the navigation', async () => {
    const off = await htmlOf(PAGES[0], EMPTY);
    const on = await htmlOf(PAGES[0], BUSY);

    for (const page of ['revenue', 'edge']) {
      expect(off).not.toContain(`href="?page=${page}"`);
      expect(on).toContain(`href="?page=${page}"`);
    }
  });
});

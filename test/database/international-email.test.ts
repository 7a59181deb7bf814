import { randomUUID } from 'node:crypto';
import { domainToUnicode } from 'node:url';
import { person, useStore, type DoorAnswer, type Json } from './store';

const LETTERS = 'ada@bücher.example';
const ASCII = 'ada@xn--bcher-kva.example';

describe('an e-mail whose host has other letters than ASCII', () => {
  const store = useStore();

  const form = (...leads: Json[]): Promise<DoorAnswer> =>
    store.rpc<DoorAnswer>('upsert_leads', { p_leads: leads, p_source: 'form' });

  const directions = [
    [LETTERS, ASCII],
    [ASCII, LETTERS],
    [' Ada@BÜCHER.example', ASCII],
  ] as const;

  test.each(directions)('links the lead of %j with the person of %j', async (here, there) => {
    const id = await store.addLead({ email: here });

    const { results } = await store.pull([person({ email: there })]);

    expect(results[0]).toMatchObject({ lead_id: id, linked: true });
    expect(await store.rows('select id from leads')).toHaveLength(1);
  });

  test('links the oldest lead of both spellings, once', async () => {
    const oldest = await store.addLead({ email: ASCII, created_at: '2026-01-01' });
    await store.addLead({ email: LETTERS, created_at: '2026-01-02' });

    const { results } = await store.pull([person({ email: LETTERS })]);

    expect(results).toMatchObject([{ lead_id: oldest, linked: true }]);
  });

  test.each(directions)('of the lead %j is looked for in Twenty in both spellings before a push', async (here) => {
    await store.addLead({ email: here });

    expect((await store.claim()).leads).toMatchObject([{ email: ASCII, other_email: LETTERS }]);
  });

  test.each(directions)('brings a form that gives %j to the lead of %j', async (given, known) => {
    const id = await store.addLead({ email: known });

    const { results } = await form({ email: given, city: 'Berlin' });

    expect(results).toMatchObject([{ lead_id: id, result: 'updated' }]);
  });

  test('and a domain look like no edit when an upgraded Twenty writes both in their canonical form', async () => {
    const before = {
      twenty_id: randomUUID(),
      email: LETTERS,
      company_name: 'Bücher',
      company_domain: 'https://www.Bücher.example/',
    };
    await store.pull([person(before)]);
    const after = {
      ...before,
      email: ASCII,
      company_domain: 'xn--bcher-kva.example',
      twenty_updated_at: '2026-02-01T00:00:00.000Z',
    };

    const { results } = await store.pull([person(after)]);

    expect(results).toMatchObject([{ result: 'unchanged', fields: [] }]);
    expect((await store.claim()).claimed).toBe(0);
    expect(await store.rows('select from public.lead_sync_conflicts')).toEqual([]);
  });

  test('makes one lead of two that a form gives at once', async () => {
    const { results } = await form({ email: LETTERS }, { email: ASCII });

    expect(results[0].lead_id).toBe(results[1].lead_id);
  });

  test.each(directions)(
    'as another address of the lead, %j, is known by a form that gives %j',
    async (known, given) => {
      const id = await store.addLead({ email: 'ada@example.com', additional_emails: [known] });

      expect((await form({ email: given })).results).toMatchObject([{ lead_id: id }]);
    },
  );

  test.each(directions)('is forgotten as %j, and does not come back as %j', async (forgotten, seen) => {
    await store.addLead({ email: seen });

    expect(await store.rpc('forget_lead', { p_lead: forgotten })).toMatchObject({ erased: { leads: 1 } });

    expect((await store.pull([person({ email: seen })])).counts).toMatchObject({ rejected: 1 });
  });

  test('is read as Node reads it, whatever the letters; a label that stands for none stays as it is', async () => {
    const hosts = ['xn--bcher-kva.example', 'xn--r8jz45g.xn--zckzah', 'xn--strae-oqa.example', 'xn--e1afmkfd.xn--p1ai'];
    hosts.push('xn--ls8h.example', 'xn--80aqecdr1a.example', 'xn--.example', 'xn--zzzzzzzzzzzzzzz.example');

    for (const host of hosts) {
      const spellings = await store.rows<{ email: string }>(`select unnest(lead_sync.email_spellings($1)) as email`, [
        `${'a'}@${host}`,
      ]);
      const letters = domainToUnicode(host) || host;
      expect(spellings.map(({ email }) => email)).toEqual([...new Set([`a@${host}`, `a@${letters}`])]);
    }
  });

  test('is no spelling of an address at another host', async () => {
    await store.addLead({ email: 'ada@bucher.example' });

    expect((await store.pull([person({ twenty_id: randomUUID(), email: LETTERS })])).counts).toMatchObject({
      created: 1,
    });
  });
});

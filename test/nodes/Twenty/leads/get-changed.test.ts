import { getChangedPage, getChangedPages, type ChangedPage } from '../../../../nodes/Twenty/leads/get-changed';
import { mutateRecords } from '../../../../nodes/Twenty/records/mutate-records';
import { readObject } from '../../../../nodes/Twenty/transport/metadata';
import { rootOf, useWorkspace, type Interference } from '../support/workspace';

const workspace = useWorkspace('prepared');
const people = Array.from({ length: 25 }, (_unused, index) => ({
  values: { name: { firstName: `Person${index}`, lastName: 'Test' }, emails: { primaryEmail: `p${index}@x.test` } },
}));

beforeAll(async () => {
  await workspace.create('person', people);
});

const FIRST = { updatedSince: null, until: null, position: null, pageSize: 10 };

async function allPages(interfere?: Interference, pageSize = 10): Promise<ChangedPage[]> {
  const client = workspace.client({ interfere });
  const pages: ChangedPage[] = [];
  for await (const page of getChangedPages(client, await workspace.scope(client), { ...FIRST, pageSize })) {
    pages.push(page);
  }
  return pages;
}

const emailsOf = (pages: ChangedPage[]) => new Set(pages.flatMap(({ leads }) => leads.map((lead) => lead.email)));

describe('reading changed leads', () => {
  it('gives every lead once, page after page, all with the bound of the first page', async () => {
    const pages = await allPages();

    expect(pages.flatMap(({ leads }) => leads).length).toBeGreaterThanOrEqual(25);
    expect(people.every((_person, index) => emailsOf(pages).has(`p${index}@x.test`))).toBe(true);
    expect(new Set(pages.map(({ page }) => page.until)).size).toBe(1);
    expect(pages.at(-1)?.page.has_next).toBe(false);
    expect(pages.every(({ calls }) => calls === 1)).toBe(true);
  });

  it('takes the bound from the Date header of the answer, never from a record', async () => {
    const interfere: Interference = async (request, next) => {
      const answer = await next(request);
      return { ...answer, headers: { ...answer.headers, date: 'Thu, 01 Jan 2026 10:00:00 GMT' } };
    };
    const client = workspace.client({ interfere });

    const { page } = await getChangedPage(client, await workspace.scope(client), FIRST);

    expect(page.until).toBe('2026-01-01T10:00:00.000Z');
  });

  it('keeps a bound and a position that are given, and reads on from there', async () => {
    const client = workspace.client();
    const scope = await workspace.scope(client);
    const first = await getChangedPage(client, scope, FIRST);

    const second = await getChangedPage(client, scope, {
      ...FIRST,
      until: '2026-01-01T00:00:00.000Z',
      position: first.page.position,
    });

    expect(second.page.until).toBe('2026-01-01T00:00:00.000Z');
    const seen = new Set(first.leads.map((lead) => lead.twenty_id));
    expect(second.leads.some((lead) => seen.has(lead.twenty_id))).toBe(false);
    expect(second.bytes).toBeGreaterThan(100);
  });

  it('follows a server that gives fewer rows than asked for', async () => {
    const interfere: Interference = async (request, next) => {
      if (rootOf(request) !== 'people') return await next(request);
      const body = JSON.parse(request.body ?? '') as { variables: { first: number } };
      return await next({
        ...request,
        body: JSON.stringify({ ...body, variables: { ...body.variables, first: Math.min(3, body.variables.first) } }),
      });
    };

    const pages = await allPages(interfere, 1_000);

    expect(pages.every(({ leads }) => leads.length <= 3)).toBe(true);
    expect(people.every((_person, index) => emailsOf(pages).has(`p${index}@x.test`))).toBe(true);
  });

  it('shows deleted leads with the time of their deletion', async () => {
    const [person] = await workspace.create('person', [{ values: { emails: { primaryEmail: 'gone@x.test' } } }]);
    const client = workspace.client();
    await mutateRecords(client, 'delete', await readObject(client, 'person'), [person.id], 200);

    const leads = (await allPages()).flatMap((page) => page.leads);

    const gone = leads.find((lead) => lead.twenty_id === person.id);
    expect(gone?.email).toBe('gone@x.test');
    expect(Date.parse(gone?.twenty_deleted_at ?? '')).not.toBeNaN();
  });

  it('reads only what changed since a time', async () => {
    const client = workspace.client();

    const { leads, page } = await getChangedPage(client, await workspace.scope(client), {
      ...FIRST,
      updatedSince: '2099-01-01T00:00:00.000Z',
    });

    expect(leads).toEqual([]);
    expect(page).toMatchObject({ from: '2099-01-01T00:00:00.000Z', has_next: false });
  });

  it('stops with a clear error when a page repeats', async () => {
    let firstBody: string | undefined;
    const interfere: Interference = async (request, next) => {
      if (rootOf(request) !== 'people') return await next(request);
      firstBody ??= request.body;
      return await next({ ...request, body: firstBody });
    };

    await expect(allPages(interfere)).rejects.toMatchObject({
      failure: { category: 'server', detail: expect.stringContaining('a page of people came again') },
    });
  });

  it('sees a repeating page even when each page is read by itself', async () => {
    let firstBody: string | undefined;
    const client = workspace.client({
      interfere: async (request, next) => {
        if (rootOf(request) !== 'people') return await next(request);
        firstBody ??= request.body;
        return await next({ ...request, body: firstBody });
      },
    });
    const scope = await workspace.scope(client);
    const first = await getChangedPage(client, scope, FIRST);

    const second = getChangedPage(client, scope, { ...FIRST, position: first.page.position });

    await expect(second).rejects.toMatchObject({ failure: { detail: expect.stringContaining('came again') } });
  });

  it('reports an answer that was cut off', async () => {
    const interfere: Interference = async (request, next) => {
      const answer = await next(request);
      return rootOf(request) === 'people' ? { ...answer, text: answer.text.slice(0, 200) } : answer;
    };

    await expect(allPages(interfere)).rejects.toMatchObject({
      failure: {
        category: 'cut_off',
        outcome: 'refused',
        detail: expect.stringContaining('broke off after 200 characters'),
      },
    });
  });

  it('leaves fields that the workspace lacks out of the leads and names them', async () => {
    const client = workspace.client();
    const mapping = [
      { lead_field: 'email', twenty_field: 'emails.primaryEmail', kind: 'email' },
      { lead_field: 'attributes.shoe', twenty_field: 'shoeSize', kind: 'number' },
    ];

    const { leads, missing_fields } = await getChangedPage(client, await workspace.scope(client, mapping), FIRST);

    expect(missing_fields).toEqual(['shoeSize']);
    expect(leads.every((lead) => lead.attributes === undefined)).toBe(true);
  });

  it('does the same for fields of the company, of which not all workspaces have the same', async () => {
    const [{ id: companyId }] = await workspace.create('company', [{ values: { name: 'Acme' } }]);
    await workspace.create('person', [{ values: { companyId, emails: { primaryEmail: 'works@x.test' } } }]);
    const client = workspace.client();
    const mapping = [
      { lead_field: 'email', twenty_field: 'emails.primaryEmail', kind: 'email' },
      { lead_field: 'company_name', twenty_field: 'company.name', kind: 'text' },
      { lead_field: 'company_size', twenty_field: 'company.employees', kind: 'text' },
      { lead_field: 'attributes.town', twenty_field: 'company.seat.addressCity', kind: 'text' },
    ];

    const { leads, missing_fields } = await getChangedPage(client, await workspace.scope(client, mapping), {
      ...FIRST,
      pageSize: 1_000,
    });

    expect(missing_fields).toEqual(['company.employees', 'company.seat']);
    const lead = leads.find(({ email }) => email === 'works@x.test');
    expect(lead).toMatchObject({ company_name: 'Acme' });
    expect(lead).not.toHaveProperty('company_size');
    expect(lead).not.toHaveProperty('attributes');
  });
});

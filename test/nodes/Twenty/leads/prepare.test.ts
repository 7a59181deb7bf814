import { defaultMapping } from '../../../../nodes/lead';
import { prepareWorkspace } from '../../../../nodes/Twenty/leads/prepare';
import { readObject } from '../../../../nodes/Twenty/transport/metadata';
import { Workspace } from '../support/workspace';

const CUSTOM = ['city', 'region', 'postalCode', 'country', 'leadSource', 'leadStatus', 'leadScore', 'leadSegment'];

let workspace: Workspace;
beforeEach(async () => {
  workspace = await Workspace.start();
});
afterEach(async () => await workspace.close());

describe('preparing a workspace', () => {
  it('creates the custom fields that leads need, and nothing when repeated', async () => {
    const first = await prepareWorkspace(workspace.client(), 'person', defaultMapping());
    const second = await prepareWorkspace(workspace.client(), 'person', defaultMapping());

    expect(first.created.map(({ name }) => name).sort()).toEqual([...CUSTOM].sort());
    expect(first.created.find(({ name }) => name === 'leadScore')).toEqual({
      name: 'leadScore',
      label: 'Lead Score',
      type: 'NUMBER',
    });
    expect(second.created).toEqual([]);
    expect(second.existing).toEqual(expect.arrayContaining([...CUSTOM, 'name', 'emails', 'phones']));
  });

  it('is harmless when two do it at once', async () => {
    const reports = await Promise.all(
      [1, 2].map(async () => await prepareWorkspace(workspace.client(), 'person', defaultMapping())),
    );

    const created = reports.flatMap((report) => report.created.map(({ name }) => name));
    expect(created.sort()).toEqual([...CUSTOM].sort());
    const { fields } = await readObject(workspace.client(), 'person');
    for (const name of CUSTOM) expect(fields.filter((field) => field.name === name)).toHaveLength(1);
  });

  it('makes fields of your own by their kind', async () => {
    const rows = [
      { lead_field: 'attributes.vip', twenty_field: 'isVip', kind: 'boolean' as const },
      { lead_field: 'attributes.site', twenty_field: 'webSite.primaryLinkUrl', kind: 'link' as const },
    ];

    const { created } = await prepareWorkspace(workspace.client(), 'person', rows);

    expect(created).toEqual([
      { name: 'isVip', label: 'Is Vip', type: 'BOOLEAN' },
      { name: 'webSite', label: 'Web Site', type: 'LINKS' },
    ]);
  });

  it('says which permission the key lacks', async () => {
    const client = workspace.client({
      interfere: async (request, next) => {
        if (!request.url.endsWith('/metadata/fields')) return await next(request);
        const messages = ['Entity performing the request does not have permission'];
        return {
          status: 403,
          headers: {},
          text: JSON.stringify({ statusCode: 403, error: 'Error', messages, code: 'PERMISSION_DENIED' }),
        };
      },
    });

    await expect(prepareWorkspace(client, 'person', defaultMapping())).rejects.toMatchObject({
      failure: { category: 'permission', detail: expect.stringContaining('Manage Data Model') },
    });
  });

  it('lists the objects there are when the one asked for is not', async () => {
    await expect(prepareWorkspace(workspace.client(), 'prospect', defaultMapping())).rejects.toMatchObject({
      failure: { category: 'not_found', detail: expect.stringContaining('person') },
    });
  });
});

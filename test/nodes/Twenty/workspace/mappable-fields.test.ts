import { defaultMapping } from '../../../../nodes/lead';
import { prepareWorkspace } from '../../../../nodes/Twenty/leads/prepare';
import { readMappableFields } from '../../../../nodes/Twenty/workspace/mappable-fields';
import { Workspace } from '../support/workspace';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await Workspace.start();
});
afterEach(async () => await workspace.close());

describe('what a mapping may name in Twenty', () => {
  it('has every field of the default mapping, as what the mapping says that it is', async () => {
    await prepareWorkspace(workspace.client(), 'person', defaultMapping());

    const fields = await readMappableFields(workspace.client(), 'person');

    for (const { twenty_field: name, kind } of defaultMapping()) {
      expect(fields).toContainEqual(expect.objectContaining({ name, kinds: expect.arrayContaining([kind]) }));
    }
  });

  it('says of each what it can be, and of a select its options', async () => {
    const fields = await readMappableFields(workspace.client(), 'opportunity');
    const named = (name: string) => fields.find((field) => field.name === name);

    expect(named('amount')).toMatchObject({ label: 'Amount', type: 'CURRENCY', kinds: ['money'] });
    expect(named('companyId')).toMatchObject({ label: 'Company ID', kinds: ['reference'] });
    expect(named('closeDate')).toMatchObject({ kinds: ['time'] });
    expect(named('stage')).toMatchObject({ type: 'SELECT', kinds: ['text', 'option'] });
    expect(named('stage')?.options).toContainEqual({ value: 'NEW', label: 'New' });
  });

  it('has nothing that the sync could not read or write', async () => {
    const names = (await readMappableFields(workspace.client(), 'person')).map(({ name }) => name);

    expect(names).toContain('company.name');
    expect(names).toContain('phones.primaryPhoneNumber');
    for (const name of ['id', 'createdAt', 'searchVector', 'amount.amountMicros', 'phones', 'company']) {
      expect(names).not.toContain(name);
    }
  });
});

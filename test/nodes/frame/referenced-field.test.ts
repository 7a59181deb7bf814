import type { IExecuteFunctions } from 'n8n-workflow';
import { referencedField } from '../../../nodes/frame/referenced-field';

function contextWith(parameter: unknown, json: object): IExecuteFunctions {
  return {
    getNode: () => ({ parameters: { leads: parameter } }),
    getInputData: () => [{ json: {} }, { json }],
  } as unknown as IExecuteFunctions;
}

const leads = [{ email: 'ada@example.com' }];

test.each(['={{ $json.leads }}', '={{$json.leads}}'])('%s is the item’s own list, not a copy', (expression) => {
  expect(referencedField(contextWith(expression, { leads }), 'leads', 1)).toBe(leads);
});

test.each([
  ['={{ $json.leads.slice(1) }}'],
  ['={{ $json.page.leads }}'],
  ['={{ $("Config").item.json.leads }}'],
  ['= {{ $json.leads }} and more'],
  ['[]'],
  [undefined],
])('%s is left to n8n', (parameter) => {
  expect(referencedField(contextWith(parameter, { leads }), 'leads', 1)).toBeUndefined();
});

test('a field that the item lacks is left to n8n', () => {
  expect(referencedField(contextWith('={{ $json.leads }}', {}), 'leads', 1)).toBeUndefined();
});

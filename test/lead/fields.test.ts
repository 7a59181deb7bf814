import { readFileSync } from 'node:fs';
import path from 'node:path';
import { defaultMapping, leadFields } from '../../nodes/lead';

const contract = readFileSync(path.join(__dirname, '../../docs/data-contract.md'), 'utf8');

/** A part of the data contract, from one phrase up to the next blank line or heading. */
function part(phrase: string): string {
  const [, after = ''] = contract.split(phrase);
  return after.split(/\n\n|\nThe row/)[0];
}

test('the data contract lists the fields that a lead has, and no others', () => {
  const [, list] = /`(id, twenty_id, [^`]+)`/.exec(contract.replaceAll('\n', ' ')) ?? [];
  const names = list.split(', ').map((entry) => entry.trim().split(' ')[0]);

  expect(names.sort()).toEqual(['id', 'twenty_id', 'attributes', ...leadFields.map(({ name }) => name)].sort());
});

test('the data contract tells the default mapping as it is', () => {
  const told = [...part('Defaults for `person`:').matchAll(/`(\w+) ([\w.]+)(?: \(([^)]*)\))?`/g)].map(
    ([, lead_field, twenty_field, notes = '']) => ({ lead_field, twenty_field, notes }),
  );
  const rows = defaultMapping('person').map(({ lead_field, twenty_field, kind, direction }) => ({
    lead_field,
    twenty_field,
    notes: [kind === 'text' ? '' : kind, direction === 'both' ? '' : direction].filter(Boolean).join(', '),
  }));

  expect(new Set(told)).toEqual(new Set(rows));
});

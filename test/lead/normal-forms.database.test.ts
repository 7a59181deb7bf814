import type { Client } from 'pg';
import { normalise, normalText, type FieldKind } from '../../nodes/lead';
import { connectDatabase } from '../setup/database';
import CASES from './normal-forms.json';

interface Case {
  kind: FieldKind;
  /** Spellings of one value. */
  same: string[];
  /** What the node makes of all of them, where they have one form. */
  form?: string | null;
  others: string[];
}

let sql: Client;
beforeAll(async () => {
  sql = await connectDatabase();
});
afterAll(() => sql.end());

const isSame = async (kind: string, one: string, other: string): Promise<boolean> => {
  const query = 'select lead_sync.is_same($1, to_jsonb($2::text), to_jsonb($3::text)) as same';
  return (await sql.query<{ same: boolean }>(query, [kind, one, other])).rows[0].same;
};

function formOf(kind: FieldKind, text: string): unknown {
  if (kind === 'text') return normalText(text);
  return normalise(kind, text, { field: 'x', defaultCountry: 'US' });
}

describe.each(CASES as Case[])('$kind $same.0', ({ kind, same, form, others }) => {
  test.each(same)('%j is the same in SQL', async (spelling) => {
    expect(await isSame(kind, spelling, same[0])).toBe(true);
    expect(await isSame(kind, same[0], spelling)).toBe(true);
  });

  test.each(others)('%j is another one in SQL', async (other) => {
    expect(await isSame(kind, other, same[0])).toBe(false);
  });

  if (form !== undefined) {
    test.each(same)('%j has the one form in the node', (spelling) => {
      expect(formOf(kind, spelling)).toEqual(kind === 'text' ? form : { value: form });
    });

    test.each(others)('%j has another form in the node', (other) => {
      expect(formOf(kind, other)).not.toEqual(formOf(kind, same[0]));
    });
  }
});

test('e-mails that are the same have one key in the index', async () => {
  const spellings = (CASES as Case[]).find(({ kind }) => kind === 'email')?.same ?? [];
  const { rows } = await sql.query('select distinct lead_sync.email_key(e) as key from unnest($1::text[]) as e', [
    spellings,
  ]);

  expect(rows).toEqual([{ key: 'ada@example.com' }]);
});

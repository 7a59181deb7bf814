import { defaultMapping } from '../../nodes/lead';
import { connectDatabase, resetDatabase } from '../setup/database';

test('the rows that the migrations bring along for people are the default mapping', async () => {
  const sql = await connectDatabase();
  await resetDatabase(sql);
  const { rows } = await sql.query(
    `select object, lead_field, twenty_field, kind, direction, policy from lead_sync.field_mappings
     where object = 'person' and lead_field <> 'deleted' and enabled order by lead_field`,
  );
  await sql.end();

  const byField = (a: { lead_field: string }, b: { lead_field: string }) => a.lead_field.localeCompare(b.lead_field);
  expect(rows.sort(byField)).toEqual(defaultMapping('person').sort(byField));
});

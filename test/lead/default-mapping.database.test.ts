import { defaultMapping } from '../../nodes/lead';
import { connectDatabase, resetDatabase } from '../setup/database';

test.each(['person', 'lead'])(
  'the rows that the schema brings along for %s are the default mapping',
  async (object) => {
    const sql = await connectDatabase();
    await resetDatabase(sql);
    const { rows } = await sql.query(
      `select object, lead_field, twenty_field, kind, direction, policy from lead_sync.field_mappings
     where object = $1 and lead_field <> 'deleted' and enabled order by lead_field`,
      [object],
    );
    await sql.end();

    const byField = (a: { lead_field: string }, b: { lead_field: string }) => a.lead_field.localeCompare(b.lead_field);
    expect(rows.sort(byField)).toEqual(defaultMapping(object).sort(byField));
  },
);

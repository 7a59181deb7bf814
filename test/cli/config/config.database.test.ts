import { applyChanges, changesTo } from '../../../cli/config/apply';
import { configText, parseConfig, readConfig } from '../../../cli/config/read';
import { applyMigrations } from '../../../cli/database/migrations';
import { SCHEMA_VERSION } from '../../../nodes/SupabaseLeads/schema-version';
import { OwnerDatabase } from '../../setup/owner-database';

let project: OwnerDatabase;

beforeAll(async () => {
  project = await OwnerDatabase.create('config');
  await project.applySchema();
});
afterAll(() => project.drop());

const fileOf = async () => parseConfig(configText(await readConfig(project.sql)), 'file.json');

it('says the same after a round trip through the file', async () => {
  expect(changesTo(await fileOf(), await readConfig(project.sql), true)).toEqual([]);
});

it('brings another database to what the file says', async () => {
  const file = await fileOf();
  const failures = file.alert_rules.find(({ alert }) => alert === 'failure_rate');
  if (failures) Object.assign(failures, { threshold: 20, reminders: ['02:00:00', '1 day'] });
  file.settings[0].default_country = 'DE';
  file.scoring_rules.push({
    rule_key: 'from_acme',
    attribute: 'company_domain',
    operator: 'equals',
    value: 'acme.com',
    points: 5,
  });

  const changes = changesTo(file, await readConfig(project.sql), false);
  await applyChanges(project.sql, changes, file);

  expect(changes.map(({ section, key, change }) => [section, key, change])).toEqual([
    ['settings', 'true', 'changed'],
    ['alert_rules', 'failure_rate', 'changed'],
    ['scoring_rules', 'from_acme', 'added'],
  ]);
  const after = await readConfig(project.sql);
  expect(after.settings[0].default_country).toBe('DE');
  expect(after.alert_rules.find(({ alert }) => alert === 'failure_rate')).toMatchObject({ threshold: 20 });
  expect(after.scoring_rules.find(({ rule_key }) => rule_key === 'from_acme')).toMatchObject({
    enabled: true,
    points: 5,
  });
});

it('leaves rows that the file does not have, unless they shall go', async () => {
  const file = await fileOf();
  file.scoring_rules = file.scoring_rules.filter(({ rule_key }) => rule_key !== 'from_acme');
  expect(changesTo(file, await readConfig(project.sql), false)).toEqual([]);

  await applyChanges(project.sql, changesTo(file, await readConfig(project.sql), true), file);

  expect((await readConfig(project.sql)).scoring_rules.some(({ rule_key }) => rule_key === 'from_acme')).toBe(false);
});

it('changes nothing when the database refuses one row, and names it', async () => {
  const file = await fileOf();
  file.settings[0].default_country = 'FR';
  file.field_mappings[0].direction = 'sideways';
  const before = await readConfig(project.sql);

  await expect(applyChanges(project.sql, changesTo(file, before, false), file)).rejects.toMatchObject({
    message: expect.stringMatching(
      /^The database refuses company annual_revenue of "field_mappings": .*direction/,
    ) as string,
  });
  expect(await readConfig(project.sql)).toEqual(before);
});

const file = (sections: string): string => `{"schema_version": ${SCHEMA_VERSION}, "config": {${sections}}}`;

it.each([
  ['{', /is no JSON/],
  ['{}', /has no "config"/],
  ['{"schema_version": 0, "config": {}}', /is of version 0 of the schema/],
  [file('"colours": []'), /has a section "colours"/],
  [file('"alert_rules": {}'), /"alert_rules" is no list/],
  [file('"alert_rules": [{}]'), /row 1 of "alert_rules" has no "alert"/],
  [file('"alert_rules": [{"alert": "drift"}, {"alert": "drift"}]'), /has drift twice/],
])('says what is wrong with a file that holds %s', (text, message) => {
  expect(() => parseConfig(text, 'file.json')).toThrow(message);
});

it('speaks of our tables where the project has some of their names', async () => {
  const own = await OwnerDatabase.create('config_own');
  try {
    await own.sql.query(`create table public.customer_segments (id serial primary key, segment_name text);
      insert into public.customer_segments (segment_name) values ('theirs')`);
    await applyMigrations({ databaseUrl: own.url });
    const file = parseConfig(configText(await readConfig(own.sql)), 'file.json');
    expect(JSON.stringify(file)).not.toContain('theirs');

    file.segments = [{ segment_name: 'Ours', threshold: 1, priority: 1, enabled: true }];
    await applyChanges(own.sql, changesTo(file, await readConfig(own.sql), true), file);

    expect((await readConfig(own.sql)).segments).toMatchObject([{ segment_name: 'Ours' }]);
    expect((await own.sql.query('select segment_name from public.customer_segments')).rows).toEqual([
      { segment_name: 'theirs' },
    ]);
  } finally {
    await own.drop();
  }
});

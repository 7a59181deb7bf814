import { readFileSync } from 'node:fs';
import { Revenue } from '../database/revenue';
import { Store } from '../database/store';

interface Panel {
  title: string;
  type: string;
  targets: Array<{ rawSql: string }>;
}

const dashboard = JSON.parse(readFileSync('dashboards/grafana-revenue.json', 'utf8')) as {
  panels: Panel[];
  templating: { list: Array<{ name: string; current: { value: string } }> };
  __requires: Array<{ type: string; id: string }>;
};

describe('the Grafana dashboard of revenue', () => {
  let store: Store;

  beforeAll(async () => {
    store = await Store.open();
    const revenue = new Revenue(store);
    await revenue.stages();
    const lead_id = await revenue.lead({ lead_score: 70 });
    await revenue.touch(lead_id, 'meta', '2026-01-01T00:00:00Z');
    await revenue.deal({ lead_id, stage: 'WON', amount: '50', close_date: new Date().toISOString() });
    await revenue.deal({ lead_id, stage: 'PROPOSAL', amount: '20' });
    await store.sql.query(readFileSync('dashboards/grafana-reader.sql', 'utf8'));
  });
  afterAll(async () => {
    await store.sql.query('drop owned by lead_sync_grafana; drop role lead_sync_grafana');
    await store.close();
  });

  /** What a panel shows with the variables as they are at first, asked for as the role that Grafana logs in with. */
  const shown = async (title: string): Promise<Array<Record<string, unknown>>> => {
    const sql = dashboard.panels.find((panel) => panel.title === title)?.targets[0].rawSql ?? '';
    const filled = dashboard.templating.list.reduce(
      (text, { name, current }) => text.replaceAll(`\${${name}}`, current.value),
      sql.replace('$__timeFrom()', `now() - interval '1 year'`).replace('$__timeTo()', `now() + interval '1 day'`),
    );
    await store.sql.query('begin read only; set local role lead_sync_grafana');
    try {
      return await store.rows(filled);
    } finally {
      await store.sql.query('rollback');
    }
  };

  test.each(dashboard.panels.map(({ title }) => title))(
    '%s has an answer, as the role that Grafana logs in with',
    async (title) => {
      expect((await shown(title)).length).toBeGreaterThan(0);
    },
  );

  test('tells what brought revenue', async () => {
    expect(await shown('What brought revenue')).toMatchObject([
      { what: 'meta', currency: 'EUR', 'won amount': 50, 'open amount': 20, won: 1 },
    ]);
    expect(await shown('Open deals by stage')).toEqual([{ stage: 'Proposal EUR', amount: 20 }]);
  });

  test('the import names the panels that it needs', () => {
    const required = dashboard.__requires.filter(({ type }) => type === 'panel').map(({ id }) => id);

    expect(required).toEqual([...new Set(dashboard.panels.map(({ type }) => type))].sort());
  });
});

import { readFileSync } from 'node:fs';
import { syncDown } from '../../nodes/CloudflareD1/loops';
import { ORDER, Sides } from '../database/edge/sides';

interface Panel {
  title: string;
  type: string;
  datasource: { uid: string };
  targets: Array<{ rawSql: string }>;
}

const dashboard = JSON.parse(readFileSync('dashboards/grafana-edge.json', 'utf8')) as {
  panels: Panel[];
  __requires: Array<{ type: string; id: string }>;
};

describe('the Grafana dashboard of the edge replica', () => {
  let sides: Sides;

  beforeAll(async () => {
    sides = await Sides.open();
    await sides.store.addLead({ first_name: 'Ada' });
    await syncDown(sides.ports, ORDER);
    await sides.store.addLead({ first_name: 'Bob' });
    await sides.store
      .rpc('start_edge_run', { p_request: { direction: 'up', mode: 'check' } })
      .then((started) => sides.store.rpc('finish_edge_run', { p_request: { run: (started as { run: object }).run } }));
    await sides.store.sql.query(readFileSync('dashboards/grafana-reader.sql', 'utf8'));
  });
  afterAll(async () => {
    await sides.store.sql.query('drop owned by lead_sync_grafana; drop role lead_sync_grafana');
    await sides.close();
  });

  const shown = async (title: string): Promise<Array<Record<string, unknown>>> => {
    const sql = dashboard.panels.find((panel) => panel.title === title)?.targets[0].rawSql ?? '';
    await sides.store.sql.query('begin read only; set local role lead_sync_grafana');
    try {
      return await sides.store.rows(
        sql
          .replace(/\$__timeFilter\(([^)]+)\)/g, "$1 > now() - interval '1 day'")
          .replace(/\$__timeGroupAlias\(([^,]+),\s*'1h'\)/g, `date_trunc('hour', $1) as "time"`),
      );
    } finally {
      await sides.store.sql.query('rollback');
    }
  };

  test.each(dashboard.panels.map(({ title }) => title))(
    '%s has an answer, as the role that Grafana logs in with',
    async (title) => {
      expect((await shown(title)).length).toBeGreaterThan(0);
    },
  );

  test('tells what waits and what was written', async () => {
    expect(await shown('Waiting')).toEqual([{ waiting: '1' }]);
    expect(await shown('Rows synced')).toContainEqual(
      expect.objectContaining({ metric: 'Supabase to D1', value: expect.any(Number) as number }),
    );
  });

  test('the import names the panels that it needs', () => {
    const required = dashboard.__requires.filter(({ type }) => type === 'panel').map(({ id }) => id);

    expect(required).toEqual([...new Set(dashboard.panels.map(({ type }) => type))].sort());
  });
});

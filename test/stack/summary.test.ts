import { figures } from '../../stack/summary';
import type { SyncRun } from '../../stack/sync';

const RUN: SyncRun = {
  id: '7d1f0bb8-6d9d-4f0e-9f70-0d5b3b7c1a11',
  direction: 'twenty_to_supabase',
  mode: 'delta',
  status: 'succeeded',
  started_at: '2026-01-31T12:00:00.000Z',
  finished_at: '2026-01-31T12:00:02.000Z',
  figures: {},
  warnings: [],
  error: null,
};

const cellsOf = (line: string | undefined): string[] => (line ?? '').trim().split(/\s{2,}/);

describe('figures', () => {
  it('counts for a pull what it did in Supabase, with leads per second', () => {
    const run: SyncRun = {
      ...RUN,
      figures: { read: 500, created: 450, updated: 40, linked: 50, unchanged: 3, conflicts: 10, twenty_calls: 1 },
    };

    const line = figures([run]).split('\n')[2];

    expect(cellsOf(line)).toEqual(['Twenty → Supabase', '450', '40', '50', '3', '10', '1', '2.0', '250']);
  });

  it('counts for a push what it wrote to Twenty, not what it read on the way', () => {
    const run: SyncRun = {
      ...RUN,
      direction: 'supabase_to_twenty',
      figures: { read: 30, created: 7, updated: 8, pushed: 500, pushed_created: 450, pushed_updated: 50 },
    };

    const line = figures([run]).split('\n')[2];

    expect(cellsOf(line)).toEqual(['Supabase → Twenty', '450', '50', '0', '0', '0', '0', '2.0', '250']);
  });

  it('says what the runs left undone, the same warning once', () => {
    const warnings = ['Twenty lacks the fields city: they are left out.'];

    const text = figures([
      { ...RUN, warnings, figures: { errors: 2, rejected: 1 } },
      { ...RUN, warnings },
    ]);

    expect(text.split(warnings[0])).toHaveLength(2);
    expect(text).toContain('leads that could not be synced: 2');
    expect(text).toContain('rejected records: 1');
  });
});

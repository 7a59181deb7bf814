import { planBatches, type RecordWrite } from '../../../../nodes/Twenty/records/batch-plan';

const EMAIL = 'emails.primaryEmail';

function write(id: string, takes?: string, holds?: string): RecordWrite {
  const values = (value?: string) => (value === undefined ? [] : [{ path: EMAIL, value }]);
  return { id, data: { id }, takes: values(takes), holds: values(holds) };
}

const ids = (batches: RecordWrite[][]) => batches.map((batch) => batch.map(({ id }) => id));

describe('planning batches', () => {
  it('fills batches up to their size, in order', () => {
    const writes = ['a', 'b', 'c', 'd', 'e'].map((id) => write(id, `${id}@x.test`));

    expect(ids(planBatches(writes, 2))).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  });

  it('never puts two records with one email into one batch', () => {
    const batches = planBatches([write('a', 'same@x.test'), write('b', 'same@x.test'), write('c', 'c@x.test')], 200);

    expect(ids(batches)).toEqual([['a', 'c'], ['b']]);
  });

  it('frees an email before another record takes it', () => {
    const batches = planBatches(
      [write('taker', 'old@x.test', 'taker@x.test'), write('giver', 'new@x.test', 'old@x.test')],
      200,
    );

    expect(ids(batches)).toEqual([['giver'], ['taker']]);
  });

  it('keeps a taker away from a record that goes on holding the email', () => {
    const batches = planBatches([write('holder', undefined, 'kept@x.test'), write('taker', 'kept@x.test')], 200);

    expect(ids(batches)).toEqual([['holder'], ['taker']]);
  });

  it('comes to an end when two records swap their emails', () => {
    const batches = planBatches([write('a', 'b@x.test', 'a@x.test'), write('b', 'a@x.test', 'b@x.test')], 200);

    expect(ids(batches)).toEqual([['a'], ['b']]);
  });

  it('writes one record at most once in a batch', () => {
    expect(ids(planBatches([write('a'), write('a'), write('b')], 200))).toEqual([['a', 'b'], ['a']]);
  });

  it('keeps the writes of one record in order when the first has to wait, or the last frees what the first takes', () => {
    const first = write('a', 'b@x.test', 'a@x.test');
    const last = write('a', 'c@x.test', 'b@x.test');
    const giver = write('g', 'g@x.test', 'b@x.test');

    expect(planBatches([first, last], 200)).toEqual([[first], [last]]);
    expect(planBatches([first, write('a'), giver], 200)).toEqual([[giver], [first], [write('a')]]);
  });
});

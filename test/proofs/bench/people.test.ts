import { batches } from '../../../proofs/bench/lists';
import { residentMb } from '../../../proofs/bench/memory';
import { companiesOf, onePercent, peopleOf } from '../../../proofs/bench/people';

describe('people for the benchmark', () => {
  test('have an email each and share companies of about 20', () => {
    const people = peopleOf({ name: 'a', size: 2_000 });

    expect(new Set(people.map(({ email }) => email)).size).toBe(2_000);
    expect(companiesOf(people)).toHaveLength(100);
  });

  test('are the same every time, and others in another set', () => {
    const [first, again, other] = ['a', 'a', 'b'].map((name) => peopleOf({ name, size: 50 }));
    const emails = new Set(first.map(({ email }) => email));

    expect(again).toEqual(first);
    expect(other.some(({ email }) => emails.has(email))).toBe(false);
  });

  test('of one company stand scattered over the list', () => {
    const people = peopleOf({ name: 'a', size: 2_000 });

    const inFirstHalf = companiesOf(people.slice(0, 1_000));

    expect(inFirstHalf.length).toBeGreaterThan(95);
  });
});

test('one percent of a list is every hundredth, at least one', () => {
  expect(onePercent(Array.from({ length: 250 }, (_, n) => n))).toEqual([0, 100, 200]);
  expect(onePercent(['only'])).toEqual(['only']);
});

test('batches hold everything once and in order', () => {
  expect(batches([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  expect(batches([], 2)).toEqual([]);
});

describe('resident memory', () => {
  test('is read from the status of a process', () => {
    expect(residentMb('Name:\tnode\nVmHWM:\t  999999 kB\nVmRSS:\t  524288 kB\nThreads:\t11\n')).toBe(512);
  });

  test('is an error for a process that has ended', () => {
    expect(() => residentMb('Name:\tnode\nState:\tZ (zombie)\n')).toThrow(/has ended/);
  });
});

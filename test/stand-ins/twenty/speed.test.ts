import { Cores, createWorkspaceDouble, REAL_SPEED } from '../../../stand-ins/twenty';

const updates = { read: 0, created: 0, updated: 200 };

/** Updates a second when so many requests of 200 are always under way, on a clock that waits for the first answer. */
function updatesPerSecond(atOnce: number): number {
  let now = 0;
  const cores = new Cores(REAL_SPEED, () => now);
  const answers: number[] = [];
  for (let sent = 0; sent < 100; sent += 1) {
    if (answers.length === atOnce) now = answers.shift() ?? now;
    answers.push(now + cores.delayOf(updates));
  }
  return (100 * 200 * 1_000) / (answers.at(-1) ?? 0);
}

test('one request after another takes its cost a record, and several at once gain as they were measured to', () => {
  expect(updatesPerSecond(1)).toBeCloseTo(1_000 / REAL_SPEED.update, 0);
  expect(updatesPerSecond(4) / updatesPerSecond(1)).toBeCloseTo(494 / 288, 1);
});

test('the double holds an answer back for what it read and wrote, and not at all unless told', () => {
  const double = createWorkspaceDouble({ rateLimit: false, clock: () => 0 });
  const ask = (query: string, variables = {}): number =>
    double.handle({
      method: 'POST',
      path: '/graphql',
      headers: { authorization: `Bearer ${double.apiKey}`, 'content-type': 'application/json' },
      body: { query, variables },
    }).delayMs;
  const create = (): number =>
    ask('mutation($data: [PersonCreateInput!]!) { createPeople(data: $data) { id } }', { data: [{}, {}] });

  expect(create()).toBe(0);
  double.setSpeed(REAL_SPEED);
  expect(create()).toBeCloseTo(2 * REAL_SPEED.create, 6);
  double.setSpeed(REAL_SPEED);
  expect(ask('query { people { edges { node { id } } } }')).toBeCloseTo(4 * REAL_SPEED.read, 6);
});

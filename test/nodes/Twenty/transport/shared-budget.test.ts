import type { CallBudget, Clock } from '../../../../nodes/Twenty/transport/rate-budget';
import type { LearnedState } from '../../../../nodes/Twenty/transport/rate-learning';
import { SharedBudget, type AskedTurn, type GivenTurn } from '../../../../nodes/Twenty/transport/shared-budget';

const CLOCK: Clock = { now: () => 0, sleep: () => Promise.resolve() };
const SETTING = { start: 100, most: 100 };

/** What the place has learned, with so many changes. */
const learned = (belief: number): LearnedState => ({
  belief,
  calls_per_minute: 100,
  at_once: 100,
  age: 0,
  setting: SETTING,
  stood: null,
  refused: null,
  stated: null,
  patience: 300_000,
  step: 1.05,
  is_trying: false,
});

describe('answers of the place of all turns that overtake each other', () => {
  let asked: AskedTurn[];
  let answers: Array<(belief: number, tells?: boolean) => void>;
  let calls: CallBudget;
  beforeEach(() => {
    asked = [];
    answers = [];
    const take = (turn: AskedTurn): Promise<GivenTurn> => {
      asked.push(turn);
      return new Promise((resolve) =>
        answers.push((belief, tells = false) =>
          resolve({
            granted: true,
            wait_ms: 0,
            ahead: 0,
            paced: true,
            pressed: false,
            belief,
            learned: tells ? learned(belief) : null,
          }),
        ),
      );
    };
    const warn = (message: string): never => {
      throw new Error(message);
    };
    calls = new SharedBudget('crm.example', CLOCK).through(take, { setting: SETTING, urgency: 'urgent', warn });
  });

  test('the older one does not undo a fall that was learned since', async () => {
    const [slow, quick] = [calls.take(1), calls.take(1)];
    answers[1](7, true);
    calls.refused(await quick);
    answers[0](7, true);
    await slow;
    expect(calls.callsPerMinute).toBe(70);
    void calls.take(1);
    expect(asked[2]).toMatchObject({ base: 7, learned: { belief: 8 } });
  });

  test('what builds on the newer one is told as such', async () => {
    const first = calls.take(1);
    answers[0](0);
    const slow = calls.take(1);
    calls.refused(await first);
    const quick = calls.take(1);
    answers[2](1);
    await quick;
    answers[1](0);
    await slow;
    void calls.take(1);
    expect(asked[3]).toMatchObject({ base: 1, learned: { belief: 1, calls_per_minute: 70 } });
  });

  test('one that nothing has overtaken holds, whatever it says: the place may have lost its memory', async () => {
    const before = calls.take(1);
    answers[0](7, true);
    await before;
    const after = calls.take(1);
    answers[1](2, true);
    await after;
    void calls.take(1);
    expect(asked[2]).toMatchObject({ base: 2, learned: { belief: 2 } });
  });
});

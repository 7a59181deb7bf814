import { push } from '../../../../nodes/LeadSync/loops/push';
import { TwentyError } from '../../../../nodes/Twenty/transport/failures';
import { fakePorts, finished, STARTED, type Call, type FakeOptions, type FakePorts } from './fake-ports';

const ORDER = { trigger: 'scheduled', policy: null, batchSize: 2, strict: false } as const;
const CLAIMS = 3;
const LEASE_SECONDS = 300;

type Named = Record<string, unknown>;

const writeOf = (claim: number, values: Named = {}): Named => ({ lead_id: `lead ${claim}`, op: 'update', values });
const landed = ({ lead_id }: Named): Named => ({ lead_id, op: 'update', ok: true, twenty_id: 'p', values: {} });
const unheard = ({ lead_id }: Named): Named => ({
  lead_id,
  op: 'update',
  ok: false,
  outcome: 'unknown',
  message: 'no',
});

/** Three claims of one lead each, then nothing is due. */
function answer({ name, args }: Call, nth: number): unknown {
  switch (name) {
    case 'start_sync_run':
      return { ...STARTED, due: CLAIMS };
    case 'get_leads_for_sync':
      return nth > CLAIMS
        ? { claim_token: 'none', claimed: 0, remaining: 0, leads: [], read_started_at: 'r' }
        : {
            claim_token: `claim ${nth}`,
            claimed: 1,
            remaining: CLAIMS - nth,
            leads: [{ lead_id: `lead ${nth}` }],
            read_started_at: 'r',
          };
    case 'getLeads':
      return { leads: [], missing_fields: [], calls: 1 };
    case 'upsert_leads':
      return { results: [], counts: {}, writes: [writeOf(nth)], waiting: 0, lease_seconds: LEASE_SECONDS };
    case 'pushLeads':
      return { results: (args.writes as Named[]).map(landed), calls: 1 };
    case 'update_sync_status':
      return { remaining: Math.max(0, CLAIMS - nth) };
    default:
      return finished();
  }
}

/** The first write goes on until the test says so. */
function held(options: Partial<FakeOptions> = {}, script = answer): { ports: FakePorts; end: () => void } {
  let end = (): void => undefined;
  const writing = new Promise<void>((resolve) => {
    end = resolve;
  });
  const ports = fakePorts({
    ...options,
    answer: (call, nth) =>
      call.name === 'pushLeads' && nth === 1 ? writing.then(() => script(call, nth)) : script(call, nth),
  });
  return { ports, end };
}

const atRest = (): Promise<void> => new Promise(setImmediate);
const namesOf = ({ calls }: FakePorts): string[] => calls.map(({ name }) => name);
const settledBy = ({ calls }: FakePorts): unknown[][] =>
  calls
    .filter(({ name }) => name === 'update_sync_status')
    .map(({ args }) => [args.p_claim_token, ...(args.p_results as Named[]).map(({ ok, outcome }) => outcome ?? ok)]);

test('claims and reads one batch ahead before one is written, plans it meanwhile, and goes no further', async () => {
  const { ports, end } = held();

  const pushed = push(ports, ORDER);
  await atRest();
  const meanwhile = namesOf(ports);
  end();
  await pushed;

  expect(meanwhile).toEqual([
    ...['start_sync_run', 'get_leads_for_sync', 'getLeads', 'upsert_leads'],
    ...['get_leads_for_sync', 'getLeads', 'pushLeads', 'upsert_leads'],
  ]);
  expect(settledBy(ports)).toEqual([
    ['claim 1', true],
    ['claim 2', true],
    ['claim 3', true],
  ]);
});

test('makes the next claim before it settles what was written: writes wait for the one, nobody for the other', async () => {
  const ports = fakePorts({ answer });

  await push(ports, ORDER);

  const database = namesOf(ports).filter((name) => ['get_leads_for_sync', 'update_sync_status'].includes(name));
  expect(database).toEqual([
    ...['get_leads_for_sync', 'get_leads_for_sync', 'get_leads_for_sync'],
    ...['update_sync_status', 'update_sync_status', 'update_sync_status'],
  ]);
});

test('writes and settles what is planned when there is no next claim to be had, and ends the run', async () => {
  const ports = fakePorts({
    control: { tries: 1 },
    answer: (call, nth) => (call.name === 'get_leads_for_sync' && nth === 2 ? new Error('away') : answer(call, nth)),
  });

  await expect(push(ports, ORDER)).rejects.toThrow('away');

  expect(settledBy(ports)).toEqual([['claim 1', true]]);
});

test('gives all that was due its turn where that was more than the database counts', async () => {
  const remaining = [100_000, 100_000, 40, 0];
  const ports = fakePorts({
    answer: (call, nth) => {
      if (call.name === 'start_sync_run') return { ...STARTED, due: 100_000 };
      const claim = { claim_token: `claim ${nth}`, leads: [{ lead_id: `lead ${nth}` }], read_started_at: 'r' };
      if (call.name === 'get_leads_for_sync') return { ...claim, claimed: 60_000, remaining: remaining[nth - 1] };
      return call.name === 'update_sync_status' ? { remaining: remaining[nth - 1] } : answer(call, nth);
    },
  });

  expect(await push(ports, ORDER)).toMatchObject({ more_due: false });

  expect(settledBy(ports)).toHaveLength(remaining.length);
  const shares = ports.calls
    .filter(({ name }) => name === 'update_sync_status')
    .map(({ args }) => (args.p_run as Named).progress);
  expect(shares).toEqual([null, expect.closeTo(0.9996, 3), 1, 1]);
});

test('settles what was written at once where the batch ahead is still being read', async () => {
  let read = (): void => undefined;
  const reading = new Promise<void>((resolve) => {
    read = resolve;
  });
  const ports = fakePorts({
    answer: (call, nth) =>
      call.name === 'getLeads' && nth === 2 ? reading.then(() => answer(call, nth)) : answer(call, nth),
  });

  const pushed = push(ports, ORDER);
  await atRest();
  const meanwhile = settledBy(ports);
  read();
  await pushed;

  expect(meanwhile).toEqual([['claim 1', true]]);
  expect(settledBy(ports)).toHaveLength(CLAIMS);
});

test('settles what was written while the batch before could not be settled', async () => {
  const ports = fakePorts({
    control: { tries: 1 },
    answer: (call, nth) =>
      call.name === 'update_sync_status' && call.args.p_claim_token === 'claim 1'
        ? new Error('away')
        : answer(call, nth),
  });

  await expect(push(ports, ORDER)).rejects.toThrow('away');

  expect(settledBy(ports)).toEqual(expect.arrayContaining([['claim 2', true]]));
});

test('claims nothing ahead when pushes are strict', async () => {
  const strict: typeof answer = (call, nth) =>
    call.name === 'start_sync_run'
      ? { ...STARTED, due: CLAIMS, settings: { ...STARTED.settings, strict: true } }
      : answer(call, nth);
  const { ports, end } = held({}, strict);

  const pushed = push(ports, { ...ORDER, strict: true });
  await atRest();
  const meanwhile = namesOf(ports);
  end();
  await pushed;

  expect(meanwhile.at(-1)).toBe('pushLeads');
  expect(settledBy(ports)).toHaveLength(CLAIMS);
});

test('gives the batch ahead back unwritten when Twenty fails over the one before, and ends the run', async () => {
  const ports = fakePorts({
    answer: (call, nth) =>
      call.name === 'pushLeads' ? { results: (call.args.writes as Named[]).map(unheard), calls: 1 } : answer(call, nth),
  });

  await expect(push(ports, ORDER)).rejects.toThrow('no');

  expect(namesOf(ports).filter((name) => name === 'pushLeads')).toHaveLength(1);
  expect(settledBy(ports)).toEqual([
    ['claim 1', 'unknown'],
    ['claim 2', 'given_back'],
  ]);
});

test('goes on after a batch that waits for a field to be left out', async () => {
  const wait = (write: Named): Named => ({ ...unheard(write), category: 'validation', outcome: 'not_sent' });
  const ports = fakePorts({
    answer: (call, nth) =>
      call.name === 'pushLeads' && nth === 1
        ? { results: (call.args.writes as Named[]).map(wait), calls: 1 }
        : answer(call, nth),
  });

  await push(ports, ORDER);

  expect(settledBy(ports)).toEqual([
    ['claim 1', 'not_sent'],
    ['claim 2', true],
    ['claim 3', true],
  ]);
});

test('goes on after claims all of whose leads were stopped, until others come', async () => {
  const stopped = { claim_token: 'none', claimed: 0, judged: 4, remaining: 9, leads: [], read_started_at: 'r' };
  const ports = fakePorts({
    answer: (call, nth) => {
      if (call.name !== 'get_leads_for_sync') return answer(call, nth);
      return nth <= 2 ? stopped : answer(call, nth - 2);
    },
  });

  await push(ports, ORDER);

  expect(settledBy(ports)).toHaveLength(CLAIMS);
});

describe('a push that ends while a batch is ahead gives it back', () => {
  /** What the script answers, but for one call. */
  const but =
    (name: string, nth: number, instead: (call: Call) => unknown): typeof answer =>
    (call, at) =>
      call.name === name && at === nth ? instead(call) : answer(call, at);

  test('when it is cancelled: what is being written is settled, and nothing else is written', async () => {
    let isCancelled = false;
    const { ports, end } = held({ control: { isCancelled: () => isCancelled } });

    const pushed = push(ports, ORDER);
    await atRest();
    isCancelled = true;
    end();
    const report = await pushed;

    expect(report).toMatchObject({ more_due: true });
    expect(settledBy(ports)).toEqual([
      ['claim 1', true],
      ['claim 2', 'given_back'],
    ]);
  });

  test('when it is cancelled in the middle of a batch: so is what was not sent of that', async () => {
    let isCancelled = false;
    const two = (nth: number): Named[] => [writeOf(nth), { ...writeOf(nth), lead_id: `lead ${nth}b` }];
    const ports = fakePorts({
      control: { isCancelled: () => isCancelled },
      answer: (call, nth) => {
        if (call.name === 'upsert_leads') return { ...(answer(call, nth) as Named), writes: two(nth) };
        if (call.name !== 'pushLeads') return answer(call, nth);
        isCancelled = true;
        const [first, second] = call.args.writes as Named[];
        return { results: [landed(first), { ...unheard(second), outcome: 'not_sent' }], calls: 1 };
      },
    });

    await push(ports, ORDER);

    expect(settledBy(ports)).toEqual([
      ['claim 1', true, 'given_back'],
      ['claim 2', 'given_back', 'given_back'],
    ]);
  });

  test('when it is cancelled while the batch ahead waits to be read: it is given back as it was claimed', async () => {
    let isCancelled = false;
    let fail: (error: Error) => void = () => undefined;
    const reading = new Promise((_resolve, reject: (error: Error) => void) => {
      fail = reject;
    });
    const { ports, end } = held(
      { control: { isCancelled: () => isCancelled } },
      but('getLeads', 2, () => reading),
    );

    const pushed = push(ports, ORDER);
    await atRest();
    isCancelled = true;
    end();
    fail(new Error('cancelled'));
    await pushed;

    expect(ports.calls.filter(({ name }) => name === 'update_sync_status').at(-1)?.args.p_results).toEqual([
      { lead_id: 'lead 2', ok: false, outcome: 'given_back' },
    ]);
  });

  test('when Max Duration is over', async () => {
    let time = 0;
    const { ports, end } = held({ control: { now: () => time, maxDuration: 1_000 } });

    const pushed = push(ports, ORDER);
    await atRest();
    time = 1_000;
    end();

    expect(await pushed).toMatchObject({ more_due: true });
    expect(settledBy(ports)).toEqual([
      ['claim 1', true],
      ['claim 2', 'given_back'],
    ]);
  });

  test('when its people cannot be read', async () => {
    const ports = fakePorts({ answer: but('getLeads', 2, () => new Error('away')), control: { tries: 1 } });

    await expect(push(ports, ORDER)).rejects.toThrow('away');

    expect(settledBy(ports)).toEqual([
      ['claim 1', true],
      ['claim 2', 'given_back'],
    ]);
  });

  test('when nothing can be written at all: the batch in hand, too', async () => {
    const failure = { category: 'auth', outcome: 'refused', detail: 'the key is wrong', httpStatus: 401 } as const;
    const ports = fakePorts({ answer: but('pushLeads', 1, () => new TwentyError(failure)) });

    await expect(push(ports, ORDER)).rejects.toThrow('the key is wrong');

    expect(settledBy(ports).sort()).toEqual([
      ['claim 1', 'given_back'],
      ['claim 2', 'given_back'],
    ]);
  });

  test('when the lease of its run is gone, under no lease', async () => {
    const gone = new Error('the run is not running any more');
    const ports = fakePorts({
      answer: (call, nth) => (call.name === 'update_sync_status' && call.args.p_run ? gone : answer(call, nth)),
      control: { isHopeless: (error) => error === gone },
    });

    await expect(push(ports, ORDER)).rejects.toThrow(gone);

    expect(settledBy(ports).filter(([, outcome]) => outcome === 'given_back')).toEqual([['claim 3', 'given_back']]);
  });

  test('and is no failure where that is not to be had', async () => {
    let time = 0;
    const ports = fakePorts({
      control: { now: () => time, maxDuration: 1_000, tries: 1 },
      answer: (call, nth) => {
        if (call.name === 'pushLeads') time = 1_000;
        return call.name === 'update_sync_status' && !call.args.p_run ? new Error('away') : answer(call, nth);
      },
    });

    expect(await push(ports, ORDER)).toMatchObject({ more_due: true });
  });
});

describe('a call that the database stops', () => {
  const stop = new Error('canceling statement due to statement timeout');
  const stopping = (name: string, nth: number) =>
    held({ control: { isTooLong: (error) => error === stop, tries: 1 } }, (call, at) =>
      call.name === name && at === nth ? stop : answer(call, at),
    );

  test('is followed by the claim that notes it, before what was written meanwhile is settled', async () => {
    const { ports, end } = stopping('upsert_leads', 2);

    const pushed = push(ports, ORDER);
    await atRest();
    end();
    await pushed;

    expect(namesOf(ports).slice(0, 13)).toEqual([
      ...['start_sync_run', 'get_leads_for_sync', 'getLeads', 'upsert_leads'],
      ...['get_leads_for_sync', 'getLeads', 'pushLeads', 'upsert_leads', 'get_leads_for_sync'],
      ...['update_sync_status', 'getLeads', 'upsert_leads', 'pushLeads'],
    ]);
    expect(settledBy(ports)).toEqual([
      ['claim 1', true],
      ['claim 3', true],
    ]);
  });

  test('and was itself a claim, is followed by two: the one that notes it has no leads', async () => {
    const ports = fakePorts({
      control: { isTooLong: (error) => error === stop, tries: 1 },
      answer: (call, nth) => {
        if (call.name !== 'get_leads_for_sync') return answer(call, nth);
        if (nth === 1) return stop;
        return nth === 2 ? { claimed: 0, remaining: CLAIMS, leads: [] } : answer(call, nth - 2);
      },
    });

    await push(ports, ORDER);

    expect(settledBy(ports)).toHaveLength(CLAIMS);
  });
});

test('gives back a write whose e-mail the batch before has just given to somebody: the next read may see it', async () => {
  const email = ['Ada@Example.com', 'ada@example.com', 'grace@example.com'];
  const ports = fakePorts({
    answer: (call, nth) =>
      call.name === 'upsert_leads'
        ? { ...(answer(call, nth) as Named), writes: [writeOf(nth, { email: email[nth - 1] })] }
        : answer(call, nth),
  });

  await push(ports, ORDER);

  expect(settledBy(ports)).toEqual([
    ['claim 1', true],
    ['claim 2', 'given_back'],
    ['claim 3', true],
  ]);
});

describe('a batch that waits for its turn', () => {
  const waiting = async (seconds: number): Promise<FakePorts> => {
    let time = 0;
    const { ports, end } = held({ control: { now: () => time } });
    const pushed = push(ports, ORDER);
    await atRest();
    time += seconds * 1_000;
    end();
    await pushed;
    return ports;
  };

  test('has so much less of its claim to be written in', async () => {
    const ports = await waiting(100);

    const leases = ports.calls.filter(({ name }) => name === 'pushLeads').map(({ args }) => args.leaseSeconds);
    expect(leases).toEqual([LEASE_SECONDS, LEASE_SECONDS - 100, LEASE_SECONDS]);
  });

  test('is given back when half of its claim is over, and the run goes on', async () => {
    const ports = await waiting(151);

    expect(settledBy(ports)).toEqual([
      ['claim 1', true],
      ['claim 2', 'given_back'],
      ['claim 3', true],
    ]);
    expect(namesOf(ports).filter((name) => name === 'get_leads_for_sync')).toHaveLength(CLAIMS + 1);
  });
});

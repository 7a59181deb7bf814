import { pull } from '../../../../nodes/LeadSync/loops/pull';
import { fakePorts, finished, STARTED, type Call } from './fake-ports';

const PAGES = 4;
const ORDER = { mode: 'delta', trigger: 'scheduled', policy: null, pageSize: 1 } as const;

/** Four pages whose ids stand at a quarter, a half, three quarters and the end of all ids. */
function page(nth: number): object {
  const id = ['40000000', '80000000', 'c0000000', 'ffffffff'][nth - 1];
  const place = { from: null, until: 'u', position: `p${nth}`, has_next: nth < PAGES };
  return { leads: [{ twenty_id: `${id}-0000-4000-8000-000000000000` }], page: place, missing_fields: [], calls: 1 };
}

function answer({ name }: Call, nth: number): unknown {
  if (name === 'start_sync_run') return STARTED;
  if (name === 'getChangedPage') return page(nth);
  if (name === 'finish_sync_run') return finished();
  return { results: [], counts: {}, read_started_at: `read ${nth}` };
}

const named = (calls: readonly Call[], name: string): Array<Record<string, unknown>> =>
  calls.filter((call) => call.name === name).map(({ args }) => args);

test('reads the next page while a page is merged, as of what the database had told before', async () => {
  const ports = fakePorts({ answer });

  const report = await pull(ports, ORDER);

  expect(report).toMatchObject({ started: true, more_due: false, runs: 1 });
  expect(ports.calls.map(({ name }) => name).slice(0, 5)).toEqual([
    'start_sync_run',
    'getChangedPage',
    'getChangedPage',
    'upsert_leads',
    'getChangedPage',
  ]);
  expect(named(ports.calls, 'getChangedPage').map(({ position, until }) => [position, until])).toEqual([
    [null, null],
    ['p1', 'u'],
    ['p2', 'u'],
    ['p3', 'u'],
  ]);
  expect(named(ports.calls, 'upsert_leads').map(({ p_read_started_at }) => p_read_started_at)).toEqual([
    STARTED.read_started_at,
    STARTED.read_started_at,
    'read 1',
    'read 2',
  ]);
});

test('reads one page ahead and no more', async () => {
  let merge = (): void => undefined;
  const merging = new Promise<void>((resolve) => {
    merge = resolve;
  });
  const ports = fakePorts({
    answer: (call, nth) =>
      call.name === 'upsert_leads' && nth === 1 ? merging.then(() => answer(call, nth)) : answer(call, nth),
  });

  const pulled = pull(ports, ORDER);
  await new Promise(setImmediate);
  const before = ports.calls.map(({ name }) => name);
  merge();
  await pulled;

  expect(before).toEqual(['start_sync_run', 'getChangedPage', 'getChangedPage', 'upsert_leads']);
  expect(named(ports.calls, 'upsert_leads')).toHaveLength(PAGES);
});

test('asks for the next page while what was read of this one still becomes leads', async () => {
  let make = (leads: unknown): void => void leads;
  const leads = new Promise((resolve) => {
    make = resolve;
  });
  const ports = fakePorts({
    answer: (call, nth) => (call.name === 'getChangedPage' && nth === 1 ? { ...page(1), leads } : answer(call, nth)),
  });

  const pulled = pull(ports, ORDER);
  await new Promise(setImmediate);
  const before = ports.calls.map(({ name }) => name);
  make((page(1) as { leads: object[] }).leads);
  await pulled;

  expect(before).toEqual(['start_sync_run', 'getChangedPage', 'getChangedPage']);
  expect(named(ports.calls, 'upsert_leads')).toHaveLength(PAGES);
});

test('merges the page that was read ahead when its time is over, and reads no further one', async () => {
  const ports = fakePorts({ answer, callMs: 10, control: { maxDuration: 30 } });

  const report = await pull(ports, ORDER);

  expect(report).toMatchObject({ more_due: true });
  expect(named(ports.calls, 'getChangedPage')).toHaveLength(2);
  expect(named(ports.calls, 'upsert_leads').map(({ p_page }) => (p_page as { position: string }).position)).toEqual([
    'p1',
    'p2',
  ]);
});

test('a merge that fails ends the run, whatever comes of the page that was read ahead', async () => {
  const ports = fakePorts({
    answer: (call, nth) =>
      call.name === 'upsert_leads' || (call.name === 'getChangedPage' && nth > 1)
        ? new Error(`${call.name} is away`)
        : answer(call, nth),
  });

  await expect(pull(ports, ORDER)).rejects.toThrow('upsert_leads is away');
});

test('tells the database with each page how far it has come', async () => {
  const ports = fakePorts({ answer });

  await pull(ports, ORDER);

  const shares = named(ports.calls, 'upsert_leads').map(({ p_run }) => (p_run as { progress: number }).progress);
  expect(shares.map((share) => share.toFixed(2))).toEqual(['0.25', '0.50', '0.75', '1.00']);
});

test('tells the log once a minute what was done and how much time is left', async () => {
  const ports = fakePorts({ answer, callMs: 40_000 });

  await pull(ports, ORDER);

  expect(ports.log).toEqual([
    'Pull (delta): 1 read, 1 merged, 0 written, 1 calls of Twenty in 2 min, about 6 min left',
    'Pull (delta): 2 read, 2 merged, 0 written, 2 calls of Twenty in 3 min, about 3 min left',
    'Pull (delta): 3 read, 3 merged, 0 written, 3 calls of Twenty in 5 min, about 2 min left',
  ]);
});

describe('a call that fails', () => {
  const failing = (name: string, times: number) => (call: Call, nth: number) =>
    call.name === name && nth <= times
      ? new Error('socket hang up')
      : answer(call, call.name === name ? nth - times : nth);

  test.each(['getChangedPage', 'upsert_leads', 'finish_sync_run'])('is tried three times: %s', async (name) => {
    const ports = fakePorts({ answer: failing(name, 2) });

    await expect(pull(ports, ORDER)).resolves.toMatchObject({ started: true });

    expect(ports.sleeps).toEqual([2_000, 2_000]);
  });

  test('closes the run as failed with its reason when it fails the third time, too', async () => {
    const ports = fakePorts({ answer: failing('upsert_leads', 3) });

    await expect(pull(ports, ORDER)).rejects.toThrow('socket hang up');

    expect(named(ports.calls, 'finish_sync_run')).toEqual([
      { p_run: STARTED.run, p_status: 'failed', p_error: 'socket hang up' },
    ]);
  });

  test('is not tried again where that cannot help', async () => {
    const ports = fakePorts({ answer: failing('getChangedPage', 3), control: { isHopeless: () => true } });

    await expect(pull(ports, ORDER)).rejects.toThrow('socket hang up');

    expect(ports.sleeps).toEqual([]);
  });

  test('counts for more than that the failed run could not be closed', async () => {
    const fails = (call: Call): unknown =>
      call.name === 'start_sync_run' ? STARTED : new Error(`${call.name} is away`);
    const ports = fakePorts({ answer: fails });

    await expect(pull(ports, ORDER)).rejects.toThrow('getChangedPage is away');

    expect(ports.log).toEqual(['The failed run r could not be closed: finish_sync_run is away']);
  });

  test('is not the start of a run: a second one would meet the first', async () => {
    const ports = fakePorts({ answer: () => new Error('no answer') });

    await expect(pull(ports, ORDER)).rejects.toThrow('no answer');

    expect(ports.calls.map(({ name }) => name)).toEqual(['start_sync_run']);
  });
});

test('a run whose lease was taken over before it could be closed has failed, and says what comes of it', async () => {
  const ports = fakePorts({
    answer: (call, nth) =>
      call.name === 'finish_sync_run'
        ? { finished: false, reason: 'Run r is not running any more' }
        : answer(call, nth),
  });

  await expect(pull(ports, ORDER)).rejects.toThrow(
    'Run r is not running any more. The next run goes on where this one stored its last step.',
  );
});

test('tells which fields Twenty has when they are not those that it told last', async () => {
  const fields = [{ name: 'city', label: 'City', type: 'TEXT', kinds: ['text'] }];
  const told = async (known: object): Promise<Call[]> => {
    const ports = fakePorts({
      answer: (call, nth) => {
        if (call.name === 'getFields') return fields;
        return call.name === 'start_sync_run' ? { ...STARTED, ...known } : answer(call, nth);
      },
    });
    await pull(ports, ORDER);
    return ports.calls;
  };

  const [stored] = named(await told({ fields_fingerprint: null }), 'store_twenty_fields');
  expect(stored).toMatchObject({ p_object: 'person', p_fields: fields });
  expect(named(await told({ fields_fingerprint: stored.p_fingerprint }), 'store_twenty_fields')).toEqual([]);
  expect(named(await told({}), 'getFields')).toEqual([]);
});

test.each([
  [null, {}, true],
  ['person', { fields_fingerprint: null }, true],
  ['location', {}, false],
])('says whether its records are leads: %s', async (object, known, isLeads) => {
  const ports = fakePorts({
    answer: (call, nth) => (call.name === 'start_sync_run' ? { ...STARTED, ...known } : answer(call, nth)),
  });
  const scopes: unknown[] = [];

  await pull(
    {
      ...ports,
      twenty: (scope) => {
        scopes.push(scope.isLeads);
        return { ...ports.twenty(scope), getFields: () => Promise.resolve([]), getOptions: () => Promise.resolve([]) };
      },
    },
    { ...ORDER, object },
  );

  expect(scopes).toEqual([isLeads]);
});

test('a page that is merged in parts stays where it began until its last part; each part may lower the bound of the window', async () => {
  const slow = new Error('canceling statement due to statement timeout');
  const two = { ...(page(2) as { leads: object[] }), leads: [{ twenty_id: 'a' }, { twenty_id: 'b' }] };
  const ports = fakePorts({
    answer: (call, nth) => {
      if (call.name === 'getChangedPage' && nth === 2) return two;
      return call.name === 'upsert_leads' && nth === 2 ? slow : answer(call, nth);
    },
    control: { isTooLong: (error) => error === slow, tries: 1 },
  });

  await pull(ports, ORDER);

  const stored = named(ports.calls, 'upsert_leads').map(({ p_leads, p_page }) => [
    (p_leads as object[]).length,
    p_page,
  ]);
  const place = { from: null, until: 'u', has_next: true };
  expect(stored.slice(1, 4)).toEqual([
    [2, { ...place, position: 'p2' }],
    [1, { ...place, position: 'p1' }],
    [1, { ...place, position: 'p2' }],
  ]);
});

import { pullActivities, type ActivitiesPort, type ActivityPorts } from '../../../../nodes/LeadSync/loops/activities';
import type { ActivityObject } from '../../../../nodes/Twenty/activities/read';
import { READINGS } from '../../../../nodes/Twenty/activities/readings';
import type { ObjectMetadata } from '../../../../nodes/Twenty/transport/metadata';
import { TwentyError } from '../../../../nodes/Twenty/transport/failures';
import { fakePorts } from './fake-ports';

const DENIED = new TwentyError({ category: 'permission', outcome: 'refused', detail: 'no', httpStatus: 400 });
const DOWN = new TwentyError({ category: 'server', outcome: 'refused', detail: 'down', httpStatus: 500 });

const objects: ActivityObject[] = READINGS.filter(({ kind }) => kind === 'note' || kind === 'message').map(
  (reading) => ({
    reading,
    metadata: { nameSingular: reading.object } as ObjectMetadata,
  }),
);

/** A database that was never read into, and a Twenty whose pages `page` gives. */
function ports(page: (object: string, nth: number) => { bytes: number; hasNext: boolean } | Error) {
  const asked: Array<{ object: string; pageSize: number }> = [];
  const fake = fakePorts({
    answer: ({ name }) => {
      if (name === 'get_activity_state')
        return { object: 'person', texts: 'excerpt', cursors: {}, read_started_at: 'start' };
      if (name === 'get_activity_hints') return { hints: [], remaining: 0, read_started_at: 'start' };
      return { stored: 1, gone: 0, read_started_at: 'next' };
    },
  });
  const twenty: ActivitiesPort = {
    calls: 0,
    objects: () => Promise.resolve(objects),
    getPage: ({ reading }, { pageSize, updatedSince }) => {
      asked.push({ object: reading.object, pageSize });
      const given = page(reading.object, asked.filter(({ object }) => object === reading.object).length);
      if (given instanceof Error) return Promise.reject(given);
      const { bytes, hasNext } = given;
      const position = `after ${asked.length}`;
      return Promise.resolve({
        records: [{ id: String(asked.length) }],
        page: { from: updatedSince, until: 'until', position, has_next: hasNext },
        bytes,
      });
    },
    getById: () => Promise.resolve([]),
  };
  const all: ActivityPorts = { store: fake.store, control: fake.control, twenty: () => twenty };
  return { all, asked, fake };
}

const ORDER = { read: 'changed', kinds: ['note', 'message'], overlapMinutes: 5 } as const;

test('an object that the key may not see is left out and said so; the others are read', async () => {
  const { all, asked, fake } = ports((object) => (object === 'message' ? DENIED : { bytes: 0, hasNext: false }));

  expect(await pullActivities(all, ORDER)).toMatchObject({ read: 3 });

  expect(asked.map(({ object }) => object)).toEqual(
    expect.arrayContaining(['note', 'noteTarget', 'messageParticipant']),
  );
  expect(fake.warnings).toEqual([expect.stringMatching(/^message was left out/)]);
});

test('any other failure ends the pull', async () => {
  const { all } = ports(() => DOWN);

  await expect(pullActivities(all, ORDER)).rejects.toBe(DOWN);
});

test('pages of texts grow while their answers are small, and shrink when they are large', async () => {
  const bytes = [1_000, 1_000, 1_000, 1_000, 9_000_000, 3_000_000, 1_000];
  const { all, asked } = ports((object, nth) =>
    object === 'note' ? { bytes: bytes[nth - 1], hasNext: nth < bytes.length } : { bytes: 0, hasNext: false },
  );

  await pullActivities(all, ORDER);

  expect(asked.filter(({ object }) => object === 'note').map(({ pageSize }) => pageSize)).toEqual([
    1000, 2000, 4000, 5000, 5000, 2500, 2500,
  ]);
});

test('each page is stored with its position, as read since the page before was stored', async () => {
  const { all, fake } = ports((object, nth) => ({ bytes: 0, hasNext: object === 'note' && nth === 1 }));

  await pullActivities(all, ORDER);

  const [first, second] = fake.calls.filter(
    ({ name, args }) => name === 'store_activities' && args.p_object === 'note',
  );
  expect(first.args).toMatchObject({
    p_read_started_at: 'start',
    p_page: { position: 'after 1', has_next: true, whole_since: 'start' },
  });
  expect(second.args).toMatchObject({ p_read_started_at: 'next', p_page: { has_next: false, whole_since: 'start' } });
});

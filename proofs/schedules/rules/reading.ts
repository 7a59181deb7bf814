/** What a read says, and when: windows, cursors, stale reads, absences, hints. */
import type { Schedule, Step } from '../steps/schedule';
import type { Mutant } from './mutant';
import {
  createLead,
  createPerson,
  deliverHint,
  editLead,
  editPerson,
  first,
  GRACE,
  NO_EMAIL,
  pull,
  push,
  pushUntil,
  readHint,
  resume,
  under,
  wait,
} from './steps';

const clockBack: Step = { do: 'set clock of Twenty back', seconds: 60 };

export const DIRECTED = {
  /** A person with a stamp of years ahead is edited between two reads that overlap, and the older read comes again. */
  stampedYearsAhead: under([
    createPerson(3),
    editPerson(first, 4, 'last_name', '2099'),
    { do: 'receive webhooks', which: [0, 1, 3, 5], again: true },
    pull,
    { do: 'pull', mode: 'delta', calls: 1, then: 'sleep', fault: null },
    { do: 'drain', calls: null, then: 'sleep', fault: null },
    editPerson(first, 7, 'email'),
    { do: 'resume', which: 5, calls: null, then: 'crash', fault: null },
  ]),
  /** What a hint has merged after the read must not be overwritten from that read. */
  staleRead: under([
    createLead(0),
    push,
    editLead(first, GRACE),
    pushUntil(2, 'sleep'),
    editPerson(first, 1, 'last_name'),
    readHint,
    deliverHint,
    resume,
  ]),
  /** Two reads say that the person is not there; they come when it was made again and merged. */
  oldAbsence: under([
    createLead(0),
    push,
    { do: 'destroy person', which: first },
    readHint,
    wait(100),
    readHint,
    { do: 're-create person', which: 0 },
    pull,
    deliverHint,
    deliverHint,
  ]),
  /** A replica that does not know a new person yet. */
  laggingReplica: under([
    createLead(NO_EMAIL),
    push,
    editLead(first, GRACE),
    pushUntil(3, 'sleep', { at: 1, kind: 'lagging' }),
    resume,
  ]),
  /** The person is gone when its lead, edited meanwhile, is pushed. */
  absentPerson: under([createLead(0), push, { do: 'destroy person', which: first }, editLead(first, GRACE), push]),
  /** A hint comes late: what it brings was read before the newer edit that a pull has merged. */
  lateHint: under([createLead(0), push, readHint, editPerson(first, GRACE), wait(4000), pull, deliverHint]),
  /** More people in one millisecond than fit on a page. */
  oneMillisecond: under([{ do: 'create people', count: 5 }, pull]),
  /** A person gets an old stamp while a pull stands between its start and its first read, which then counts as an older one. */
  stampedBeforeFirstRead: under([
    { do: 'pull', mode: 'delta', calls: 1, then: 'sleep', fault: null },
    createLead(0),
    push,
    editPerson(first, GRACE, 'additional_emails', 'past'),
    resume,
  ]),
  /** A reader dies between its page's read and its merge. */
  tornPage: under([
    { do: 'create people', count: 5 },
    wait(4000),
    { do: 'pull', mode: 'delta', calls: 4, then: 'crash', fault: null },
    wait(4000),
    pull,
  ]),
  /** A record of the first page changes while the window lies half read for longer than the overlap. */
  resumedWindow: under([
    { do: 'create people', count: 5 },
    { do: 'pull', mode: 'delta', calls: 4, then: 'crash', fault: null },
    editPerson(0, GRACE),
    editPerson(1, GRACE),
    editPerson(2, GRACE),
    editPerson(3, GRACE),
    wait(4000),
    pull,
  ]),
  /**
   * A pull stands for longer than the overlap between its start and its first read, which counts as begun before a hint's read; so the hint's merge makes it
   * stale. By Twenty's clock, which was corrected meanwhile, what it shows is the earlier version.
   */
  lateFirstRead: under([
    { do: 'pull', mode: 'full', calls: 2, then: 'sleep', fault: null },
    createPerson(0),
    readHint,
    deliverHint,
    clockBack,
    editPerson(first, GRACE),
    wait(250),
    resume,
  ]),
  /** Twenty's clock is corrected between two windows. */
  clockSetBack: under([createPerson(0), pull, clockBack, pull]),
  /** A pull sleeps past its lease with a page in its hand, and another takes over. */
  lateReader: under([
    { do: 'create people', count: 5 },
    { do: 'pull', mode: 'delta', calls: 3, then: 'sleep', fault: null },
    wait(4000),
    pull,
    resume,
  ]),
  /** A person is edited after they were merged. */
  readAgain: under([createPerson(0), pull, editPerson(first, GRACE), pull]),
  /** A bulk load changes a lead past the triggers. */
  bulkLoad: under([createLead(0), push, { do: 'bulk edit lead', which: first, field: 'first_name', value: GRACE }]),
} satisfies Record<string, Schedule>;

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'a stamp of years ahead tells which read is newer',
    rule: 'Which of two reads at the same time is the newer one, no stamp of years ahead tells',
    sql: [{ find: "< v_read + interval '1 day'", replace: "< v_read + interval '100 years'" }],
    directed: DIRECTED.stampedYearsAhead,
  },
  {
    name: 'stale snapshots are merged',
    rule: "A snapshot whose read began before the lead's last merge or completed write is ignored",
    sql: [{ find: 's.merged_at > v_read and not coalesce(', replace: 'false and not coalesce(' }],
  },
  {
    name: 'stale snapshots are plain',
    rule: "A snapshot is plain only where its read began after the lead's last merge or completed write",
    sql: [{ find: 'and s.merged_at <= v_read and s.remote_created_at = i', replace: 'and s.remote_created_at = i' }],
  },
  {
    name: 'a completed write does not make older reads stale',
    rule: 'A snapshot whose read began before the completed write is ignored',
    sql: [{ find: 'merged_at = case when t.ok then v_now else s.merged_at end', replace: 'merged_at = s.merged_at' }],
  },
  {
    name: 'stale reads are written from',
    rule: 'A claimed lead whose read was stale is released with nothing written',
    sql: [{ find: "        when n.result = 'stale' then 'release'\n", replace: '' }],
    directed: DIRECTED.staleRead,
  },
  {
    name: 'old absences count',
    rule: 'Absence is a snapshot: it is stale like any other',
    sql: [{ find: "when c.stale then 'stale'", replace: "when c.stale and not c.absent then 'stale'" }],
    directed: DIRECTED.oldAbsence,
  },
  {
    name: 'one absence is enough',
    rule: 'An absence counts only when a second read, later than the replica allowance, confirms it',
    sql: [
      {
        find: 'and (c.absent_since is null or v_suspicious or v_read < c.absent_since + v_allowance) then',
        replace: 'and false then',
      },
    ],
    directed: DIRECTED.laggingReplica,
  },
  {
    name: 'absent people are written to',
    rule: 'A linked lead whose person is absent from the read is never written',
    sql: [
      { find: "        when n.result = 'held' then 'await'\n", replace: '' },
      { find: 'or (n.twenty_id is not null and n.result is null)', replace: '' },
    ],
    directed: DIRECTED.absentPerson,
  },
  {
    name: 'hints are data of the moment',
    rule: 'A snapshot carries the moment its read began, not the one of its delivery',
    source: [
      {
        file: 'proofs/schedules/steps/player.ts',
        find: "      p_source: 'twenty',\n      p_read_started_at: delivery.readStartedAt,\n",
        replace: "      p_source: 'twenty',\n",
      },
    ],
    directed: DIRECTED.lateHint,
  },
  {
    name: 'pages in order of time',
    rule: 'A window is read in order of id, never of updatedAt',
    source: [
      {
        file: 'nodes/Twenty/transport/paging.ts',
        find: "orderBy: [{ id: 'AscNullsFirst' }]",
        replace: "orderBy: [{ updatedAt: 'AscNullsFirst' }]",
      },
    ],
    directed: DIRECTED.oneMillisecond,
  },
  {
    name: 'the position is stored before the page',
    rule: 'The resume position is stored in the transaction that merges the page',
    source: [
      {
        file: 'nodes/LeadSync/loops/pull.ts',
        find: 'await session.merge<Merged>(read, readStartedAt, { p_page: page }, { p_page: begun });',
        replace: `await session
    .store('upsert_leads', { p_leads: [], p_source: 'twenty', p_page: page })
    .then(() => session.merge<Merged>(read, readStartedAt));`,
      },
    ],
    directed: DIRECTED.tornPage,
  },
  {
    name: 'the bound moves when a window is resumed',
    rule: "The window's upper bound is fixed once, stored with its first page, and survives a crash and resume",
    sql: [
      { find: "'until', v_cursor.window_until", replace: "'until', null" },
      {
        find: 'window_until = coalesce(c.window_until, excluded.window_until)',
        replace: 'window_until = excluded.window_until',
      },
    ],
    directed: DIRECTED.resumedWindow,
  },
  {
    name: "the bound is a record's time",
    rule: "The window's upper bound is the Date of Twenty's first answer, never a record's own timestamp",
    source: [
      {
        file: 'nodes/Twenty/leads/get-changed.ts',
        find: 'until: window.until ?? boundFrom(page.date)',
        replace:
          'until: window.until ?? (page.records.map((record) => String(record.updatedAt)).sort().at(-1) ?? boundFrom(page.date))',
      },
    ],
  },
  {
    name: 'the bound is later than the read',
    rule: "The window's upper bound is no later than the moment at which the first page's read counts as begun",
    sql: [{ find: " - greatest(statement_timestamp() - p_read_started_at, '0 s')", replace: '' }],
    directed: DIRECTED.lateFirstRead,
  },
  {
    name: 'the cursor goes back',
    rule: 'The cursor never goes back',
    sql: [{ find: 'set cursor = greatest(c.cursor, c.window_until)', replace: 'set cursor = c.window_until' }],
    directed: DIRECTED.clockSetBack,
  },
  {
    name: 'windows do not overlap',
    rule: 'A delta reads back two minutes before its cursor: late commits',
    sql: [
      {
        find: "v_cursor.cursor - coalesce(make_interval(secs => (v_options ->> 'overlap_seconds')::double precision), v_settings.overlap)",
        replace: 'v_cursor.cursor',
      },
    ],
  },
  {
    name: 'runs are not fenced',
    rule: 'A page or finish from a run that lost its lease is refused',
    sql: [
      {
        find: `  where r.id = (p_run ->> 'id')::uuid and r.token = (p_run ->> 'token')::uuid and r.status = 'running'
    and not exists (select from lead_sync.field_mappings as m where m.object = r.object and m.place_since > r.started_at)
  returning * into v_run;
  if not found then
    select`,
        replace: `  where r.id = (p_run ->> 'id')::uuid
  returning * into v_run;
  if not found then
    select`,
      },
    ],
    directed: DIRECTED.lateReader,
  },
  {
    name: 'who was merged once is unchanged',
    rule: 'A snapshot is answered before the merge only when it is of the version that was merged and shows what is agreed',
    sql: [
      {
        find: "        and s.remote_updated_at = (i.snapshot ->> 'twenty_updated_at')::timestamptz\n",
        replace: '',
      },
      {
        find: 'jsonb_strip_nulls(s.base_remote || v.stated) = s.base_remote)',
        replace: 'jsonb_strip_nulls(s.base_remote || v.stated) is not null)',
      },
    ],
    directed: DIRECTED.readAgain,
  },
  {
    name: 'pending is trusted',
    rule: 'Reconciliation recomputes what is due, since a bulk load can skip triggers',
    sql: [{ find: "where l.unqueued <> '{}'\n", replace: 'where false\n' }],
    directed: DIRECTED.bulkLoad,
  },
];

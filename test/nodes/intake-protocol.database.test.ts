import axios from 'axios';
import fc from 'fast-check';
import * as calls from '../../nodes/Knowlarity/loops';
import { KnowlarityClient } from '../../nodes/Knowlarity/transport/client';
import * as forms from '../../nodes/MetaLeadAds/loops';
import { GraphClient, type GraphRequest } from '../../nodes/MetaLeadAds/transport/client';
import type { HttpAnswer } from '../../nodes/http/answer';
import type { IncomingLead, IntakePorts, Stored } from '../../nodes/runs/intake';
import { QUIET } from '../../proofs/quiet-control';
import { KnowlarityApi } from '../../stand-ins/knowlarity';
import { MetaApi } from '../../stand-ins/meta';
import { useStore, type DoorAnswer, type Json } from '../database/store';

const SEED = Number(process.env.FC_SEED ?? 20_261_128);
const RUNS = Number(process.env.FC_RUNS ?? 25);

/** A call of the database that one run meets: never sent, or sent and its answer lost. The run ends there. */
type Fault = { at: number; kind: 'unsent' | 'lost' } | null;
type Run = { do: 'poll forms' | 'poll calls' | 'drain' | 'drain elsewhere'; fault: Fault };
type Step =
  | { do: 'write a form' | 'call'; who: number }
  | { do: 'deliver'; which: number[] }
  | { do: 'hide' | 'show'; which: number }
  | { do: 'the token ends' | 'the token is renewed' | 'pauses end' }
  | { do: 'at once'; runs: Run[] }
  | Run;

const emailOf = (who: number): string => `p${who}@example.com`;
const phoneOf = (who: number): string => `+3361234567${who}`;

const which = fc.nat({ max: 9 });
const run = fc.record({
  do: fc.constantFrom<Run['do']>('poll forms', 'poll calls', 'drain', 'drain', 'drain elsewhere'),
  fault: fc.option(fc.record({ at: fc.nat({ max: 4 }), kind: fc.constantFrom('unsent' as const, 'lost' as const) })),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constantFrom('write a form' as const, 'call' as const), who: fc.nat({ max: 3 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('deliver' as const),
      which: fc.array(which, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('hide' as const, 'show' as const), which }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('the token ends' as const, 'the token is renewed' as const, 'pauses end' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('at once' as const), runs: fc.array(run, { minLength: 2, maxLength: 4 }) }),
  },
  { weight: 7, arbitrary: run },
);

/** What people wrote and whom they called comes from two sources that lose, double and reorder what they tell, by runs that break off anywhere. */
describe('leads that come in', () => {
  const store = useStore();
  let meta: MetaApi;
  let knowlarity: KnowlarityApi;
  let send: {
    meta: (request: GraphRequest) => Promise<HttpAnswer>;
    knowlarity: (query: object) => Promise<HttpAnswer>;
  };
  let form: string;

  beforeEach(async () => {
    [meta, knowlarity] = [new MetaApi(), new KnowlarityApi()];
    const urls = [await meta.listen(), await knowlarity.listen()];
    const plain = {
      proxy: false,
      validateStatus: () => true,
      responseType: 'text',
      transformResponse: String,
    } as const;
    const answerOf = async (request: object): Promise<HttpAnswer> => {
      const { status, data } = await axios.request<string>({ ...plain, ...request });
      return { status, headers: {}, text: data };
    };
    const { apiKey, authorization } = knowlarity.store;
    send = {
      meta: ({ method, path, query, form: fields }) =>
        answerOf({
          ...{ method, params: query, url: `${urls[0]}/v26.0/${path}` },
          ...{ data: fields && new URLSearchParams(fields), headers: { authorization: `Bearer ${meta.store.token}` } },
        }),
      knowlarity: (params) =>
        answerOf({
          ...{ params, url: `${urls[1]}/Basic/v1/account/calllog` },
          headers: { 'x-api-key': apiKey, authorization },
        }),
    };
  });
  afterEach(async () => {
    await Promise.all([meta.close(), knowlarity.close()]);
  });

  function portsOf(fault: Fault): IntakePorts {
    let number = 0;
    const meeting = async <T>(call: () => Promise<T>): Promise<T> => {
      const met = number++ === fault?.at ? fault.kind : null;
      if (met === 'unsent') throw new Error('Not sent');
      const answer = await call();
      if (met === 'lost') throw new Error('The answer was lost');
      return answer;
    };
    return {
      store: { rpc: (name, args) => meeting(() => store.rpc(name, args as Json)) },
      upsert: (leads: IncomingLead[]) =>
        meeting(async () => {
          const p_source = String(leads[0].touch.source);
          const { results } = await store.rpc<DoorAnswer>('upsert_leads', { p_leads: leads, p_source });
          return results as unknown as Stored[];
        }),
      today: Date.now,
      control: QUIET,
    };
  }

  async function go({ do: what, fault }: Run): Promise<void> {
    const ports = portsOf(fault);
    const patience = { now: () => 0, sleep: () => Promise.resolve(), log: () => undefined, maxWaitMs: 0 };
    if (what === 'poll calls') {
      const client = new KnowlarityClient({ ...patience, send: send.knowlarity });
      const order = { filters: {}, firstDays: 1, overlapMinutes: 60, lookBackMinutes: null };
      await calls.poll({ ...ports, client, account: { timeZone: 'Asia/Kolkata', country: 'IN' } }, order);
      return;
    }
    const graph = new GraphClient({ ...patience, send: send.meta, version: 'v26.0' });
    const both = { ...ports, graph, inbox: what };
    if (what === 'poll forms')
      await forms.poll(both, { formIds: [form], pageId: null, firstDays: 1, overlapMinutes: 60 });
    else await forms.drain(both, { batchSize: 2, ownFields: {} });
  }

  async function perform(step: Step): Promise<void> {
    const written = [...meta.store.leads.keys()];
    const pick = (index: number): string | undefined => written[index % written.length];
    switch (step.do) {
      case 'write a form':
        return void meta.store.addLead(form, { email: emailOf(step.who), phone_number: phoneOf(step.who) });
      case 'call':
        return void knowlarity.store.addCall(phoneOf(step.who));
      case 'deliver': {
        const p_hints = step.which.map((index) => ({ external_id: pick(index), hint: { form_id: form } }));
        return void (await store.rpc('add_to_intake', { p_source: 'meta', p_hints }));
      }
      case 'hide':
        return void meta.store.hidden.add(pick(step.which) ?? '');
      case 'show':
        return void meta.store.hidden.delete(pick(step.which) ?? '');
      case 'the token ends':
      case 'the token is renewed':
        meta.store.hasExpired = step.do === 'the token ends';
        return;
      case 'pauses end':
        return void (await store.sql.query(
          "update lead_sync.intake_inbox set due_at = due_at - interval '1 day' where done_at is null",
        ));
      case 'at once':
        return void (await Promise.allSettled(step.runs.map(go)));
      default:
        await go(step).catch(() => undefined);
    }
  }

  async function play(steps: readonly Step[]): Promise<void> {
    await store.reset();
    for (const known of [meta.store.leads, meta.store.hidden, knowlarity.store.calls]) known.clear();
    form = meta.store.addForm(meta.store.addPage('Our page'), 'Newsletter');
    for (const each of steps) await perform(each);
    meta.store.hidden.clear();
    meta.store.hasExpired = false;
    for (const what of ['pauses end', 'poll forms', 'drain', 'poll calls'] as const) {
      await (what === 'pauses end' ? perform({ do: what }) : go({ do: what, fault: null }));
    }
  }

  /** Whose form or call each touch is, and which lead has it. */
  async function expectEachOnce(): Promise<void> {
    const touches = await store.rows<{ external_id: string; lead_id: string }>(
      `select t.external_id, t.lead_id from public.lead_touches as t join public.leads as l on l.id = t.lead_id
       where l.deleted_at is null`,
    );
    const whoOf = new Map<string, string>();
    for (const { id, field_data } of meta.store.leads.values()) whoOf.set(id, field_data[1].values[0]);
    for (const { uuid, customer_number } of knowlarity.store.calls.values()) whoOf.set(uuid, customer_number);
    expect(touches.map(({ external_id }) => external_id).sort()).toEqual([...whoOf.keys()].sort());
    const people = new Set(touches.map(({ external_id, lead_id }) => `${whoOf.get(external_id)} ${lead_id}`));
    expect(people.size).toBe(new Set(whoOf.values()).size);
    expect((await store.rows('select from public.leads')).length).toBe(people.size);
  }

  const everything: Step[] = [
    { do: 'call', who: 0 },
    { do: 'write a form', who: 0 },
    { do: 'write a form', who: 1 },
  ];

  test('are there once each, and one person is one lead, whatever breaks', async () => {
    process.stdout.write(`Intake: ${RUNS} runs of seed ${SEED}\n`);
    const property = fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 30, size: 'max' }), async (steps) => {
      await play(steps);
      await expectEachOnce();
    });
    await fc.assert(property, { seed: SEED, numRuns: RUNS });
  }, 300_000);

  test.each<[string, string, string, string, Step[]]>([
    [
      'a claim ends',
      'claim_intake',
      "due_at = clock_timestamp() + interval '10 minutes'",
      "due_at = 'infinity'",
      [
        { do: 'poll forms', fault: null },
        { do: 'drain', fault: { at: 0, kind: 'lost' } },
      ],
    ],
    [
      'what failed is not done',
      'settle_intake',
      "done_at = case when r.error is null or (r.gone and i.received_at < clock_timestamp() - interval '3 days') then clock_timestamp() end",
      'done_at = clock_timestamp()',
      [
        { do: 'poll forms', fault: null },
        { do: 'hide', which: 0 },
        { do: 'drain', fault: null },
      ],
    ],
    [
      'a number is somebody’s',
      'leads_of_phones',
      'else c.id\nend',
      'end',
      [
        { do: 'poll forms', fault: null },
        { do: 'drain', fault: null },
        { do: 'call', who: 1 },
      ],
    ],
  ])('need the rule that %s', async (_rule, name, find, replace, steps) => {
    await play([...everything, ...steps]);
    await expectEachOnce();
    const [{ body }] = await store.rows<{ body: string }>(
      'select pg_get_functiondef(p.oid) as body from pg_proc as p where p.proname = $1',
      [name],
    );
    expect(body).toContain(find);
    await store.sql.query(body.replace(find, replace));
    try {
      await play([...everything, ...steps]);
      await expect(expectEachOnce()).rejects.toThrow();
    } finally {
      await store.sql.query(body);
    }
  });
});

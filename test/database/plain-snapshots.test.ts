import { Scoring } from './scoring';
import { person, useStore, type Json, type Snapshot } from './store';

/** What a person is like, what happened here since, and what Twenty shows then; each of them on top of what is usual. */
interface Case {
  /** Which way the merge is to go. */
  way: 'plain' | 'full';
  /** What settings and mapping are like. */
  setUp?: string;
  /** What the lead was when the sides agreed; null: the person is new. */
  agreed?: Json | null;
  /** What is done to the lead since. */
  here?: string;
  /** What Twenty shows. */
  there?: Json;
}

const ID = '00000000-0000-4000-8000-000000000001';
const NEWER = { twenty_updated_at: '2026-01-03T00:00:00.000Z' };
const AGREED = {
  first_name: 'Ada',
  email: 'ada@example.com',
  city: 'Paris',
  phone: '+33612345678',
  additional_phones: ['+33612345679'],
  company_name: 'Acme',
  company_domain: 'acme.example',
};
const WITH_UTM = { ...AGREED, attributes: { utm: 'spring' } };
const ONE_WAY = (field: string, direction: string): string =>
  `update lead_sync.field_mappings set direction = '${direction}' where object = 'person' and lead_field = '${field}'`;
const ATTRIBUTE = `insert into lead_sync.field_mappings (object, lead_field, twenty_field) values ('person', 'attributes.utm', 'utm')`;
const edit = (values: string): string => `update public.leads set ${values}`;

const NO_PLAIN_WAY = `create or replace function lead_sync.merge_plain_snapshots(p_items jsonb, p_context jsonb) returns jsonb
  language sql set search_path = '' as $$ select '[]'::jsonb $$`;
const NO_FULL_WAY = `create or replace function lead_sync.merge_snapshots(p_items jsonb, p_context jsonb) returns jsonb
  language plpgsql set search_path = '' as $$ begin raise 'not plain'; end $$`;

/** All that a merge leaves, without times, which no two runs share, but with whether there is one. */
const WRITTEN = `
  select
    (select jsonb_agg(to_jsonb(l) - array['updated_at', 'last_synced_at', 'created_at', 'rescore_at'] || jsonb_build_object(
      'score_breakdown', l.score_breakdown - 'scored_at', 'synced', l.last_synced_at >= now(), 'stamped', l.updated_at >= now(), 'rescore_in', l.rescore_at - l.created_at
    )) from public.leads as l) as lead,
    (select jsonb_agg(to_jsonb(s) - array['merged_at', 'read_at', 'due_at', 'due_since', 'changed_at', 'remade_at'] || jsonb_build_object(
      'merged', s.merged_at >= now(), 'due', s.due_at is not null, 'due_since', s.due_since is not null, 'changed', array(select jsonb_object_keys(s.changed_at))
    )) from lead_sync.lead_states as s) as state,
    (select jsonb_agg(to_jsonb(h) - array['id', 'synced_at', 'fields_changed'] || jsonb_build_object(
      'fields', array(select f from unnest(h.fields_changed) as f order by f)
    ) order by h.id) from public.lead_sync_history as h) as history,
    (select jsonb_agg(to_jsonb(c) - array['id', 'created_at'] order by c.field) from public.lead_sync_conflicts as c) as conflicts,
    (select jsonb_agg(to_jsonb(c) - array['id', 'changed_at']) from lead_sync.lead_changes as c) as changes,
    (select jsonb_agg(to_jsonb(c) order by c.facet, c.key) from (
      select facet, key, sum(leads), sum(scored), sum(score) from lead_sync.lead_counts group by 1, 2 having sum(leads) <> 0
    ) as c) as counts`;

describe('snapshots that are merged the plain way', () => {
  const store = useStore();
  const scoring = new Scoring(store);

  /** What the snapshot does, without doing it. */
  async function tryMerge(snapshot: Snapshot, before?: string): Promise<{ answer: Json; written: Json }> {
    await store.sql.query('begin');
    try {
      if (before) await store.sql.query(before);
      const [{ answer }] = await store.rows<{ answer: { results: Json[]; counts: Json } }>(
        `select public.upsert_leads($1, 'twenty') as answer`,
        [JSON.stringify([snapshot])],
      );
      const [written] = await store.rows(WRITTEN);
      const results = answer.results.map((result) => ({ ...result, fields: [...(result.fields as string[])].sort() }));
      return { answer: { results, counts: answer.counts }, written };
    } finally {
      await store.sql.query('rollback');
    }
  }

  const cases: Array<[string, Case]> = [
    ['a new person', { way: 'plain', agreed: null }],
    [
      'a new person with values that only go to Twenty',
      { way: 'plain', agreed: null, there: { lead_score: 7, segment: 'A' } },
    ],
    [
      'a new person whose values only come from there',
      { way: 'plain', agreed: null, setUp: ONE_WAY('city', 'to_supabase') },
    ],
    ['a new person who has what no field is mapped to', { way: 'full', agreed: null, there: { company_size: '7' } }],
    ['a new person with an untidy name', { way: 'full', agreed: null, there: { first_name: ' Ada' } }],
    ['a new person whose name is a number', { way: 'full', agreed: null, there: { first_name: 7 } }],
    [
      'a new person with other addresses',
      { way: 'full', agreed: null, there: { additional_emails: ['a@example.com'] } },
    ],
    [
      'a new person who is deleted',
      { way: 'full', agreed: null, there: { twenty_deleted_at: '2026-01-03T00:00:00.000Z' } },
    ],
    [
      'a person with the e-mail of a lead that is not in Twenty',
      {
        way: 'full',
        agreed: null,
        here: `insert into public.leads (email) values ('ADA@example.com')`,
      },
    ],
    [
      'a person of a lead whose create was lost',
      { way: 'full', agreed: null, here: `insert into public.leads (id) values ('${ID}')` },
    ],
    [
      'an attribute of a new person that no field is mapped to',
      { way: 'full', agreed: null, there: { attributes: { utm: 'summer' } } },
    ],
    [
      'an attribute of a new person',
      { way: 'plain', agreed: null, setUp: ATTRIBUTE, there: { attributes: { utm: 'summer' } } },
    ],
    ['another value', { way: 'plain', there: { city: 'London', job_title: 'CTO' } }],
    ['a blank', { way: 'plain', there: { city: null } }],
    ['another version of the same', { way: 'plain' }],
    [
      'another company',
      { way: 'plain', there: { twenty_record: { companyId: '11111111-1111-4111-8111-111111111111' } } },
    ],
    [
      'another spelling of an address',
      { way: 'plain', there: { email: 'Ada@Example.com', company_domain: 'https://acme.example' } },
    ],
    [
      'another attribute',
      { way: 'plain', setUp: ATTRIBUTE, agreed: WITH_UTM, there: { attributes: { utm: 'summer' } } },
    ],
    ['a blank attribute', { way: 'plain', setUp: ATTRIBUTE, agreed: WITH_UTM, there: { attributes: { utm: null } } }],
    ['other phones', { way: 'plain', there: { additional_phones: ['+33612345670'] } }],
    [
      'no other addresses',
      { way: 'plain', agreed: { ...AGREED, additional_emails: ['a@example.com'] }, there: { additional_emails: null } },
    ],
    ['no other phones', { way: 'plain', there: { additional_phones: null } }],
    [
      'a value, where another one was edited here',
      { way: 'plain', here: edit(`job_title = 'CEO'`), there: { city: 'London' } },
    ],
    ['a value that was edited here', { way: 'full', here: edit(`city = 'Rome'`), there: { city: 'London' } }],
    ['a value that was edited alike here', { way: 'full', here: edit(`city = 'London'`), there: { city: 'London' } }],
    [
      'a company of which the other half was edited here',
      {
        way: 'full',
        here: edit(`company_domain = 'other.example'`),
        there: { company_name: 'Another' },
      },
    ],
    [
      'an edit here of what only comes from Twenty',
      {
        way: 'full',
        setUp: ONE_WAY('city', 'to_supabase'),
        here: edit(`city = 'Rome'`),
        there: { job_title: 'CTO' },
      },
    ],
    [
      'a value of what only comes from Twenty',
      { way: 'plain', setUp: ONE_WAY('city', 'to_supabase'), there: { city: 'London' } },
    ],
    [
      'a value of what only goes there',
      { way: 'full', setUp: ONE_WAY('city', 'to_twenty'), there: { city: 'London' } },
    ],
    [
      'a value for a lead that was refused',
      {
        way: 'plain',
        here: `${edit(`job_title = 'CEO'`)}; select set_config('lead_sync.engine', 'on', true);
        ${edit(`sync_status = 'error', sync_error_message = 'no', sync_error_count = 3`)}; select set_config('lead_sync.engine', 'off', true)`,
        there: { city: 'London' },
      },
    ],
    [
      'another e-mail for a lead that was refused',
      {
        way: 'plain',
        here: `${edit(`job_title = 'CEO'`)}; select set_config('lead_sync.engine', 'on', true);
        ${edit(`sync_status = 'error', sync_error_message = 'no', sync_error_count = 3`)}; select set_config('lead_sync.engine', 'off', true)`,
        there: { email: 'lovelace@example.com' },
      },
    ],
    [
      'a value for a lead that was deleted here',
      { way: 'full', here: edit('deleted_at = now()'), there: { city: 'London' } },
    ],
    ['a deletion', { way: 'full', there: { twenty_deleted_at: '2026-01-03T00:00:00.000Z' } }],
    ['another incarnation', { way: 'full', there: { twenty_created_at: '2026-01-03T00:00:00.000Z' } }],
  ];

  test.each(cases)(
    'do what the full merge does: %s',
    async (_what, { way, setUp, agreed = AGREED, here, there = {} }) => {
      await scoring.publish();
      await scoring.segment('Paris', { criteria: [{ attribute: 'city', operator: 'equals', value: 'Paris' }] });
      if (setUp) await store.sql.query(setUp);
      if (agreed) await store.pull([person({ twenty_id: ID, ...agreed })]);
      if (here) await store.sql.query(`begin; ${here}; commit`);
      const snapshot = person({ twenty_id: ID, ...AGREED, ...NEWER, ...there });

      const usual = await tryMerge(snapshot);
      const full = await tryMerge(snapshot, NO_PLAIN_WAY);
      const plain = await tryMerge(snapshot, NO_FULL_WAY);

      expect(usual).toEqual(full);
      expect((plain.answer.results as Json[])[0].reason).toEqual(
        way === 'full' ? expect.stringContaining('not plain') : null,
      );
    },
  );

  test('are assessed row by row where a trigger of the owner may change them', async () => {
    await scoring.publish();
    await store.sql.query(`
      create function public.upgrade() returns trigger language plpgsql as $$ begin new.job_title := 'CEO'; return new; end $$;
      create trigger a_upgrade before insert or update on public.leads for each row execute function public.upgrade()`);
    try {
      await store.pull([person({ twenty_id: ID, job_title: 'Intern' })]);

      const { breakdown } = await scoring.numbers(ID);
      expect(breakdown.rules).toMatchObject({ role_top: 25 });
      expect(await store.state(ID)).toMatchObject({ due_at: expect.any(Date) });
    } finally {
      await store.sql.query('drop function public.upgrade() cascade');
    }
  });

  test('leave a bad one apart', async () => {
    const people = [
      person({ email: 'a@example.com' }),
      person({ email: 'b\u0001' }),
      person({ email: 'c@example.com', lead_score: 1 }),
    ];
    await store.sql.query(`alter table public.leads add constraint no_b check (email not like 'b%')`);
    try {
      const { results } = await store.pull(people);

      expect(results.map(({ result }) => result).sort()).toEqual(['created', 'created', 'rejected']);
    } finally {
      await store.sql.query('alter table public.leads drop constraint no_b');
    }
  });
});

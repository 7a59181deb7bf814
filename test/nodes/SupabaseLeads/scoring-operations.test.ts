import type { IDataObject } from 'n8n-workflow';
import { startPostgrest, type PostgrestServer, type RpcCall } from './postgrest-server';
import { runNode } from './run-node';

let server: PostgrestServer;
let answer: (call: RpcCall) => IDataObject;

beforeAll(async () => {
  server = await startPostgrest((call) => ({ json: answer(call as RpcCall) }));
});
beforeEach(() => {
  server.calls.length = 0;
  answer = ({ name }) => ({ called: name });
});
afterAll(() => server.close());

const ADA = '5e0e5a3c-0000-4000-8000-000000000001';
const BEN = '5e0e5a3c-0000-4000-8000-000000000002';

test.each<[string, IDataObject, string, IDataObject]>([
  [
    'One step of scoring',
    { resource: 'lead', operation: 'calculateScores', scope: 'all', untilDone: false, stepSize: 500, position: ADA },
    'calculate_lead_scores',
    { p_scope: 'all', p_limit: 500, p_position: ADA },
  ],
  [
    'Scoring of chosen leads',
    { resource: 'lead', operation: 'calculateScores', scope: 'chosen', leadIds: `${ADA}, ${BEN.toUpperCase()},${ADA}` },
    'calculate_lead_scores',
    { p_lead_ids: [ADA, BEN] },
  ],
  [
    'Classifying chosen leads, given as a list',
    { resource: 'lead', operation: 'classifySegments', scope: 'chosen', leadIds: [ADA] },
    'classify_lead_segments',
    { p_lead_ids: [ADA] },
  ],
  [
    'Get to Classify',
    { resource: 'lead', operation: 'getToClassify', limit: 20, threshold: 0.5, position: '' },
    'get_leads_to_classify',
    { p_limit: 20, p_threshold: 0.5 },
  ],
  [
    'Apply AI Segments',
    { resource: 'lead', operation: 'applyAiSegments', results: [{ lead_id: ADA, segment: null, confidence: 0 }] },
    'apply_ai_segments',
    { p_results: [{ lead_id: ADA, segment: null, confidence: 0 }] },
  ],
  [
    'Confirm',
    { resource: 'followUp', operation: 'confirm', results: [{ task_id: ADA, ok: true }] },
    'confirm_follow_ups',
    { p_results: [{ task_id: ADA, ok: true }] },
  ],
  ['Get Scoring Rules', { resource: 'scoringRules', operation: 'get' }, 'get_scoring_rules', {}],
  [
    'Preview of the draft',
    { resource: 'scoringRules', operation: 'preview', sample: 1000, version: '' },
    'preview_scoring_rules',
    { p_sample: 1000 },
  ],
  [
    'Preview of a version',
    { resource: 'scoringRules', operation: 'preview', sample: 50, version: '3' },
    'preview_scoring_rules',
    { p_sample: 50, p_version: 3 },
  ],
  [
    'Publish',
    { resource: 'scoringRules', operation: 'publish', note: 'More for referrals' },
    'publish_scoring_rules',
    { p_note: 'More for referrals' },
  ],
  [
    'Roll Back to none',
    { resource: 'scoringRules', operation: 'rollBack', version: 0, restoreDraft: true },
    'roll_back_scoring_rules',
    { p_version: 0, p_restore_draft: true },
  ],
  [
    'Get Report',
    { resource: 'scoringRules', operation: 'report', sample: 100 },
    'get_scoring_report',
    { p_sample: 100 },
  ],
])('%s calls its function and returns its answer', async (_name, parameters, name, args) => {
  const items = await runNode({ host: server.url, parameters });

  expect(server.calls.map((call) => [call.name, call.args])).toEqual([[name, args]]);
  expect(items).toMatchObject([{ json: { called: name }, pairedItem: { item: 0 } }]);
});

describe('scoring until done', () => {
  const parameters = { resource: 'lead', operation: 'calculateScores', scope: 'stale', untilDone: true, stepSize: 2 };

  it('goes on from where each step ended, and adds up what they did', async () => {
    const steps: IDataObject[] = [
      { scored: 2, changed: 1, has_next: true, position: ADA, version: 3 },
      { scored: 2, changed: 2, has_next: true, position: BEN, version: 3 },
      { scored: 1, changed: 0, has_next: false, position: null, version: 3 },
    ];
    answer = () => steps[server.calls.length - 1];

    const [{ json }] = await runNode({ host: server.url, parameters });

    expect(server.calls.map(({ args }) => args.p_position ?? null)).toEqual([null, ADA, BEN]);
    expect(json).toEqual({
      scored: 5,
      changed: 3,
      has_next: false,
      position: null,
      version: 3,
      steps: 3,
      summary: '5 leads were scored by version 3 of the rules; the score of 3 changed.',
    });
  });

  it('goes on without a position while steps get something done', async () => {
    answer = () => ({ scored: 2, changed: 0, has_next: server.calls.length < 3, position: null });

    const [{ json }] = await runNode({ host: server.url, parameters });

    expect(json).toMatchObject({ scored: 6, steps: 3, has_next: false });
  });

  it('ends where a step did nothing and would only be repeated', async () => {
    answer = () => ({ scored: 0, changed: 0, has_next: true, position: null });

    const [{ json }] = await runNode({ host: server.url, parameters });

    expect(server.calls).toHaveLength(1);
    expect(json).toMatchObject({ scored: 0, steps: 1, has_next: true });
  });
});

test('follow-ups come as one item each, with whom they are for', async () => {
  answer = () => ({ tasks: [{ task_id: ADA }, { task_id: BEN, assignee_id: BEN }], has_next: false });

  const items = await runNode({
    host: server.url,
    parameters: { resource: 'followUp', operation: 'getMany', limit: 2, assignee: 'sales@example.com' },
  });

  expect(items).toEqual([
    { json: { task_id: ADA, assignee: 'sales@example.com' }, pairedItem: { item: 0 } },
    { json: { task_id: BEN, assignee_id: BEN, assignee: BEN }, pairedItem: { item: 0 } },
  ]);
});

test.each<[string, IDataObject, RegExp]>([
  [
    'a version that is none',
    { resource: 'scoringRules', operation: 'preview', sample: 1, version: 'v2' },
    /"v2" is not a version of the scoring rules.*Scoring Rule/,
  ],
  [
    'a lead ID that is none',
    { resource: 'lead', operation: 'calculateScores', scope: 'chosen', leadIds: 'Ada' },
    /"Ada" is not the ID of a lead/,
  ],
  [
    'no lead ID',
    { resource: 'lead', operation: 'classifySegments', scope: 'chosen', leadIds: ' , ' },
    /There is no lead ID.*1 to 10000/,
  ],
  [
    'results that are no list',
    { resource: 'lead', operation: 'applyAiSegments', results: '{}' },
    /Results is not a list/,
  ],
])('%s: nothing is called, and the item says what to do', async (_case, parameters, says) => {
  const [item] = await runNode({ host: server.url, parameters, continueOnFail: true });

  expect(server.calls).toHaveLength(0);
  expect(item.json.error).toMatch(says);
});

test('choices of a model for leads that it was not asked about are rejected and not sent', async () => {
  const server = await startPostgrest(() => ({
    json: { applied: 1, kept: 0, rejected: 0, results: [{ lead_id: ADA }] },
  }));
  const choice = { segment: 'Enterprise', confidence: 0.9 };
  const stranger = '22222222-2222-4222-8222-222222222222';

  const [{ json }] = await runNode({
    host: server.url,
    parameters: {
      resource: 'lead',
      operation: 'applyAiSegments',
      results: [{ lead_id: ADA, ...choice }, { lead_id: stranger, ...choice }, 'nonsense'],
      askedLeadIds: [ADA.toUpperCase()],
    },
  });
  await server.close();

  expect(server.calls[0].args).toEqual({ p_results: [{ lead_id: ADA, ...choice }] });
  expect(json).toMatchObject({ applied: 1, rejected: 2 });
  expect(json.results).toMatchObject([
    { lead_id: ADA },
    { lead_id: stranger, result: 'rejected', reason: `Nobody asked about lead ${stranger}` },
    { result: 'rejected' },
  ]);
});

import { readFileSync } from 'node:fs';
import { checkWorkflow } from '../../../dev/workflows/check-workflow';
import { readBundle } from '../../../dev/workflows/bundle';
import { NodeTypes } from '../../../dev/workflows/node-types';
import { toStableJson, type ExportedNode, type StableWorkflow } from '../../../dev/workflows/stable';

let nodeTypes: NodeTypes;

beforeAll(async () => {
  nodeTypes = await NodeTypes.load();
});

const good = (): StableWorkflow =>
  JSON.parse(readFileSync('workflows/twenty-to-supabase-lead-sync.json', 'utf8')) as StableWorkflow;

function node(workflow: StableWorkflow, name: string): ExportedNode {
  const found = workflow.nodes.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no node ${name}`);
  return found;
}

/** What the rules say about the bundled workflow after a change. */
function problemsAfter(change: (workflow: StableWorkflow) => void): string[] {
  const workflow = good();
  change(workflow);
  return checkWorkflow(toStableJson(workflow), nodeTypes);
}

function configField(workflow: StableWorkflow): { name: string; value: unknown } {
  const { assignments } = node(workflow, 'Config').parameters.assignments as {
    assignments: Array<{ name: string; value: unknown }>;
  };
  return assignments[0];
}

describe('the bundled workflows', () => {
  it('follow all rules', async () => {
    const bundle = await readBundle();

    expect(bundle.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['supabase-to-twenty-lead-sync', 'twenty-to-supabase-lead-sync']),
    );
    for (const { name, text } of bundle)
      expect({ name, problems: checkWorkflow(text, nodeTypes) }).toEqual({ name, problems: [] });
  });

  it('have ids of their own', async () => {
    const ids = (await readBundle()).map(({ text }) => (JSON.parse(text) as { id: string }).id);

    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('checkWorkflow', () => {
  it.each<[string, (workflow: StableWorkflow) => void, RegExp]>([
    ['a workflow without an id', (w) => (w.id = ''), /needs an id/],
    [
      'a Twenty Trigger in a workflow whose id is so long that n8n does not keep the webhook’s secret',
      (w) => Object.assign(node(w, 'Every 15 minutes'), { type: 'n8n-nodes-lead-sync.twentyTrigger', typeVersion: 2 }),
      /id may have 21 characters/,
    ],
    ['an id that two nodes have', (w) => (w.nodes[1].id = w.nodes[2].id), /Several nodes have the id/],
    ['a name that two nodes have', (w) => (w.nodes[1].name = w.nodes[2].name), /Several nodes are called/],
    [
      'a connection to a node that is not there',
      (w) => (w.connections.Config = { main: [[{ node: 'Gone', type: 'main', index: 0 }]] }),
      /names "Gone", which is no node/,
    ],
    [
      'a node that nothing leads to',
      (w) => delete w.connections['Start sync run'],
      /Nothing leads to "Did it start\?"/,
    ],
    [
      'an expression that reads from a node that is not there',
      (w) => (node(w, 'Finish sync run').parameters.run = "={{ $('Gone').first().json.run }}"),
      /reads from "Gone"/,
    ],
    ['an old execution order', (w) => (w.settings.executionOrder = 'v0'), /executionOrder must be v1/],
    [
      'saved successful executions',
      (w) => delete w.settings.saveDataSuccessExecution,
      /saveDataSuccessExecution must be none/,
    ],
    ['no timezone', (w) => delete w.settings.timezone, /timezone must be set/],
    ['pinned data', (w) => Object.assign(node(w, 'Config'), { pinData: [{}] }), /not as the export writes it/],
    [
      'a type that does not exist',
      (w) => (node(w, 'Config').type = 'n8n-nodes-base.gone'),
      /type n8n-nodes-base.gone, which does not exist/,
    ],
    ['a version that does not exist', (w) => (node(w, 'Config').typeVersion = 99), /version 99 of n8n-nodes-base.set/],
    [
      'an operation that the node does not have',
      (w) => (node(w, 'Upsert leads in Supabase').parameters.operation = 'overwrite'),
      /the operation "overwrite", which n8n-nodes-lead-sync.supabaseLeads does not have/,
    ],
    [
      'a resource that the node does not have',
      (w) => (node(w, 'Start sync run').parameters.resource = 'run'),
      /the resource "run"/,
    ],
    [
      'a parameter that the operation does not read',
      (w) => (node(w, 'Get changed people from Twenty').parameters.writes = '={{ $json.writes }}'),
      /sets "writes", which n8n-nodes-lead-sync.twenty does not read/,
    ],
    [
      'a required parameter left empty',
      (w) => (node(w, 'Send Telegram alert').parameters.chatId = ''),
      /"Send Telegram alert": .*Chat ID/,
    ],
    [
      'the id of a credential',
      (w) => (node(w, 'Start sync run').credentials = { leadSyncSupabaseApi: { id: 'kR7', name: 'Mine' } }),
      /holds the credential id kR7/,
    ],
    [
      'a node without its credential',
      (w) => delete node(w, 'Start sync run').credentials,
      /names no credential of the type leadSyncSupabaseApi/,
    ],
    [
      'a credential that the node does not take',
      (w) => (node(w, 'Config').credentials = { leadSyncSupabaseApi: { name: 'Mine' } }),
      /type leadSyncSupabaseApi, which it does not take/,
    ],
    ['a default name', (w) => (node(w, 'Another run is active').name = 'No Operation, do nothing1'), /default name/],
    ['a name without a capital', (w) => (node(w, 'Another run is active').name = 'another run'), /capital letter/],
    [
      'a token',
      (w) => (node(w, 'Config').parameters.note = 'eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYW5vbiJ9.x'),
      /JSON Web Token/,
    ],
    ['a Supabase key', (w) => (node(w, 'Config').parameters.note = `sb_secret_${'a'.repeat(12)}`), /a Supabase key/],
    [
      'a Telegram bot token',
      (w) => (node(w, 'Config').parameters.note = `1234567890:${'a'.repeat(35)}`),
      /Telegram bot token/,
    ],
    [
      'an address',
      (w) => (node(w, 'Config').parameters.note = 'https://crm.example.com/rest'),
      /the host crm.example.com/,
    ],
    ['an IP address', (w) => (node(w, 'Config').parameters.note = '10.1.2.3'), /IP address/],
    ['an email address', (w) => (node(w, 'Config').parameters.note = 'me@example.com'), /an email address/],
    ['a chat of the author', (w) => (configField(w).value = '-100123'), /"telegramChatId" has a value/],
    [
      'no overview',
      (w) => (node(w, 'Overview').parameters.color = 7),
      /One yellow sticky note must be the overview; there are 0/,
    ],
    [
      'a short overview',
      (w) => (node(w, 'Overview').parameters.content = '## How it works\n## Setup'),
      /overview has 4 words/,
    ],
    [
      'an overview that tells no setup',
      (w) => (node(w, 'Overview').parameters.content = `How it works ${'word '.repeat(120)}`),
      /overview lacks "Setup"/,
    ],
    [
      'a long section note',
      (w) => (node(w, 'Start note').parameters.content = 'word '.repeat(50)),
      /"Start note" has 50 words/,
    ],
    ['a coloured section note', (w) => (node(w, 'Start note').parameters.color = 4), /"Start note" must be white/],
    [
      'nodes on one another',
      (w) => (node(w, 'Config').position = node(w, 'Run manually').position),
      /"Run manually" and "Config" overlap|"Config" and "Run manually" overlap/,
    ],
    [
      'notes on one another',
      (w) => (node(w, 'Page loop note').position = [960, 0]),
      /sticky notes "Start note" and "Page loop note" overlap/,
    ],
    [
      'a note that cuts through a node',
      (w) => (node(w, 'Start note').parameters.width = 880),
      /"Start note" cuts through "Another run is active"/,
    ],
    ['a node off the grid', (w) => (node(w, 'Config').position = [257, 208]), /off the 16 pixel grid/],
  ])('finds %s', (_what, change, message) => {
    expect(problemsAfter(change)).toEqual(expect.arrayContaining([expect.stringMatching(message)]));
  });

  it('says that a file is no JSON', () => {
    expect(checkWorkflow('{', nodeTypes)).toEqual([expect.stringContaining('no JSON')]);
  });
});

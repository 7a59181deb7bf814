import { builtWorkflows } from '../../../tools/workflows/build/bundle';
import { checkWorkflow } from '../../../tools/workflows/check-workflow';
import { NodeTypes } from '../../../tools/workflows/node-types';
import type { Workflow, WorkflowNode } from '../../../tools/workflows/workflow';

let nodeTypes: NodeTypes;

beforeAll(async () => {
  nodeTypes = await NodeTypes.load();
});

function node(workflow: Workflow, name: string): WorkflowNode {
  const found = workflow.nodes.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no node ${name}`);
  return found;
}

/** What the rules say about the bundled workflow after a change. */
function problemsAfter(change: (workflow: Workflow) => void): string[] {
  const workflow = builtWorkflows().get('lead-sync-by-hand')!;
  change(workflow);
  return checkWorkflow(workflow, nodeTypes);
}

describe('the bundled workflows', () => {
  it.each([...builtWorkflows()])('%s follows all rules', (_name, workflow) => {
    expect(checkWorkflow(workflow, nodeTypes)).toEqual([]);
  });

  it('have ids of their own', () => {
    const ids = [...builtWorkflows().values()].map(({ id }) => id);

    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('checkWorkflow', () => {
  it.each<[string, (workflow: Workflow) => void, RegExp]>([
    ['a workflow without an id', (w) => (w.id = ''), /needs an id/],
    [
      'a Twenty Trigger in a workflow whose id is so long that n8n does not keep the webhook’s secret',
      (w) => {
        w.id = 'l'.repeat(22);
        Object.assign(node(w, 'Run manually'), { type: 'n8n-nodes-lead-sync.twentyTrigger', typeVersion: 2 });
      },
      /id may have 21 characters/,
    ],
    ['an id that two nodes have', (w) => (w.nodes[1].id = w.nodes[2].id), /Several nodes have the id/],
    ['a name that two nodes have', (w) => (w.nodes[1].name = w.nodes[2].name), /Several nodes are called/],
    [
      'a connection to a node that is not there',
      (w) => (w.connections['Next page'] = { main: [[{ node: 'Gone', type: 'main', index: 0 }]] }),
      /names "Gone", which is no node/,
    ],
    [
      'a node that nothing leads to',
      (w) => delete w.connections['Start pull run'],
      /Nothing leads to "Did the pull start\?"/,
    ],
    [
      'an expression that reads from a node that is not there',
      (w) => (node(w, 'Finish pull run').parameters.run = "={{ $('Gone').first().json.run }}"),
      /reads from "Gone"/,
    ],
    ['an old execution order', (w) => (w.settings.executionOrder = 'v0'), /executionOrder must be v1/],
    [
      'saved successful executions',
      (w) => delete w.settings.saveDataSuccessExecution,
      /saveDataSuccessExecution must be none/,
    ],
    ['no timezone', (w) => delete w.settings.timezone, /timezone must be set/],
    [
      'a type that does not exist',
      (w) => (node(w, 'Next page').type = 'n8n-nodes-base.gone'),
      /type n8n-nodes-base.gone, which does not exist/,
    ],
    [
      'a version that does not exist',
      (w) => (node(w, 'Next page').typeVersion = 99),
      /version 99 of n8n-nodes-base.set/,
    ],
    [
      'an operation that the node does not have',
      (w) => (node(w, 'Upsert leads in Supabase').parameters.operation = 'overwrite'),
      /the operation "overwrite", which n8n-nodes-lead-sync.supabaseLeads does not have/,
    ],
    [
      'a resource that the node does not have',
      (w) => (node(w, 'Start pull run').parameters.resource = 'run'),
      /the resource "run"/,
    ],
    [
      'a parameter that the operation does not read',
      (w) => (node(w, 'Get changed people from Twenty').parameters.writes = '={{ $json.writes }}'),
      /sets "writes", which n8n-nodes-lead-sync.twenty does not read/,
    ],
    [
      'a required parameter left empty',
      (w) =>
        Object.assign(node(w, 'Next page'), {
          type: 'n8n-nodes-base.telegram',
          typeVersion: 1.2,
          parameters: { resource: 'message', operation: 'sendMessage', chatId: '' },
        }),
      /"Next page": .*Chat ID/,
    ],
    [
      'the id of a credential',
      (w) => (node(w, 'Start pull run').credentials = { leadSyncSupabaseApi: { id: 'kR7', name: 'Mine' } }),
      /holds the credential id kR7/,
    ],
    [
      'a node without its credential',
      (w) => delete node(w, 'Start pull run').credentials,
      /names no credential of the type leadSyncSupabaseApi/,
    ],
    [
      'a credential that the node does not take',
      (w) => (node(w, 'Next page').credentials = { leadSyncSupabaseApi: { name: 'Mine' } }),
      /type leadSyncSupabaseApi, which it does not take/,
    ],
    ['a default name', (w) => (node(w, 'Next page').name = 'Edit Fields1'), /default name/],
    ['a name without a capital', (w) => (node(w, 'Next page').name = 'another run'), /capital letter/],
    [
      'a token',
      (w) => (node(w, 'Next page').parameters.note = 'eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYW5vbiJ9.x'),
      /JSON Web Token/,
    ],
    ['a Supabase key', (w) => (node(w, 'Next page').parameters.note = `sb_secret_${'a'.repeat(12)}`), /a Supabase key/],
    [
      'a Telegram bot token',
      (w) => (node(w, 'Next page').parameters.note = `1234567890:${'a'.repeat(35)}`),
      /Telegram bot token/,
    ],
    [
      'an address',
      (w) => (node(w, 'Next page').parameters.note = 'https://crm.example.com/rest'),
      /the host crm.example.com/,
    ],
    ['an IP address', (w) => (node(w, 'Next page').parameters.note = '10.1.2.3'), /IP address/],
    ['an email address', (w) => (node(w, 'Next page').parameters.note = 'me@example.com'), /an email address/],
    ['a chat of the author', (w) => (node(w, 'Next page').parameters.chatId = '-100123'), /"chatId" has a value/],
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
      (w) => (node(w, 'Pull note').parameters.content = 'word '.repeat(50)),
      /"Pull note" has 50 words/,
    ],
    ['a coloured section note', (w) => (node(w, 'Pull note').parameters.color = 4), /"Pull note" must be white/],
    [
      'nodes on one another',
      (w) => (node(w, 'Next page').position = node(w, 'Run manually').position),
      /"Run manually" and "Next page" overlap|"Next page" and "Run manually" overlap/,
    ],
    [
      'notes on one another',
      (w) => (node(w, 'Push note').position = [960, 0]),
      /sticky notes "Pull note" and "Push note" overlap/,
    ],
    [
      'a note that cuts through a node',
      (w) => (node(w, 'Pull note').parameters.width = 880),
      /"Pull note" cuts through "Upsert leads in Supabase"/,
    ],
    ['a node off the grid', (w) => (node(w, 'Next page').position = [257, 208]), /off the 16 pixel grid/],
  ])('finds %s', (_what, change, message) => {
    expect(problemsAfter(change)).toEqual(expect.arrayContaining([expect.stringMatching(message)]));
  });
});

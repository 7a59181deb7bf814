import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtWorkflows } from '../../../tools/workflows/build/bundle';
import { checkWorkflow } from '../../../tools/workflows/check-workflow';
import { AI_NODES, NodeTypes } from '../../../tools/workflows/node-types';
import type { Workflow } from '../../../tools/workflows/workflow';

const CHAIN = {
  name: 'chainLlm',
  displayName: 'Basic LLM Chain',
  version: [1.9],
  group: ['transform'],
  defaults: { name: 'Basic LLM Chain' },
  properties: [{ displayName: 'Prompt', name: 'text', type: 'string', default: '' }],
};
const MODEL = { ...CHAIN, name: 'lmChatOpenAi', version: [1.3], defaults: { name: 'OpenAI Chat Model' } };

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'n8n-modules-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function installed(): Promise<NodeTypes> {
  const types = join(folder, AI_NODES, 'dist/types');
  await mkdir(types, { recursive: true });
  await writeFile(join(types, 'nodes.json'), JSON.stringify([CHAIN, MODEL]));
  return await NodeTypes.load(folder);
}

const notInstalled = async (): Promise<NodeTypes> => await NodeTypes.load(join(folder, 'nowhere'));

/** A bundled workflow with a chain at its end, and a model that lends itself to the chain. */
function withChain(change: (workflow: Workflow) => void = () => undefined): Workflow {
  const workflow = builtWorkflows().get('lead-sync-setup')!;
  const place = (name: string, type: string, typeVersion: number, y: number): void => {
    const parameters = type === CHAIN.name ? { text: '=Which segment?' } : {};
    workflow.nodes.push({ id: name, name, type: `${AI_NODES}.${type}`, typeVersion, position: [2048, y], parameters });
  };
  place('Ask the model', CHAIN.name, 1.9, 0);
  place('Model of your choice', MODEL.name, 1.3, 256);
  const to = (node: string, type: string) => ({ [type]: [[{ node, type, index: 0 }]] });
  workflow.connections['Say what was done'] = to('Ask the model', 'main');
  workflow.connections['Model of your choice'] = to('Ask the model', 'ai_languageModel');
  change(workflow);
  return workflow;
}

describe('the bundled workflows', () => {
  it('follow all rules where n8n is not installed, too', async () => {
    const nodeTypes = await notInstalled();

    for (const [name, workflow] of builtWorkflows())
      expect({ name, problems: checkWorkflow(workflow, nodeTypes) }).toEqual({ name, problems: [] });
  });
});

describe('a workflow with AI nodes', () => {
  it('is right when its model is connected to a chain', async () => {
    expect(checkWorkflow(withChain(), await installed())).toEqual([]);
    expect(checkWorkflow(withChain(), await notInstalled())).toEqual([]);
  });

  it('is wrong when its model is connected to nothing, or only a model leads to the chain', async () => {
    const nodeTypes = await installed();

    expect(
      checkWorkflow(
        withChain((w) => delete w.connections['Model of your choice']),
        nodeTypes,
      ),
    ).toEqual(['Nothing leads to "Model of your choice".']);
    expect(
      checkWorkflow(
        withChain((w) => delete w.connections['Say what was done']),
        nodeTypes,
      ),
    ).toEqual(['Nothing leads to "Ask the model".']);
  });

  it('is checked as any other where n8n is installed, and cannot be where it is not', async () => {
    const wrong = withChain((w) => (w.nodes[w.nodes.length - 2].typeVersion = 7));

    expect(checkWorkflow(wrong, await installed())).toEqual([
      expect.stringContaining(`asks for version 7 of ${AI_NODES}.chainLlm`),
    ]);
    const types = await notInstalled();
    expect(checkWorkflow(wrong, types)).toEqual([]);
    expect(types.isUnknowable(`${AI_NODES}.chainLlm`)).toBe(true);
    expect(types.isUnknowable('n8n-nodes-base.set')).toBe(false);
  });
});

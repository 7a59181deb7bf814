import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { INodeTypeDescription } from 'n8n-workflow';
import { OWN_NODES } from './own-nodes';
import { toolVariant } from './tool-variant';

const BASE = 'n8n-nodes-base';

/** n8n's AI nodes, which come with n8n alone: they are known where the local stack has installed it. */
export const AI_NODES = '@n8n/n8n-nodes-langchain';
const LOCAL_N8N = resolve('.stack/n8n/node_modules');

/** The node types that workflows can use, one description for each version. */
export class NodeTypes {
  private constructor(
    private readonly descriptions: ReadonlyMap<string, readonly INodeTypeDescription[]>,
    private readonly knowsAiNodes: boolean,
  ) {}

  /**
   * Those of this package, of n8n-nodes-base and, from an n8n that is installed below `n8nModules`, the AI nodes. The
   * descriptions come ready-made with the packages.
   */
  static async load(n8nModules = LOCAL_N8N): Promise<NodeTypes> {
    const aiNodes = join(n8nModules, AI_NODES);
    const knowsAiNodes = existsSync(aiNodes);
    const all = new Map<string, INodeTypeDescription[]>();
    const packages = [
      { name: BASE, folder: dirname(require.resolve(`${BASE}/package.json`)) },
      ...(knowsAiNodes ? [{ name: AI_NODES, folder: aiNodes }] : []),
    ];
    for (const { name, folder } of packages) {
      for (const description of await descriptionsIn(folder)) {
        const type = `${name}.${description.name}`;
        all.set(type, [...(all.get(type) ?? []), description]);
      }
    }
    for (const [type, { description }] of OWN_NODES) {
      all.set(type, [description]);
      if (description.usableAsTool) all.set(`${type}Tool`, [toolVariant(description)]);
    }
    return new NodeTypes(all, knowsAiNodes);
  }

  has(type: string): boolean {
    return this.descriptions.has(type);
  }

  /** Whether nothing can be said about a type: an AI node where n8n is not installed. */
  isUnknowable(type: string): boolean {
    return !this.knowsAiNodes && type.startsWith(`${AI_NODES}.`);
  }

  find(type: string, version: number): INodeTypeDescription | undefined {
    return this.descriptions.get(type)?.find((description) => [description.version].flat().includes(version));
  }
}

async function descriptionsIn(folder: string): Promise<INodeTypeDescription[]> {
  return JSON.parse(await readFile(join(folder, 'dist/types/nodes.json'), 'utf8')) as INodeTypeDescription[];
}

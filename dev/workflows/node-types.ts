import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { INodeTypeDescription } from 'n8n-workflow';
import { OWN_NODES } from './own-nodes';

const BASE = 'n8n-nodes-base';

/** The node types that workflows can use, one description for each version. */
export class NodeTypes {
  private constructor(private readonly descriptions: ReadonlyMap<string, readonly INodeTypeDescription[]>) {}

  /** Those of this package and of n8n-nodes-base, whose descriptions come ready-made with its package. */
  static async load(): Promise<NodeTypes> {
    const file = join(dirname(require.resolve(`${BASE}/package.json`)), 'dist/types/nodes.json');
    const base = JSON.parse(await readFile(file, 'utf8')) as INodeTypeDescription[];
    const all = new Map<string, INodeTypeDescription[]>();
    for (const description of base) {
      const type = `${BASE}.${description.name}`;
      all.set(type, [...(all.get(type) ?? []), description]);
    }
    for (const [type, { description }] of OWN_NODES) all.set(type, [description]);
    return new NodeTypes(all);
  }

  has(type: string): boolean {
    return this.descriptions.has(type);
  }

  find(type: string, version: number): INodeTypeDescription | undefined {
    return this.descriptions.get(type)?.find((description) => [description.version].flat().includes(version));
  }
}

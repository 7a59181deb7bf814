import { createRequire } from 'node:module';
import { basename, resolve } from 'node:path';
import type { ICredentialType, INodeType } from 'n8n-workflow';
import manifest from '../../package.json';

/** Sources are named in full: beside each node lies a `.json` of the same name that a bare name may find first. */
const load = createRequire(__filename);

/** An instance of the class in a file that package.json names, from its source, so that nothing has to be built. */
function instanceOf<T>(distFile: string): T {
  const source = distFile.replace(/^dist\//, '').replace(/\.js$/, '.ts');
  const exported = load(resolve(__dirname, '../..', source)) as Record<string, new () => T>;
  return new exported[basename(source).split('.')[0]]();
}

/** The nodes that package.json names for n8n, by the type that workflows use. */
export const OWN_NODES: ReadonlyMap<string, INodeType> = new Map(
  manifest.n8n.nodes.map((file) => {
    const node = instanceOf<INodeType>(file);
    return [`${manifest.name}.${node.description.name}`, node];
  }),
);

/** The credentials that package.json names for n8n, by their global name. */
export const OWN_CREDENTIALS: ReadonlyMap<string, ICredentialType> = new Map(
  manifest.n8n.credentials.map((file) => {
    const credential = instanceOf<ICredentialType>(file);
    return [credential.name, credential];
  }),
);

import { dirname } from 'node:path';
import { LazyPackageDirectoryLoader } from 'n8n-core';
import { NodeHelpers, type INodeType, type INodeTypes, type IVersionedNodeType } from 'n8n-workflow';
import { OWN_NODES } from '../../tools/workflows/own-nodes';

/** This package's nodes from their sources, and all of n8n-nodes-base. */
export async function inProcessNodeTypes(): Promise<INodeTypes> {
  const base = new LazyPackageDirectoryLoader(dirname(require.resolve('n8n-nodes-base/package.json')));
  await base.loadAll();
  const get = (type: string): INodeType | IVersionedNodeType =>
    OWN_NODES.get(type) ?? base.getNode(type.replace(/^n8n-nodes-base\./, '')).type;
  return {
    getByName: get,
    getByNameAndVersion: (type, version) => NodeHelpers.getVersionedNodeType(get(type), version),
    getKnownTypes: () => ({}),
  };
}

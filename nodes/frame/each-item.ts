import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { Item } from './item';
import type { Execute } from './operation';

/** The output of an input item: one item, or a list of items. */
export type Output = object | object[];

/** The output as n8n's items, each paired with the input item that it is of. */
export function toItems(output: Output, item: number): INodeExecutionData[] {
  return [output].flat().map((json) => ({ json: json as IDataObject, pairedItem: { item } }));
}

/**
 * Works on one input item after another. The first that fails stops the node, or, where the node continues on fail,
 * becomes an error item.
 */
export function eachItem<S>(work: (item: Item, connection: S) => Promise<Output> | Output): Execute<S> {
  return async (run) => {
    const connection = await run.connect();
    const output: INodeExecutionData[] = [];
    for (const item of run.items) {
      try {
        run.throwIfCancelled();
        for (const done of toItems(await work(item, connection), item.index)) output.push(done);
      } catch (error) {
        output.push(run.failed(error, item.index));
      }
    }
    return [output];
  };
}

/** Works on all input items at once; the one item that comes out stands for them all. */
export function allTogether<S>(work: (items: Item[], connection: S) => Promise<object>): Execute<S> {
  return async (run) => {
    if (run.items.length === 0) return [[]];
    const json = (await work(run.items, await run.connect())) as IDataObject;
    return [[{ json, pairedItem: run.items.map(({ index }) => ({ item: index })) }]];
  };
}

/** Works as a choice of the panel says, which is the same for all input items; the first way where it says nothing. */
export function chosenBy<S>(parameter: string, ways: Record<string, Execute<S>>): Execute<S> {
  return async (run) => {
    if (run.items.length === 0) return [[]];
    const [first] = Object.keys(ways);
    const chosen = run.first.text(parameter) ?? first;
    if (Object.hasOwn(ways, chosen)) return await ways[chosen](run);
    throw run.first.error(
      `${run.first.label(parameter)} is "${chosen}"`,
      `Choose one of ${Object.keys(ways).join(', ')}.`,
    );
  };
}

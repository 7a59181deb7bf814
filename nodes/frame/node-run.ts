import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { InputError } from '../errors/input-error';
import type { Explain } from '../errors/explain';
import { Item } from './item';

/** What a run has to know of its operation. */
export interface RunOperation {
  /** Of its panel: the frame shows them for this operation alone. */
  fields: INodeProperties[];
  /** What becomes of what is left when an item fails: its error item tells it as `next_step`. */
  afterFailure?: string;
}

/** One run of a node: its input items, and what it connects to. */
export class NodeRun<S> {
  private made?: Item[];
  private connection?: Promise<S>;

  constructor(
    readonly context: IExecuteFunctions,
    private readonly operation: RunOperation,
    private readonly connectOnce: (context: IExecuteFunctions) => Promise<S>,
    private readonly explain: Explain,
  ) {}

  get items(): Item[] {
    const { context, operation } = this;
    return (this.made ??= [...context.getInputData().keys()].map(
      (index) => new Item(context, index, operation.fields),
    ));
  }

  /** The first item, for what is the same for all. */
  get first(): Item {
    return this.items[0];
  }

  /** Connects when it is first asked to. */
  async connect(): Promise<S> {
    return await (this.connection ??= this.connectOnce(this.context));
  }

  /** @throws InputError when the execution is cancelled: nothing more is to be begun */
  throwIfCancelled(): void {
    if (this.context.getExecutionCancelSignal()?.aborted !== true) return;
    throw new InputError('The execution was cancelled', 'Run again to go on from where it stopped.');
  }

  /** The item for an input item that failed; where the node does not continue on fail, the error is thrown. */
  failed(error: unknown, itemIndex: number, description?: string): INodeExecutionData {
    const { error: shaped, details } = this.explain(this.context.getNode(), error, itemIndex);
    if (this.context.continueOnFail()) {
      return { json: { error: shaped.message, ...this.told(details) }, pairedItem: { item: itemIndex } };
    }
    if (description !== undefined) shaped.description ??= description;
    throw shaped;
  }

  /**
   * What an error item tells besides the error. n8n adds the input item's own fields to one for the error output; before
   * 2.36 it takes an item for such a one only when its JSON has no keys but `error` and `message`.
   */
  private told(details?: IDataObject): IDataObject {
    const { afterFailure } = this.operation;
    if (this.context.getNode().onError === 'continueErrorOutput') return afterFailure ? { message: afterFailure } : {};
    const all = { ...details, ...(afterFailure && { next_step: afterFailure }) };
    return Object.keys(all).length > 0 ? { details: all } : {};
  }
}

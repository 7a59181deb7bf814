import type { IDataObject, IExecuteFunctions, INodeProperties, NodeOperationError } from 'n8n-workflow';
import { operationError } from '../errors/operation-error';
import { referencedField } from './referenced-field';

/** One input item, and the parameters of the node as they are for it. */
export class Item {
  /** @param fields those of the operation: errors name a parameter as the panel does */
  constructor(
    readonly context: IExecuteFunctions,
    readonly index: number,
    private readonly fields: readonly INodeProperties[],
  ) {}

  /** What came in. */
  get input(): IDataObject {
    return this.context.getInputData()[this.index].json;
  }

  /** Whether the execution is cancelled: begin nothing more. */
  get isCancelled(): boolean {
    return this.context.getExecutionCancelSignal()?.aborted === true;
  }

  /** An error about this item: what happened, and what to do next. */
  error(happened: string, next: string): NodeOperationError {
    return operationError(this.context.getNode(), happened, next, this.index);
  }

  /** A parameter as n8n gives it. */
  value(name: string, fallback: unknown = null): unknown {
    return this.context.getNodeParameter(name, this.index, fallback) as unknown;
  }

  /** The value of a parameter whose expression is just a field of its item, without a copy; undefined for any other. */
  reference(name: string): unknown {
    return referencedField(this.context, name, this.index);
  }

  /** A text without white space around it; null when it is empty. Of a resource locator, its value. */
  text(name: string): string | null {
    const given = this.value(name);
    const value = isLocator(given) ? given.value : given;
    if (value === null || value === undefined) return null;
    const plain = isTime(value) ? value.toJSON() : value;
    return (typeof plain === 'object' ? JSON.stringify(plain) : String(plain)).trim() || null;
  }

  /** A yes or no; an expression may give it as the text "true". `fallback` where it gives nothing. */
  boolean(name: string, fallback = false): boolean {
    const value = this.value(name, fallback) ?? fallback;
    const text = typeof value === 'string' ? value.trim().toLowerCase() : value;
    return text === '' ? fallback : text === true || text === 'true';
  }

  /** A whole number of at least 1; `fallback` for what is none. */
  count(name: string, fallback: number): number {
    const value = Number(this.value(name, fallback));
    return Number.isFinite(value) && value >= 1 ? Math.floor(value) : fallback;
  }

  /**
   * JSON, typed in or, by an expression, the value itself; null when empty.
   * @throws NodeOperationError when the text is no JSON
   */
  json(name: string): unknown {
    const value = this.reference(name) ?? this.value(name);
    if (typeof value !== 'string') return value ?? null;
    if (value.trim() === '' || value.trim() === 'undefined') return null;
    try {
      return JSON.parse(value) as unknown;
    } catch (error) {
      throw this.error(
        `${this.label(name)} is not valid JSON (${(error as Error).message})`,
        'Drag the value in as an expression, or correct the JSON.',
      );
    }
  }

  /**
   * JSON that must be a list.
   * @param empty what an empty parameter means; it is refused when left out
   * @throws NodeOperationError when it holds anything else
   */
  list<T = unknown>(name: string, empty?: T[]): T[] {
    const value = this.json(name) ?? empty;
    if (Array.isArray(value)) return value as T[];
    throw this.error(
      `${this.label(name)} is not a list`,
      `Pass a JSON array, e.g. {{ $json.${name} }}, or [] for an empty one.`,
    );
  }

  /** What the panel calls a parameter. */
  label(name: string): string {
    return this.fields.find((field) => field.name === name)?.displayName ?? name;
  }
}

/** What expressions give for times: Luxon's, or JavaScript's own. */
export function isTime(value: unknown): value is { toJSON(): unknown } {
  return typeof value === 'object' && value !== null && 'toJSON' in value;
}

/** What n8n stores for a resource locator. */
function isLocator(value: unknown): value is { mode: string; value: unknown } {
  return typeof value === 'object' && value !== null && 'mode' in value && 'value' in value;
}

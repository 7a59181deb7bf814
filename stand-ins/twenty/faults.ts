import type { Call, DoubleResponse } from './http';

/** Which requests a fault meets: all, unless told. */
export interface FaultMatch {
  /** A root operation of the request: `people`, `createPeople`, …; REST calls under the same names. */
  operation?: string;
  method?: string;
  /** Beginning of the path. */
  path?: string;
  /** Text that the request's body contains. */
  body?: string;
}

/** Something that goes wrong on purpose. */
export type Fault = {
  match?: FaultMatch;
  /** How many matching requests it meets; once, unless told. */
  times?: number;
  /** How many matching requests pass before it begins. */
  after?: number;
} & FaultKind;

export type FaultKind =
  /** Answers with a status and does nothing. */
  | { kind: 'status'; status: number; body?: string }
  /** Does what was asked and closes the connection without an answer. */
  | { kind: 'drop-response-after-effect' }
  /** Closes the connection and does nothing. */
  | { kind: 'drop-before-effect' }
  /** Does what was asked and closes the connection in the middle of the answer. */
  | { kind: 'cut-body' }
  /** Answers later by `ms` milliseconds. */
  | { kind: 'delay'; ms: number }
  /** Behaves as if no token were left. */
  | { kind: 'rate-limit' }
  /** Gives the answer of the last request with the same operation again. */
  | { kind: 'repeat-page' };

function meets(match: FaultMatch | undefined, call: Call, operations: string[]): boolean {
  if (match === undefined) return true;
  const { operation, method, path, body } = match;
  if (operation !== undefined && !operations.includes(operation)) return false;
  if (method !== undefined && method !== call.method) return false;
  if (path !== undefined && !call.path.startsWith(path)) return false;
  return body === undefined || JSON.stringify(call.body ?? null).includes(body);
}

/** The faults that are still to come, in order; push to `list`. */
export class Faults {
  readonly list: Fault[] = [];
  private readonly lastAnswers = new Map<string, DoubleResponse>();

  /** The fault that meets a request, used up by one. */
  take(call: Call, operations: string[]): Fault | undefined {
    for (const fault of this.list) {
      if (!meets(fault.match, call, operations)) continue;
      if ((fault.after ?? 0) > 0) {
        fault.after = (fault.after ?? 0) - 1;
        continue;
      }
      fault.times = (fault.times ?? 1) - 1;
      if (fault.times <= 0) this.list.splice(this.list.indexOf(fault), 1);
      return fault;
    }
    return undefined;
  }

  remember(operations: string[], response: DoubleResponse): void {
    for (const operation of operations) this.lastAnswers.set(operation, response);
  }

  lastAnswer(operations: string[]): DoubleResponse | undefined {
    return operations.map((operation) => this.lastAnswers.get(operation)).find((answer) => answer !== undefined);
  }
}

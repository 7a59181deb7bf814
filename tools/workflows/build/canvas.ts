import { createHash } from 'node:crypto';
import { STICKY_NOTE, type Workflow, type WorkflowNode } from '../workflow';

/** Left, top, width and height on the canvas, in pixels. */
export type Place = readonly [x: number, y: number, width: number, height: number];

/** What of a node that does something is not its type; settings such as `onError` and `disabled` stand beside its parameters. */
export interface Placed {
  name: string;
  at: readonly [x: number, y: number];
  parameters?: Record<string, unknown>;
  /** Name of the credential by its type. */
  credentials?: Record<string, string>;
  [setting: string]: unknown;
}

export interface Step extends Placed {
  type: string;
  /** The oldest that does the same: a newer one shuts out every n8n that does not have it yet. */
  typeVersion: number;
}

interface Ports {
  output?: number;
  input?: number;
  /** What is lent instead of items, e.g. `ai_languageModel`. */
  kind?: string;
}

const WHITE = 7;

/** The same id for the same name, so that a change of a workflow shows nothing else. */
export function stableId(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `5${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

/** A workflow while it is put together. */
export class Canvas {
  private readonly nodes: WorkflowNode[] = [];
  private readonly connections: Record<
    string,
    Record<string, Array<Array<{ node: string; type: string; index: number }>>>
  > = {};

  constructor(
    readonly id: string,
    readonly name: string,
  ) {}

  /** The yellow note that says how the workflow works and how to set it up, left of everything else. */
  overview(height: number, content: string): void {
    this.note('Overview', [-512, 0, 464, height], { content });
  }

  /** A white note around the nodes of a section. */
  section(name: string, place: Place, content: string): void {
    this.note(name, place, { color: WHITE, content });
  }

  add({ at: [x, y], parameters = {}, credentials, ...step }: Step): void {
    const named = Object.entries(credentials ?? {}).map(([type, name]) => [type, { name }]);
    this.nodes.push({
      ...step,
      id: stableId(`${this.id}/${step.name}`),
      position: [x, y],
      parameters,
      ...(named.length > 0 ? { credentials: Object.fromEntries(named) as WorkflowNode['credentials'] } : {}),
    });
  }

  /** Triggers that all start the same node. */
  addTriggers(to: string, ...triggers: Step[]): void {
    for (const trigger of triggers) {
      this.add(trigger);
      this.connect(trigger.name, to);
    }
  }

  connect(from: string, to: string, { output = 0, input = 0, kind = 'main' }: Ports = {}): void {
    const outputs = ((this.connections[from] ??= {})[kind] ??= []);
    while (outputs.length <= output) outputs.push([]);
    outputs[output].push({ node: to, type: kind, index: input });
  }

  /** With the settings that all bundled workflows have. */
  toWorkflow(): Workflow {
    const { id, name, nodes, connections } = this;
    return {
      id,
      name,
      nodes,
      connections,
      settings: { executionOrder: 'v1', saveDataSuccessExecution: 'none', timezone: 'UTC' },
    };
  }

  private note(name: string, [x, y, width, height]: Place, parameters: Record<string, unknown>): void {
    this.add({ name, type: STICKY_NOTE, typeVersion: 1, at: [x, y], parameters: { ...parameters, width, height } });
  }
}

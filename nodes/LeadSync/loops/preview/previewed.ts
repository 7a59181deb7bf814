import { tried } from '../../../runs/tried';
import type { MergeCounts } from './answers';
import type { PreviewPorts } from './ports';
import { addCounts, Examples, type Counts } from './report';

/** What the steps of a preview share. */
export class Previewed {
  readonly supabase: Counts = {};
  readonly twenty: Counts = {};
  readonly conflicts: Counts = {};
  readonly calls = { reads: 0, writes: 0 };
  readonly examples: Examples;
  readonly missing = new Set<string>();
  people = 0;

  constructor(
    readonly ports: PreviewPorts,
    private readonly options: object,
    examples: number,
  ) {
    this.examples = new Examples(examples);
  }

  /** Has the database carry out a step, and take it back. */
  async step<T>(name: string, input: object = {}): Promise<T> {
    const args = { p_step: name, p_input: input, p_options: this.options };
    return await tried(this.ports.control, () => this.ports.store.rpc<T>('preview_sync', args));
  }

  /** Adds what was counted of a merge. */
  merged({ conflicts, ...counts }: MergeCounts): void {
    addCounts(this.supabase, counts);
    addCounts(this.conflicts, conflicts);
  }
}

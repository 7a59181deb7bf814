import type { Control } from './control';

/** How long one execution may go on, over all the runs that it makes. */
export class Watch {
  private readonly startedAt: number;

  constructor(private readonly control: Control) {
    this.startedAt = control.now();
  }

  /** Whether no further page or claim is to be begun. */
  get isOver(): boolean {
    const { control, startedAt } = this;
    const { maxDuration } = control;
    return control.isCancelled() || (maxDuration !== null && control.now() - startedAt >= maxDuration);
  }
}

interface Step {
  name: string;
  stop: () => Promise<void>;
}

/** What has been started, to be stopped in the opposite order, once, whatever fails on the way. */
export class Shutdown {
  private readonly steps: Step[] = [];
  private running: Promise<void> | undefined;

  add(name: string, stop: () => Promise<void>): void {
    this.steps.push({ name, stop });
  }

  /** Stops everything; a second call waits for the first. Rejects after the last step with the steps that failed. */
  run(): Promise<void> {
    this.running ??= this.stopAll();
    return this.running;
  }

  private async stopAll(): Promise<void> {
    const failures: string[] = [];
    for (const { name, stop } of this.steps.reverse()) {
      try {
        await stop();
      } catch (error) {
        failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    if (failures.length > 0) throw new Error(`Some parts did not stop: ${failures.join('; ')}`);
  }
}

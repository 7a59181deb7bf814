/** The touches that came, and what must have become of them. */
export class Touches {
  /** By external id, the lead that a touch is of; null: that one was removed for good. */
  readonly kept = new Map<string, string | null>();
  private readonly forgotten = new Set<string>();

  /** What the door must answer for a touch that came before; undefined for a new one. */
  expected(id: string): 'rejected' | 'unchanged' | undefined {
    if (this.forgotten.has(id)) return 'rejected';
    return this.kept.has(id) ? 'unchanged' : undefined;
  }

  /** The touches of a lead are another one's now, or nobody's. */
  move(from: string, to: string | null): void {
    for (const [id, lead] of this.kept) if (lead === from) this.kept.set(id, to);
  }

  /** Whose lead this is asked to be forgotten. */
  forget(lead: string): void {
    for (const [id, of] of [...this.kept]) {
      if (of !== lead) continue;
      this.kept.delete(id);
      this.forgotten.add(id);
    }
  }
}

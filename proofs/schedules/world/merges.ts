import type { EditableField } from '../systems/fields';

/** Two leads that somebody wants to be one. */
export interface MergeOrder {
  keep: string;
  drop: string;
  /** The fields of the dropped one that are chosen. */
  take: readonly EditableField[];
}

/** The merges that were asked for, and whom the sync had Twenty merge. */
export class Merges {
  private readonly orders: MergeOrder[] = [];
  private readonly mergedAway = new Set<string>();

  ask(order: MergeOrder): void {
    this.orders.push(order);
  }

  /** What was asked for of these two: who asks again while a merge is not done goes on with it, as it was asked for first. */
  orderOf(drop: string, keep: string): MergeOrder | undefined {
    const orders = this.orders.filter((order) => order.drop === drop && order.keep === keep);
    return orders.length === 0 ? undefined : { keep, drop, take: orders.flatMap(({ take }) => take) };
  }

  /** Whether somebody wanted this lead to become a part of another. */
  wasDropped(leadId: string): boolean {
    return this.orders.some(({ drop }) => drop === leadId);
  }

  noteMergedAway(personId: string): void {
    this.mergedAway.add(personId);
  }

  isMergedAway(personId: string): boolean {
    return this.mergedAway.has(personId);
  }
}

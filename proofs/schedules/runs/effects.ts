import { deletionFlows } from '../systems/conditions';
import { FIELDS, type Field, type Values } from '../systems/fields';
import type { World } from '../world/world';

/** What a push may do to Twenty after one of its plans, and how far both had come then. */
export interface Planned {
  /** Ledger time of the read that the writes were planned from. */
  readAt: number;
  /** Ledger time when they were planned. */
  plannedAt: number;
  /** Ledger time when Twenty took the last of them. */
  writtenAt: number;
  /** Schedule's time when the claim on what is written ends. */
  leaseEnd: number;
  /** People that the writes may change, and those they may create. */
  updates: ReadonlySet<string>;
  creates: ReadonlySet<string>;
  /** The people whom Twenty is to merge. */
  merging: { keep: string; drop: string } | null;
  /** Looks at what else a write may change; what it gives looks again afterwards. */
  watch?: () => () => void;
}

/** Of a write that no plan holds: it may touch nobody, but those whom Twenty is to merge. */
export function nothingPlanned(merging: Planned['merging'] = null): Planned {
  return { readAt: 0, plannedAt: 0, writtenAt: 0, leaseEnd: Infinity, updates: new Set(), creates: new Set(), merging };
}

export interface Effect {
  operation: string;
  /** All people's values before and after the request. */
  before: Map<string, Values>;
  after: Map<string, Values>;
  /** Twenty carried out a request that the client had given up. */
  isLate: boolean;
}

/**
 * What a write of the sync did in Twenty: no record but those it was meant for, no second create, and which of the
 * protocol's honest limits it met. Those are the changes made between its read and the write, and late requests.
 */
export function judgeWrite(world: World, planned: Planned, effect: Effect): void {
  const { before, after, operation } = effect;
  if (!/people/i.test(operation)) return;
  if (operation === 'mergePeople') return judgeMerge(world, planned, effect);
  for (const [id, values] of after) {
    const old = before.get(id);
    if (!old) judgeNew(world, planned, id, effect);
    else if (FIELDS.some((field) => old[field] !== values[field])) judgeChange(world, planned, id, old, values, effect);
  }
}

/** The two who were meant are one, as if somebody in Twenty had merged them; nobody else was touched. */
function judgeMerge(world: World, { merging }: Planned, { before, after }: Effect): void {
  for (const [id, values] of before) {
    const now = after.get(id);
    if (now !== undefined && FIELDS.every((field) => now[field] === values[field])) continue;
    if (id === merging?.keep && now !== undefined) world.noteRemoteChange(id, values);
    else if (id === merging?.drop && now === undefined) world.noteMergedAway(id, merging.keep);
    else world.fail('Bijection', `a merge wrote to person ${id}, who was not meant`);
  }
}

function judgeNew(world: World, planned: Planned, id: string, { isLate, after }: Effect): void {
  const destroyedAt = world.destroyedAt.get(id);
  if (planned.updates.has(id)) {
    // an update brought back somebody who was destroyed just then
    // whom the sync itself has merged away, no push of it may bring back
    if (
      world.merges.isMergedAway(id) ||
      (!isLate && !(destroyedAt !== undefined && destroyedAt > planned.readAt && inLease(world, planned)))
    ) {
      world.fail('Tombstones', `person ${id} was destroyed and came back by a write`);
    }
    world.exemptions.honestLimits += 1;
    world.ledger.forget('remote', id);
    world.ledger.noteReborn(id);
    world.ledger.exemptField(id, 'deleted');
  } else if (!planned.creates.has(id)) {
    world.fail('Bijection', `person ${id} was created for no lead`);
  } else if (world.created.has(id) && destroyedAt === undefined) {
    world.fail('Bijection', `person ${id} was created twice`);
  }
  if (planned.creates.has(id)) {
    world.created.add(id);
    world.ledger.noteCreated(id, after.get(id));
  }
  world.destroyedAt.delete(id);
}

function judgeChange(
  world: World,
  planned: Planned,
  id: string,
  before: Values,
  after: Values,
  { isLate, operation }: Effect,
): void {
  const isMeant = planned.updates.has(id) || planned.creates.has(id);
  if (!isMeant) {
    const isStrangerByLimit = [...planned.updates].some(
      (other) => (world.destroyedAt.get(other) ?? 0) > planned.readAt,
    );
    if (!isStrangerByLimit && !isLate) {
      world.fail('Bijection', `${operation} wrote to person ${id}, who was not meant`);
      return;
    }
    world.exemptions.honestLimits += 1;
  }
  for (const field of FIELDS) {
    if (before[field] === after[field]) continue;
    const isUnwanted = field === 'deleted' && !deletionFlows(world.conditions, 'to_twenty');
    if (isUnwanted && !isLate && !wasOverwrittenUnseen(world, planned, id, field, before[field])) {
      world.fail('Tombstones', `a deletion or restore went to person ${id}, where it must not`);
    }
    const isUnseen = wasOverwrittenUnseen(world, planned, id, field, before[field]) || isOfRemovedLead(world, id);
    if (isLate || !isMeant || isUnseen) {
      if (isMeant) world.exemptions.honestLimits += 1;
      world.ledger.exemptField(id, field);
    }
  }
}

/** Somebody's write that the read before the push could not see, and that no snapshot had brought before the plan. */
function wasOverwrittenUnseen(world: World, planned: Planned, id: string, field: Field, value: string | null): boolean {
  // strict pushes leave alone what was changed since it was read
  if (world.conditions.strict) return false;
  const write = world.ledger.lastWrite('remote', id, field);
  if (!write || write.value !== value || write.at <= planned.readAt) return false;
  // what went back to the value agreed on is there already on the other side: no snapshot need have brought it
  const isBrought = write.revertOf === undefined ? write.shownAt !== null : write.agreedAt !== null;
  return (!isBrought || Number(write.shownAt) > planned.plannedAt) && inLease(world, planned);
}

function inLease(world: World, planned: Planned): boolean {
  return world.clock.now() <= planned.leaseEnd;
}

/** What a push had planned for a lead still lands when somebody removes the lead's row for good just then. */
function isOfRemovedLead(world: World, personId: string): boolean {
  return (
    world.destroyedLeads.has(world.ledger.leadOf(personId)) &&
    !world.leads.some(({ twenty_id: linkedId }) => linkedId === personId)
  );
}

import { deletionFlows } from '../systems/conditions';
import { normalText, trimmed } from '../../../nodes/lead/normal-form';
import { bareHost, comparable, FIELDS, isListed, isShownIn, spelling, type Field } from '../systems/fields';
import { Violation } from '../violation';
import type { Pair, Side, UserWrite } from '../world/ledger';
import type { LeadRow, World } from '../world/world';
import { comparedFields, isUnusable, ONE_WAY, show } from './converged';

/** Each side's last write of each field is there, or was overruled: seen by whoever wrote later, or named in a conflict. */
export async function assertNothingLost(world: World): Promise<void> {
  const conflicts = await world.database.read<Conflict>(
    'select id, lead_id, field, winner, supabase_value, twenty_value from public.lead_sync_conflicts',
  );
  for (const pair of world.pairs()) {
    const lead = world.leads.find(({ id }) => id === pair.leadId);
    const compared = comparedFields(world, pair.local, pair.remote);
    for (const field of FIELDS) {
      if (lead?.sync_status === 'error' || world.ledger.isExempt(pair.personId, field)) continue;
      const staysHere = field !== 'company' && isListed(lead?.left_out, field);
      if (field === 'deleted' ? world.conditions.deletion === 'none' : !compared.includes(field)) continue;
      const local = world.ledger.lastWrite('local', pair.leadId, field);
      const remote = ONE_WAY.has(field) ? undefined : world.ledger.lastWrite('remote', pair.personId, field);
      const isNamed = (side: Side, write: UserWrite, winner?: string | null): boolean =>
        conflicts.some(
          (conflict) =>
            conflict.lead_id === pair.leadId &&
            Number(conflict.id) > write.lastConflict &&
            names(conflict, field, side, write.value) &&
            (winner === undefined ||
              (isValue(field, winner, valueOf(conflict, otherSide(side))) &&
                world.ledger.wasWritten(otherSide(side), field, winner))),
        );
      const flows = (to: 'to_supabase' | 'to_twenty'): boolean =>
        field !== 'deleted' || deletionFlows(world.conditions, to);
      if (flows('to_twenty') && !staysHere) {
        const there = field === 'deleted' ? pair.remote.deleted : pair.local[field];
        assertWriteKept('local', local, remote, there, field, pair.leadId, isNamed);
      }
      if (flows('to_supabase')) {
        const here = pair.local[field];
        assertWriteKept('remote', remote, local, here, field, pair.leadId, isNamed);
      }
      if (!world.ledger.isSpelledAnew(pair.personId, field)) assertSpelling(lead, field, local, remote);
      assertLeftOutStays(field, pair, local, remote);
    }
  }
}

interface Conflict extends Record<string, unknown> {
  id: string;
  lead_id: string;
  field: string;
  winner: 'twenty' | 'supabase';
  supabase_value: unknown;
  twenty_value: unknown;
}

function assertWriteKept(
  side: Side,
  write: UserWrite | undefined,
  other: UserWrite | undefined,
  final: string | null,
  field: Field,
  leadId: string,
  isNamed: (side: Side, write: UserWrite, winner?: string | null) => boolean,
): void {
  if (!write || isShownIn(final, write.value)) return;
  // whoever wrote what won may be gone since, and come back with it
  if (isNamed(side, write, final)) return;
  if (write.revertOf !== undefined && other && other.at > write.revertOf) return;
  const wasSeen = write.shownAt !== null && other !== undefined && other.at > write.shownAt;
  const otherStands = other && (isShownIn(final, other.value) || isNamed(otherSide(side), other, final));
  if (otherStands && (wasSeen || isNamed(side, write))) return;
  throw new Violation(
    field === 'deleted' ? 'Tombstones' : 'No lost write',
    `${field} of lead ${leadId}: ${show(write.value)} was written ${side === 'local' ? 'here' : 'in Twenty'}, it is ${show(final)} now` +
      (other ? `, the other side's last write was ${show(other.value)}` : ''),
  );
}

/** A value that cannot be sent stays here as long as nobody writes another one in Twenty. */
function assertLeftOutStays(
  field: Field,
  pair: Pair,
  local: UserWrite | undefined,
  remote: UserWrite | undefined,
): void {
  if (!local || remote || !isUnusable(field, { [field]: local.value }) || isShownIn(pair.local[field], local.value))
    return;
  throw new Violation(
    'No lost write',
    `${field} of lead ${pair.leadId}: ${show(local.value)} cannot be sent and should stay here, it is ${show(pair.local[field])} now`,
  );
}

/** What only one side wrote stays there in the spelling in which it was written. */
function assertSpelling(
  lead: LeadRow | undefined,
  field: Field,
  local: UserWrite | undefined,
  remote: UserWrite | undefined,
): void {
  if (!lead || !local || remote || local.raw === undefined || field === 'company' || field === 'lead_score') return;
  const now = spelling(lead[field]);
  if (comparable(field, now) !== local.value) return; // another value is judged as a write that was lost
  // the door takes invisible characters off the ends, too
  if (trimmed(now ?? '') === trimmed(local.raw ?? '')) return;
  throw new Violation(
    'No lost write',
    `${field} of lead ${lead.id} was written ${show(local.raw)} and was respelt ${show(now)}`,
  );
}

const otherSide = (side: Side): Side => (side === 'local' ? 'remote' : 'local');

function valueOf({ supabase_value, twenty_value }: Conflict, side: Side): unknown {
  return side === 'local' ? supabase_value : twenty_value;
}

function names(conflict: Conflict, field: Field, side: Side, value: string | null): boolean {
  const { field: named, winner } = conflict;
  if (field === 'company' ? !named.startsWith('company_') : named !== field) return false;
  if (winner !== (side === 'local' ? 'twenty' : 'supabase')) return false;
  return isValue(field, value, valueOf(conflict, side));
}

/** Whether a conflict has this value; of a company it has the name or the domain. */
function isValue(field: Field, value: string | null, told: unknown): boolean {
  if (field === 'company') return (value?.split('|') ?? [null]).some((part) => sameText(part, told));
  return comparable(field, told) === value;
}

function sameText(part: string | null, value: unknown): boolean {
  const text = typeof value === 'string' ? normalText(value).toLowerCase() : '';
  return [text, bareHost(value)].includes((part ?? '').toLowerCase());
}

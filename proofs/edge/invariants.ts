import { Violation } from './violation';
import { emailsHere, emailsThere, TIMES, type Email, type Sides } from './emails';

/** Both sides, and what Supabase had when D1 was restored, which it must not lose. */
export interface Compared extends Sides {
  kept: ReadonlyMap<string, Email>;
  keptEvents: ReadonlySet<string>;
}

/** Every replica row equals its source and there is no other; every e-mail and event is in Supabase once, in its furthest state. */
export async function assertAlike(world: Compared): Promise<void> {
  await assertReplicaEqual(world);
  await assertEmailsArrived(world);
}

/** What is noted of the rebuilds of a schedule. */
interface Rebuilds {
  asked: ReadonlySet<number>;
  built: ReadonlySet<number>;
  isRestored: boolean;
}

/** Each rebuild that was asked for was made, once; one that a restored D1 lost was made under a later number. */
export function assertBuilt({ asked, built, isRestored }: Rebuilds): void {
  const [wanted, made] = [asked, built].map((ids) => [...ids].sort((a, b) => a - b));
  const isMade = isRestored
    ? Math.max(0, ...built) >= Math.max(0, ...asked)
    : JSON.stringify(wanted) === JSON.stringify(made);
  if (!isMade) throw new Violation('Built', `the rebuilds ${wanted.join()} were asked for, ${made.join()} were made`);
}

async function assertReplicaEqual({ supabase, d1 }: Sides): Promise<void> {
  const here = await supabase.read(
    'select id::text, first_name from public.leads where deleted_at is null order by id::text',
  );
  const there = await d1.rows('select id, first_name from prospects order by id');
  if (JSON.stringify(here) !== JSON.stringify(there)) {
    throw new Violation('Alike', `Supabase has ${JSON.stringify(here)}, D1 has ${JSON.stringify(there)}`);
  }
  const next = await d1.rows("select name from sqlite_master where name like 'prospects_next%'");
  if (next.length > 1) throw new Violation('Alike', `D1 is left with the tables ${JSON.stringify(next)}`);
}

async function assertEmailsArrived(world: Compared): Promise<void> {
  const here = new Map((await emailsHere(world.supabase)).map((email) => [email.id, email]));
  const there = new Map((await emailsThere(world.d1)).map((email) => [email.id, email]));
  for (const id of new Set([...there.keys(), ...world.kept.keys()])) {
    const [found, atEdge, kept] = [here.get(id), there.get(id), world.kept.get(id)];
    if (found === undefined) throw new Violation('Arrived', `Supabase lacks the e-mail ${id}`);
    const latest = [atEdge, kept].filter((email) => email !== undefined).sort((a, b) => b.version - a.version)[0];
    if (found.subject !== latest.subject) {
      throw new Violation(
        'Arrived',
        `the e-mail ${id} has the subject ${found.subject}, its latest is ${latest.subject}`,
      );
    }
    TIMES.forEach((name, index) => {
      const known = [atEdge, kept].map((email) => email?.times[index] ?? null).filter((time) => time !== null);
      const furthest = known.sort()[0] ?? null;
      // an event that Supabase kept counts for an e-mail that D1 wrote anew
      const isFurther = found.times[index] !== null && furthest !== null && found.times[index] < furthest;
      if (found.times[index] !== furthest && !(world.keptEvents.size > 0 && (isFurther || furthest === null))) {
        throw new Violation('Arrived', `${name} of the e-mail ${id} is ${found.times[index]}, at the edge ${furthest}`);
      }
    });
  }
  const events = new Set(
    (await world.supabase.read<{ id: string }>('select id from public.email_events')).map(({ id }) => id),
  );
  const eventsThere = await world.d1.rows<{ id: string }>('select id from email_events');
  for (const id of [...eventsThere.map((event) => event.id), ...world.keptEvents]) {
    if (!events.has(id)) throw new Violation('Arrived', `Supabase lacks the event ${id}`);
  }
  const waiting = await world.d1.rows('select key from emails_changes union all select key from email_events_changes');
  if (waiting.length > 0) throw new Violation('Arrived', `${waiting.length} changes wait in D1`);
}

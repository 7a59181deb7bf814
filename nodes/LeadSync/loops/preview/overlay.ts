import type { Absence, Snapshot, Write } from '../../../lead';

interface Written {
  email?: string | null;
  deleted?: boolean;
}

/** People as they would be once writes that were only planned are done, as far as others depend on it: their e-mails, and whether they are deleted. */
export class Overlay {
  private readonly written = new Map<string, Written>();
  private readonly owners = new Map<string, string>();

  note(writes: readonly Write[]): void {
    for (const { op, twenty_id: id, values } of writes) {
      const before = this.written.get(id);
      const change: Written = { ...before };
      if (op === 'delete' || op === 'restore') change.deleted = op === 'delete';
      if (Object.hasOwn(values, 'email')) {
        if (before?.email && this.owners.get(before.email) === id) this.owners.delete(before.email);
        const email = typeof values.email === 'string' ? values.email.toLowerCase() : null;
        change.email = email;
        if (email !== null) this.owners.set(email, id);
      }
      // whom a create would make no read finds: by the e-mail alone others meet them
      if (op !== 'create' && Object.keys(change).length > 0) this.written.set(id, change);
    }
  }

  /**
   * What a read of people would find: what it did find, changed as planned, and people who would have been made with an e-mail
   * that was asked for. `silent` are those whom nothing but these writes changed.
   * @param own people of the leads in hand, which are as they were read
   */
  over(
    found: ReadonlyArray<Snapshot | Absence>,
    emails: readonly string[],
    own: ReadonlySet<string>,
  ): { people: Array<Snapshot | Absence>; silent: string[] } {
    const silent: string[] = [];
    const people = found.map((person) => {
      const written = own.has(person.twenty_id) ? undefined : this.written.get(person.twenty_id);
      if (written === undefined || 'absent' in person) return person;
      silent.push(person.twenty_id);
      const deletedAt = written.deleted ? new Date().toISOString() : null;
      return {
        ...person,
        ...('email' in written ? { email: written.email } : {}),
        ...(written.deleted === undefined ? {} : { twenty_deleted_at: deletedAt }),
      };
    });
    const read = new Set(found.filter((person) => !('absent' in person)).map(({ twenty_id }) => twenty_id));
    for (const email of emails) {
      const id = this.owners.get(email.toLowerCase());
      if (id === undefined || read.has(id) || own.has(id)) continue;
      read.add(id);
      silent.push(id);
      people.push({ twenty_id: id, email, twenty_deleted_at: null } as unknown as Snapshot);
    }
    return { people, silent };
  }
}

import type { Actor } from './fields/actor';
import type { JsonObject } from './json';
import type { ObjectModel } from './metadata/model';
import { Schema } from './metadata/schema';
import { Finder } from './query/find';
import type { StoredRecord } from './records/stored-record';
import { Table } from './records/table';
import { createStatementClock, type Micros } from './time';

export type EventKind = 'created' | 'updated' | 'deleted' | 'restored' | 'destroyed';

/** A change that webhooks may tell about. */
export interface RecordEvent {
  object: ObjectModel;
  kind: EventKind;
  record: StoredRecord;
  updatedFields?: string[];
}

/** Who does something, and as whom the server notes it. `user` is absent for API keys. */
export interface Author {
  actor: Actor & JsonObject;
  user?: { userId: string; workspaceMemberId: string };
}

export interface WorkspaceOptions {
  clock: () => number;
  /** Most records that one request may write. */
  maxBatch: number;
}

/** The data model, the rows and the time of one workspace; what happens to rows is announced to `listeners`. */
export class Workspace {
  readonly schema: Schema;
  readonly listeners: ((events: RecordEvent[], author: Author) => void)[] = [];
  /** Time of one statement, in microseconds. */
  readonly statementTime: () => Micros;
  private readonly tables = new Map<string, Table>();

  constructor(readonly options: WorkspaceOptions) {
    this.statementTime = createStatementClock(options.clock);
    this.schema = new Schema(this.statementTime());
  }

  /** The rows of an object, by its singular name. */
  readonly table = (name: string): Table => {
    let table = this.tables.get(name);
    if (table === undefined) {
      table = new Table(this.schema.object(name));
      this.tables.set(name, table);
    }
    return table;
  };

  tableOf(object: ObjectModel): Table {
    return this.table(object.name);
  }

  finder(object: ObjectModel): Finder {
    return new Finder(this.tableOf(object), this.table);
  }

  /** Forgets the rows of an object that is no more. */
  dropTable(object: ObjectModel): void {
    this.tables.delete(object.name);
  }

  /** Removes every row, keeping the data model. */
  clear(): void {
    this.tables.clear();
  }

  publish(events: RecordEvent[], author: Author): void {
    if (events.length > 0) for (const listener of this.listeners) listener(events, author);
  }
}

import type { ObjectModel } from '../metadata/model';
import type { Schema } from '../metadata/schema';

export type RootKind =
  | 'findMany'
  | 'findOne'
  | 'duplicates'
  | 'createOne'
  | 'createMany'
  | 'updateOne'
  | 'updateMany'
  | 'deleteOne'
  | 'deleteMany'
  | 'destroyOne'
  | 'destroyMany'
  | 'restoreOne'
  | 'restoreMany'
  | 'mergeMany';

/** A root operation of the API on one object. */
export interface Root {
  kind: RootKind;
  object: ObjectModel;
}

const QUERIES: ReadonlySet<RootKind> = new Set(['findMany', 'findOne', 'duplicates']);

export function isQuery(kind: RootKind): boolean {
  return QUERIES.has(kind);
}

/** `people`, `createPerson`, `updatePeople`, …: the name of a root operation. */
export function rootName(kind: RootKind, object: ObjectModel): string {
  const { nameSingular, namePlural } = object.names;
  if (kind === 'findMany') return namePlural;
  if (kind === 'findOne') return nameSingular;
  if (kind === 'duplicates') return `${nameSingular}Duplicates`;
  const verb = kind.replace(/One$|Many$/, '');
  return `${verb}${kind.endsWith('Many') ? object.pluralTitle : object.title}`;
}

const KINDS: RootKind[] = [
  'findMany',
  'findOne',
  'duplicates',
  'createOne',
  'createMany',
  'updateOne',
  'updateMany',
  'deleteOne',
  'deleteMany',
  'destroyOne',
  'destroyMany',
  'restoreOne',
  'restoreMany',
  'mergeMany',
];

/** Every root operation of the workspace by name, kept until the data model changes. */
export class RootIndex {
  private roots = new Map<string, Root>();
  private version = -1;

  constructor(private readonly schema: Schema) {}

  find(name: string): Root | undefined {
    if (this.version !== this.schema.version) {
      this.version = this.schema.version;
      this.roots = new Map(
        this.schema.objects.flatMap((object) => KINDS.map((kind) => [rootName(kind, object), { kind, object }])),
      );
    }
    return this.roots.get(name);
  }
}

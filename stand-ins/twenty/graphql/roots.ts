import type { ObjectModel } from '../metadata/model';
import type { Schema } from '../metadata/schema';

export type RootKind =
  | 'findMany'
  | 'findOne'
  | 'duplicates'
  | 'groupBy'
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

const QUERIES: ReadonlySet<RootKind> = new Set(['findMany', 'findOne', 'duplicates', 'groupBy']);

export function isQuery(kind: RootKind): boolean {
  return QUERIES.has(kind);
}

type Names = ObjectModel['graphqlNames'];

function nameOf(kind: RootKind, { singular, plural, title, pluralTitle }: Names): string {
  if (kind === 'findMany') return plural;
  if (kind === 'findOne') return singular;
  if (kind === 'duplicates') return `${singular}Duplicates`;
  if (kind === 'groupBy') return `${plural}GroupBy`;
  const verb = kind.replace(/One$|Many$/, '');
  return `${verb}${kind.endsWith('Many') ? pluralTitle : title}`;
}

/** `people`, `createPerson`, `updatePeople`, …: what REST calls an operation in its answers. */
export function rootName(kind: RootKind, object: ObjectModel): string {
  const { names, title, pluralTitle } = object;
  return nameOf(kind, { singular: names.nameSingular, plural: names.namePlural, title, pluralTitle });
}

const KINDS: RootKind[] = [
  'findMany',
  'findOne',
  'duplicates',
  'groupBy',
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
        this.schema.objects.flatMap((object) =>
          KINDS.map((kind) => [nameOf(kind, object.graphqlNames), { kind, object }]),
        ),
      );
    }
    return this.roots.get(name);
  }
}

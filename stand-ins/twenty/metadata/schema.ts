import { randomUUID } from 'node:crypto';
import type { Micros } from '../time';
import { manyToOne, oneToMany } from './base-fields';
import { createField, ObjectModel, type FieldInput, type FieldModel, type ObjectNames } from './model';
import { CUSTOM_OBJECT_FIELDS, CUSTOM_OBJECT_LINKS, standardObjects } from './standard-objects';

/** The data model of the workspace. `version` grows with every change, so that whoever derives from it can notice. */
export class Schema {
  readonly workspaceId = randomUUID();
  readonly standardApplicationId = randomUUID();
  readonly customApplicationId = randomUUID();
  readonly objects: ObjectModel[] = [];
  version = 0;
  private readonly bySingular = new Map<string, ObjectModel>();
  private readonly byPlural = new Map<string, ObjectModel>();

  constructor(now: Micros) {
    for (const { names, isSystem, fields } of standardObjects()) {
      const object = this.register(new ObjectModel(names, { isSystem, isCustom: false }, now));
      for (const field of fields) object.addField(createField(field, now));
    }
  }

  singular(name: string): ObjectModel | undefined {
    return this.bySingular.get(name);
  }

  plural(name: string): ObjectModel | undefined {
    return this.byPlural.get(name);
  }

  /** An object by either of its names; throws when the workspace has none such. */
  object(name: string): ObjectModel {
    const found = this.bySingular.get(name) ?? this.byPlural.get(name);
    if (found === undefined) throw new Error(`The workspace has no object named ${name}`);
    return found;
  }

  objectById(id: string): ObjectModel | undefined {
    return this.objects.find((object) => object.id === id);
  }

  fieldById(id: string): { object: ObjectModel; field: FieldModel } | undefined {
    for (const object of this.objects) {
      const field = object.fields.find((candidate) => candidate.id === id);
      if (field !== undefined) return { object, field };
    }
    return undefined;
  }

  addObject(names: ObjectNames, extra: { icon: string | null; description: string | null }, now: Micros): ObjectModel {
    const object = this.register(new ObjectModel(names, { isSystem: false, isCustom: true }, now));
    object.icon = extra.icon;
    object.description = extra.description;
    for (const field of CUSTOM_OBJECT_FIELDS) object.addField(createField(field, now));
    for (const link of CUSTOM_OBJECT_LINKS) {
      const column = `target${object.title}`;
      object.addField(createField(oneToMany(link.field, link.object, column), now));
      this.object(link.object).addField(createField(manyToOne(column, object.name, link.field), now));
    }
    return object;
  }

  removeObject(object: ObjectModel): void {
    for (const field of [...object.fields]) this.removeField(object, field);
    this.objects.splice(this.objects.indexOf(object), 1);
    this.bySingular.delete(object.names.nameSingular);
    this.byPlural.delete(object.names.namePlural);
  }

  /** Adds a field and, for a relation, its other side. */
  addField(object: ObjectModel, input: FieldInput, now: Micros, inverseLabel?: string): FieldModel {
    const field = createField({ ...input, isCustom: true }, now);
    object.addField(field);
    if (field.relation?.kind === 'MANY_TO_ONE') {
      const other = oneToMany(field.relation.inverse, object.name, field.name);
      this.object(field.relation.target).addField(createField({ ...other, label: inverseLabel, isCustom: true }, now));
    }
    this.version += 1;
    return field;
  }

  removeField(object: ObjectModel, field: FieldModel): void {
    object.removeField(field);
    if (field.relation !== undefined) {
      const target = this.bySingular.get(field.relation.target);
      const other = target?.field(field.relation.inverse);
      if (target !== undefined && other !== undefined) target.removeField(other);
    }
    this.version += 1;
  }

  private register(object: ObjectModel): ObjectModel {
    this.objects.push(object);
    this.bySingular.set(object.names.nameSingular, object);
    this.byPlural.set(object.names.namePlural, object);
    this.version += 1;
    return object;
  }
}

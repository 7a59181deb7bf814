import { dataOf } from './cases';
import { isObject, type Answer, type JsonObject, type Target } from './target';

/** Fields and objects that the suite makes in a workspace, one object to begin with; and takes away again. */
export class CustomMetadata {
  private readonly fields: string[] = [];
  private readonly objects: string[] = [];
  personId = '';
  /** The object that is there from the beginning. */
  custom = { id: '', singular: '', plural: '', title: '' };

  private constructor(private readonly target: Target) {}

  static async open(target: Target): Promise<CustomMetadata> {
    const metadata = new CustomMetadata(target);
    const objects = dataOf(await metadata.rest('GET', 'objects?limit=200')).objects as JsonObject[];
    metadata.personId = String(objects.find(({ nameSingular }) => nameSingular === 'person')?.id);
    const singular = metadata.fieldName('ob');
    const description = { icon: 'IconUser', description: 'Made by the contract suite' };
    const id = await metadata.createObject(singular, `${singular}s`, description);
    const title = singular.charAt(0).toUpperCase() + singular.slice(1);
    metadata.custom = { id, singular, plural: `${singular}s`, title };
    return metadata;
  }

  readonly rest = (method: string, path: string, body?: unknown): Promise<Answer> =>
    this.target.rest(method, `metadata/${path}`, body);

  readonly createField = async (body: JsonObject): Promise<JsonObject> => {
    const answer = await this.rest('POST', 'fields', body);
    const { createOneField: field } = dataOf(answer);
    if (!isObject(field)) throw new Error(`No field came of it: ${answer.text}`);
    this.fields.push(String(field.id));
    return field;
  };

  /** Gives the object's id. */
  readonly createObject = async (singular: string, plural: string, more: JsonObject = {}): Promise<string> => {
    const names = { nameSingular: singular, namePlural: plural, labelSingular: singular, labelPlural: plural };
    const { createOneObject } = dataOf(await this.rest('POST', 'objects', { ...names, ...more }));
    const id = String((createOneObject as JsonObject).id);
    this.objects.push(id);
    return id;
  };

  /** Names with nothing but letters and digits, as the server wants them. */
  readonly fieldName = (prefix: string): string => this.target.unique(prefix).replace(/[^a-zA-Z0-9]/g, '');

  async remove(): Promise<void> {
    for (const path of [...this.fields.map((id) => `fields/${id}`), ...this.objects.map((id) => `objects/${id}`)]) {
      await this.rest('PATCH', path, { isActive: false });
      await this.rest('DELETE', path);
    }
  }
}

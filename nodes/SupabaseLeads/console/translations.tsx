import { addressOf } from './frame/address';
import { needed, text, type Field } from './frame/fields';
import { ActionForm } from './frame/forms';
import { defineAction } from './frame/page';
import type { Changed, Mappings, Row } from './mapping-row';
import { number, words } from './view/format';
import { Input, Problem, useProblem } from './view/inputs';
import { Card } from './view/parts';

/** As many as a row may have. */
const MOST = 200;
const short = text(200);
const NUMBERS = Array.from({ length: MOST }, (_, index) => index + 1);
const pairFields: Record<string, Field<string | null>> = Object.fromEntries(
  NUMBERS.flatMap((n) => [
    [`option_${n}`, short],
    [`here_${n}`, short],
  ]),
);
const fields = { ...pairFields, lead_field: needed(short), seen: short };

/** The pairs of the form; of a value here that stands twice the database could not tell, so that is refused before. */
function translationsOf(values: Record<string, unknown>): { translations: Record<string, string>; twice?: string } {
  const translations: Record<string, string> = {};
  for (const n of NUMBERS) {
    const [option, here] = [values[`option_${n}`], values[`here_${n}`]] as Array<string | null>;
    if (option === null || here === null || here === option) continue;
    if (Object.hasOwn(translations, here)) return { translations, twice: here };
    translations[here] = option;
  }
  return { translations };
}

const asked = (values: Record<string, unknown>, isPreview: boolean) => ({
  p_lead_field: values.lead_field as string,
  p_changes: { translations: translationsOf(values).translations },
  p_preview: isPreview,
  p_seen: values.seen as string | null,
});

export const translate = defineAction({
  title: 'Translate the options',
  fields,
  async preview(call, values) {
    const { twice } = translationsOf(values);
    if (twice !== undefined) {
      return { view: null, button: null, problems: { translations: `Two options would be called “${twice}” here.` } };
    }
    const { problems, effect } = await call<Changed>('change_mapping', asked(values, true));
    if (effect === null) return { view: null, button: null, problems };
    const { looked_at, complete, renames, sends } = effect;
    return {
      view: (
        <>
          <p>
            {`Of ${number(looked_at)} linked leads${complete ? '' : ' looked at'}, ${number(renames)} get another value here; ` +
              `${number(sends)} have one that was left out of what Twenty got, and send it.`}
          </p>
          {renames > 0 ? (
            <p>
              Twenty stays as it is. A full pull, which starts with it, reads everybody again and sets the values here.
            </p>
          ) : null}
        </>
      ),
      button: 'Translate them',
      isDangerous: renames > 0,
    };
  },
  async run(call, values) {
    const { effect } = await call<Changed>('change_mapping', asked(values, true));
    const { saved, problems } = await call<Changed>('change_mapping', asked(values, false));
    const field = words(String(values.lead_field));
    if (!saved) return { problems, text: 'The options were not translated.' };
    return {
      text: `The options of ${field} are translated.`,
      to: addressOf('mapping'),
      starts: {
        ...((effect?.renames ?? 0) > 0 ? { Pull: { mode: 'full' } } : {}),
        ...((effect?.sends ?? 0) > 0 ? { Push: {} } : {}),
      },
    };
  },
  failed: 'The options were not translated.',
});

function TranslationsProblem() {
  return <Problem name="translations">{useProblem('translations')}</Problem>;
}

/** What the options of a row's select are called here; nothing where it is no select, or nobody knows yet. */
export function TranslationsForm({ data, row }: { data: Mappings; row: Row }) {
  const options = data.twenty_fields?.find(({ name }) => name === row.twenty_field)?.options;
  if (options === undefined || !['text', 'option'].includes(row.kind)) return null;
  const known = Object.entries(row.translations ?? {});
  return (
    <Card title="What the options are called here">
      <ActionForm action="translate" fields={{ lead_field: row.lead_field, seen: row.version }} class="fields">
        <p class="muted small">An option without a name here is the same on both sides.</p>
        <TranslationsProblem />
        {options.slice(0, MOST).map(({ value, label }, index) => (
          <>
            <input type="hidden" name={`option_${index + 1}`} value={value} />
            <Input
              name={`here_${index + 1}`}
              label={label === value ? value : `${label} (${value})`}
              value={known.find(([, option]) => option === value)?.[0]}
            />
          </>
        ))}
        <div class="buttons">
          <button class="main">See what it would do …</button>
          <a class="button" href={addressOf('mapping')}>
            Leave it as it is
          </a>
        </div>
      </ActionForm>
    </Card>
  );
}

import { ActionForm } from '../frame/forms';
import { ago, percent, valueText, words } from './format';
import { Card } from './parts';

export type LeadValues = Record<string, unknown> & { id: string; created_at: string };

/** Two leads that may be one person, as `list_duplicates` has them. */
export interface Pair {
  lead_a: string;
  lead_b: string;
  score: number;
  reasons: Record<string, number>;
  a: LeadValues;
  b: LeadValues;
}

/** What is told of a lead, and is no field that is merged. */
const ABOUT = new Set([
  'id',
  'twenty_id',
  'created_at',
  'updated_at',
  'touches',
  'deleted',
  'additional_emails',
  'additional_phones',
]);
const WHY: Record<string, string> = {
  email: 'one e-mail',
  mailbox: 'one mailbox',
  phone: 'one phone number',
  name: 'much the same name and company',
};

const nameOf = (lead: LeadValues): string =>
  [lead.first_name, lead.last_name].filter(Boolean).map(String).join(' ') || valueText(lead.email);

const isBlank = (value: unknown): boolean => value === null || value === undefined || value === '';
const fieldsOf = ({ a, b }: Pair): string[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((field) => !ABOUT.has(field) && !(isBlank(a[field]) && isBlank(b[field])))
    .sort();

/** The one that is in Twenty, or else the older one, is offered to stay. */
function stays({ a, b }: Pair): 'a' | 'b' {
  if (isBlank(a.twenty_id) !== isBlank(b.twenty_id)) return isBlank(a.twenty_id) ? 'b' : 'a';
  return a.created_at <= b.created_at ? 'a' : 'b';
}

/** Both leads side by side, where one chooses who stays and what is taken from the other. */
export function PairCard({ pair, at }: { pair: Pair; at: string }) {
  const { lead_a, lead_b, score, reasons, a, b } = pair;
  const why = Object.keys(reasons).map((reason) => WHY[reason] ?? words(reason));
  const both = `${nameOf(a)} and ${nameOf(b)}`;
  const side = (name: 'a' | 'b', lead: LeadValues) => (
    <th scope="col">
      <label class="tick">
        <input type="radio" name="keep" value={name} checked={stays(pair) === name} />
        <span>{nameOf(lead)}</span>
      </label>
      <div class="muted small">
        {isBlank(lead.twenty_id) ? 'not in Twenty' : 'in Twenty'}, {ago(lead.created_at, at)},{' '}
        {lead.touches === 1 ? '1 touch' : `${valueText(lead.touches)} touches`}
      </div>
    </th>
  );
  return (
    <Card title={both}>
      <label class="tick small muted">
        <input
          type="checkbox"
          form="dismiss"
          name="pairs"
          value={`${lead_a} ${lead_b}`}
          aria-label={`Choose ${both}`}
        />
        <span>{`${percent(score * 100)} sure: ${why.join(', ')}`}</span>
      </label>
      <ActionForm action="merge" fields={{ a: lead_a, b: lead_b }} class="preview">
        <div class="scroll" tabIndex={0} role="region" aria-label={`Fields of ${both}`}>
          <table class="pair">
            <thead>
              <tr>
                <th scope="col">Stays</th>
                {side('a', a)}
                {side('b', b)}
                <th scope="col">Take the other one’s</th>
              </tr>
            </thead>
            <tbody>
              {fieldsOf(pair).map((field) => {
                const isSame = valueText(a[field]) === valueText(b[field]);
                return (
                  <tr>
                    <th scope="row">{words(field)}</th>
                    <td class={isSame ? 'muted' : undefined}>{valueText(a[field])}</td>
                    <td class={isSame ? 'muted' : undefined}>{valueText(b[field])}</td>
                    <td>
                      {isSame || isBlank(a[field]) || isBlank(b[field]) ? null : (
                        <input
                          type="checkbox"
                          name="other"
                          value={field}
                          aria-label={`Take the other one’s ${words(field)}`}
                        />
                      )}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
        <div class="buttons">
          <button class="main" aria-label={`Merge ${both}`}>
            Merge …
          </button>
        </div>
      </ActionForm>
    </Card>
  );
}

import { addressOf } from '../frame/address';
import { text } from '../frame/fields';
import { ActionForm } from '../frame/forms';
import { definePage, type ViewProps } from '../frame/page';
import { Draft, GroupForm, saveGroup } from '../scoring-draft';
import type { ScoringRules } from '../scoring-rules';
import { publish, rollBack, Versions } from '../scoring-versions';
import { ago } from '../view/format';
import { Card, Empty } from '../view/parts';

const params = { group: text(200) };

function ScoringPage({ data, params: { group }, at }: ViewProps<typeof params, ScoringRules>) {
  const state =
    data.version === 0
      ? 'Nothing is scored yet: the draft counts once it is published.'
      : `Version ${data.version} is in force, published ${ago(data.published_at, at)}. ${data.draft_differs ? 'The draft is another one.' : 'The draft is the same.'}`;
  return (
    <>
      <section class="card preview">
        <p>{state}</p>
        <ActionForm action="publish">
          <button class={data.draft_differs ? 'main' : undefined}>See what the draft changes …</button>
          <a class="button" href={addressOf('scoring-rule')}>
            Add a rule
          </a>
        </ActionForm>
      </section>
      {group === null ? null : <GroupForm data={data} group={group} />}
      {data.draft.length === 0 ? (
        <Card title="Draft">
          <Empty>No rule is drafted.</Empty>
        </Card>
      ) : (
        <Draft data={data} />
      )}
      <Versions data={data} at={at} />
    </>
  );
}

/** The rules of scores: drafted, previewed, published, taken back. */
export const scoring = definePage({
  name: 'scoring',
  title: 'Scoring',
  group: 'Rules',
  params,
  load: (call) => call<ScoringRules>('get_scoring_rules'),
  view: ScoringPage,
  actions: { publish, roll_back: rollBack, save_group: saveGroup },
});

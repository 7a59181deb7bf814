import { addressOf } from '../frame/address';
import { flag, text } from '../frame/fields';
import { definePage, type ViewProps } from '../frame/page';
import { AddForm, directionText, RowForm, save, type Mappings, type Row } from '../mapping-row';
import { translate, TranslationsForm } from '../translations';
import { ago, words } from '../view/format';
import { Card, Empty, Table, Tag, type Column } from '../view/parts';

const params = { field: text(200), add: flag };

function MappingPage({ data, params: { field, add }, at }: ViewProps<typeof params, Mappings>) {
  const row = data.rows.find(({ lead_field }) => lead_field === field);
  const columns: Array<Column<Row>> = [
    {
      name: 'Lead',
      cell: ({ lead_field }) => <a href={addressOf('mapping', { field: lead_field })}>{words(lead_field)}</a>,
    },
    {
      name: 'Twenty',
      cell: ({ twenty_field, translations }) =>
        translations === null
          ? (twenty_field ?? '–')
          : `${twenty_field}, ${Object.keys(translations).length} translated`,
    },
    { name: 'Way', isShort: true, cell: ({ direction }) => directionText(direction) },
    { name: 'Who wins', isWideOnly: true, cell: ({ policy }) => words(policy) },
    {
      name: '',
      isShort: true,
      cell: ({ enabled, missing_since }) =>
        !enabled ? (
          <Tag state="plain">off</Tag>
        ) : missing_since !== null ? (
          <Tag state="warning">{`gone from Twenty ${ago(missing_since, at)}`}</Tag>
        ) : (
          <Tag state="healthy">synced</Tag>
        ),
    },
  ];
  return (
    <>
      {field !== null ? <RowForm data={data} field={field} at={at} /> : add ? <AddForm data={data} /> : null}
      {row === undefined ? null : <TranslationsForm data={data} row={row} />}
      <Card title="Fields">
        {data.rows.length === 0 ? (
          <Empty>No field is mapped.</Empty>
        ) : (
          <Table caption="Fields" columns={columns} rows={data.rows} />
        )}
        <div class="buttons">
          <a class="button" href={addressOf('mapping', { add: true })}>
            Another field
          </a>
          <a class="button" href={addressOf('filter')}>
            Which leads travel
          </a>
        </div>
      </Card>
    </>
  );
}

/** Which lead field is which Twenty field, which way it travels and who wins. */
export const mapping = definePage({
  name: 'mapping',
  title: 'Mapping',
  group: 'Rules',
  params,
  load: (call) => call<Mappings>('get_mappings'),
  view: MappingPage,
  actions: { save, translate },
});

/** A table of what people may edit, as a section of the file. */
export interface ConfigTable {
  /** The section's name. */
  section: string;
  /** With its schema, as it is where the project has none of that name. */
  table: string;
  /** The columns by which a row is known on both sides. */
  key: string[];
  /** Columns that belong to one database alone. */
  leftOut: string[];
}

export const CONFIG_TABLES: readonly ConfigTable[] = [
  { section: 'settings', table: 'lead_sync.settings', key: ['only_row'], leftOut: [] },
  {
    section: 'field_mappings',
    table: 'lead_sync.field_mappings',
    key: ['object', 'lead_field'],
    leftOut: ['missing_since', 'base_since', 'place_since', 'changed_at'],
  },
  { section: 'alert_rules', table: 'lead_sync.alert_rules', key: ['alert'], leftOut: [] },
  { section: 'scoring_groups', table: 'public.lead_scoring_groups', key: ['rule_group'], leftOut: [] },
  { section: 'scoring_rules', table: 'public.lead_scoring_rules', key: ['rule_key'], leftOut: ['updated_at'] },
  { section: 'segments', table: 'public.customer_segments', key: ['segment_name'], leftOut: ['id', 'created_at'] },
  { section: 'follow_up_rules', table: 'public.follow_up_rules', key: ['rule_key'], leftOut: [] },
];

export type Row = Record<string, unknown>;
/** All that people have set, by section. */
export type Config = Record<string, Row[]>;

/** Sections whose changes count from the next publishing of rules on. */
export const SCORING_SECTIONS = ['scoring_groups', 'scoring_rules', 'segments'];

-- Rules as they are evaluated. set_no: -5 a filter that is previewed, -4 and -3 the filters (filter_set), -2 the sales reps' conditions (one group a rep), -1 the draft, 0 the segments' criteria (one group a segment, points are shares of 1), otherwise a published version.
create table if not exists lead_sync.conditions (
  set_no integer not null,
  condition_key text not null,
  group_key text not null,
  lowest numeric,
  highest numeric,
  attribute_no integer not null,
  attribute_key text,
  operator_no integer not null,
  text_value text,
  texts text[],
  low double precision,
  high double precision,
  points numeric not null,
  decay_days integer,
  timed boolean not null,
  primary key (set_no, condition_key)
);
alter table lead_sync.conditions enable row level security;
comment on column lead_sync.conditions.attribute_no is 'Place in the list of lead_sync.scoring_attributes(); the keys of attributes come behind it, in order of attribute_key';
comment on column lead_sync.conditions.timed is 'The outcome changes as time passes, without a change of the lead';

-- What of a lead a set looks at, by place in the list of attributes: worked out once a set, because it is needed at every write of a lead.
create table if not exists lead_sync.condition_sets (
  set_no integer primary key,
  used boolean[] not null,
  keys text[],
  worded boolean[] not null,
  dated boolean[] not null
);
alter table lead_sync.condition_sets enable row level security;
comment on column lead_sync.condition_sets.worded is 'Attributes that are looked at word by word';
comment on column lead_sync.condition_sets.dated is 'Keys of attributes that hold a day';

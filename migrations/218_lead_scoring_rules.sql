-- Scoring rules: what people edit (the draft), how a rule is checked, and the form in which rules are evaluated.

set local lock_timeout = '10s';
set local statement_timeout = '5min';
select lead_sync.begin_migration();

-- The draft. Nothing that happens here changes a score before publish_scoring_rules().
create table if not exists public.lead_scoring_groups (
  rule_group text primary key check (btrim(rule_group) <> ''),
  lowest numeric check (lowest between -1000 and 0),
  highest numeric check (highest between 0 and 1000),
  description text
);
comment on column public.lead_scoring_groups.lowest is 'The group''s points never count as less than this; empty: no limit';
comment on column public.lead_scoring_groups.highest is 'The group''s points never count as more than this; empty: no limit';

create table if not exists public.lead_scoring_rules (
  rule_key text primary key,
  rule_group text not null default 'other',
  attribute text not null,
  operator text not null,
  value jsonb,
  points numeric not null,
  decay_days integer,
  enabled boolean not null default true,
  description text,
  updated_at timestamptz not null default now()
);
comment on column public.lead_scoring_rules.points is 'Added to the score of a lead that the rule fits; -100 to 100';
comment on column public.lead_scoring_rules.decay_days is 'The points shrink evenly to nothing in so many days: from the time in the attribute, or else from the lead''s creation';

create table if not exists public.lead_scoring_versions (
  version integer primary key,
  rules jsonb not null,
  groups jsonb not null,
  note text,
  published_at timestamptz not null default now()
);

-- Rules as they are evaluated. set_no: -1 the draft, 0 the segments' criteria (one group a segment, points are shares of 1), otherwise a published version.
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
comment on column lead_sync.condition_sets.worded is 'Attributes that are looked at word by word';
comment on column lead_sync.condition_sets.dated is 'Keys of attributes that hold a day';

-- version: the published rules in force, 0 before the first. epoch goes up with every change that makes scores stale; leads carry the epoch that they were scored in.
create table if not exists lead_sync.scoring_state (
  only_row boolean primary key default true check (only_row),
  version integer not null default 0,
  epoch integer not null default 1,
  enriched_epoch integer not null default 1,
  segments_epoch integer not null default 1
);
comment on column lead_sync.scoring_state.enriched_epoch is 'The epoch in which a table of the enrichment last changed: leads of older epochs have their bands and tiers worked out again';
comment on column lead_sync.scoring_state.segments_epoch is 'The epoch in which the criteria of segments last changed: leads of older epochs are classified again';
insert into lead_sync.scoring_state (only_row) values (true) on conflict do nothing;

alter table public.leads add column if not exists score_epoch integer not null default 0;
alter table public.leads add column if not exists rescore_at timestamptz;
comment on column public.leads.score_epoch is 'The state of rules, segments and tables that the score follows; 0: never scored';
comment on column public.leads.rescore_at is 'When the score changes by itself, because points decay or the lead grows older';
-- squawk-ignore require-concurrent-index-creation
create index if not exists leads_score_epoch_idx on public.leads (score_epoch);
-- squawk-ignore require-concurrent-index-creation
create index if not exists leads_rescore_at_idx on public.leads (rescore_at) where rescore_at is not null;

-- What rules can look at, in the order in which lead_sync.weigh_leads lists the values; attributes.<key> comes on top.
create or replace function lead_sync.scoring_attributes() returns text[]
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select array[
    'first_name', 'last_name', 'email', 'phone', 'job_title', 'company_name', 'company_domain', 'company_size', 'city', 'region', 'country', 'postal_code',
    'linkedin_url', 'lead_source', 'lead_status', 'created_at', 'email_domain', 'email_type', 'phone_country', 'country_code', 'lead_age_days',
    'company_employees', 'company_size_band', 'income_tier', 'segment'
  ]
$$;

create or replace function lead_sync.scoring_operators() returns text[]
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select array[
    'equals', 'not_equals', 'in', 'not_in', 'contains', 'contains_word', 'starts_with', 'ends_with', 'greater', 'less', 'between', 'is_set', 'is_not_set',
    'within_days'
  ]
$$;

-- Punctuation as spaces, so that a word is found beside a comma or a slash.
create or replace function lead_sync.words(p_text text) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select ' ' || translate(p_text, '-_.,;:/\|()[]{}&+"''!?@#*', '                         ') || ' '
$$;

-- A text to look for as a pattern of like, its own wildcards made plain.
create or replace function lead_sync.like_pattern(p_operator text, p_text text) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select case p_operator
    when 'starts_with' then t.plain || '%'
    when 'ends_with' then '%' || t.plain
    else '%' || t.plain || '%'
  end
  from (
    select replace(replace(replace(
      case when p_operator = 'contains_word' then lead_sync.words(lower(btrim(p_text))) else lower(btrim(p_text)) end, '\', '\\'
    ), '%', '\%'), '_', '\_') as plain
  ) as t
$$;

-- What is wrong with attribute, operator and value, and what to do; null when they can be evaluated.
create or replace function lead_sync.condition_problem(p_attribute text, p_operator text, p_value jsonb) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select case
    when p_attribute is null or not (p_attribute = any (lead_sync.scoring_attributes()) or p_attribute ~ '^attributes\..+$') then
      'there is no attribute "' || coalesce(p_attribute, '') || '": use one of ' || array_to_string(lead_sync.scoring_attributes(), ', ') || ' or attributes.<key>'
    when p_operator is null or not p_operator = any (lead_sync.scoring_operators()) then
      'there is no operator "' || coalesce(p_operator, '') || '": use one of ' || array_to_string(lead_sync.scoring_operators(), ', ')
    when p_attribute = 'created_at' and p_operator not in ('within_days', 'is_set', 'is_not_set') then
      'created_at is a time: use within_days, or lead_age_days with greater, less or between'
    when p_attribute in ('lead_age_days', 'company_employees') and p_operator not in ('greater', 'less', 'between', 'is_set', 'is_not_set') then
      p_attribute || ' is a number: use greater, less, between, is_set or is_not_set'
    when p_operator = 'within_days' and p_attribute <> 'created_at' and p_attribute not like 'attributes.%' then
      p_attribute || ' is not a time: within_days goes with created_at and attributes.<key>'
    when p_operator in ('greater', 'less', 'between') and p_attribute not in ('lead_age_days', 'company_employees') and p_attribute not like 'attributes.%' then
      p_attribute || ' is a text: ' || p_operator || ' goes with lead_age_days, company_employees and attributes.<key>'
    when p_operator in ('is_set', 'is_not_set') then case
      when v.type <> 'null' then p_operator || ' takes no value: leave it empty'
    end
    when p_operator in ('equals', 'not_equals') then case
      when v.type not in ('string', 'number', 'boolean') or btrim(p_value #>> '{}') = '' then p_operator || ' takes one text, number or true/false, e.g. "webinar"'
      when p_attribute = 'email_type' and p_value not in ('"free"', '"corporate"') then 'email_type is "free" or "corporate"'
    end
    when p_operator in ('greater', 'less') then case
      when v.type <> 'number' then p_operator || ' takes a number, e.g. 50'
      when abs((p_value #>> '{}')::numeric) > 1e15 then p_operator || ' takes a number up to 1e15'
    end
    when p_operator = 'within_days' then case
      when v.type <> 'number' or p_value::text !~ '^[0-9]{1,4}$' or p_value::text !~ '[1-9]' then 'within_days takes a whole number of days, 1 to 9999, e.g. 30'
    end
    when p_operator = 'between' then case
      when v.type <> 'array' then 'between takes two numbers, e.g. [50, 200]'
      when jsonb_array_length(p_value) <> 2 or jsonb_typeof(p_value -> 0) <> 'number' or jsonb_typeof(p_value -> 1) <> 'number' then
        'between takes two numbers, e.g. [50, 200]'
      when (p_value ->> 0)::numeric > (p_value ->> 1)::numeric then 'between takes the smaller number first, e.g. [50, 200]'
      when greatest(abs((p_value ->> 0)::numeric), abs((p_value ->> 1)::numeric)) > 1e15 then 'between takes numbers up to 1e15'
    end
    when p_operator in ('in', 'not_in') then case
      when v.type <> 'array' or p_value = '[]' then p_operator || ' takes a list, e.g. ["webinar", "referral"]'
      when jsonb_path_exists(p_value, '$[*] ? (@.type() != "string" && @.type() != "number" && @.type() != "boolean")') then
        p_operator || ' takes a list of texts, numbers or true/false, e.g. ["webinar", "referral"]'
    end
    else case
      when v.type not in ('string', 'array') or p_value = '[]' then p_operator || ' takes a text or a list of texts, e.g. ["head", "director"]'
      when jsonb_path_exists(p_value, '$[*] ? (@.type() != "string")') then p_operator || ' takes a text or a list of texts, e.g. ["head", "director"]'
      when exists (
        select from jsonb_array_elements_text(case when v.type = 'array' then p_value else jsonb_build_array(p_value) end) as t
        where btrim(case when p_operator = 'contains_word' then lead_sync.words(t) else t end) = ''
      ) then p_operator || ' takes texts that are not blank'
    end
  end
  from (select coalesce(jsonb_typeof(p_value), 'null') as type) as v
$$;

-- Notes what of a lead a set looks at.
create or replace function lead_sync.describe_set(p_set_no integer) returns void
language plpgsql volatile set search_path = '' as $$
begin
  insert into lead_sync.condition_sets as s (set_no, used, keys, worded, dated)
  select
    p_set_no,
    array(
      select exists (select from lead_sync.conditions as w where w.set_no = p_set_no and w.attribute_no = a.ordinality)
      from unnest(lead_sync.scoring_attributes()) with ordinality as a order by a.ordinality
    ),
    array_agg(distinct c.attribute_key) filter (where c.attribute_key is not null),
    array(
      select exists (select from lead_sync.conditions as w where w.set_no = p_set_no and w.operator_no = 6 and w.attribute_no = n.no)
      from generate_series(1, max(c.attribute_no) filter (where c.operator_no = 6)) as n (no)
      order by n.no
    ),
    array(
      select exists (select from lead_sync.conditions as w where w.set_no = p_set_no and w.operator_no = 14 and w.attribute_no = n.no)
      from generate_series(1, max(c.attribute_no) filter (where c.operator_no = 14 and c.attribute_no <> 16)) as n (no)
      order by n.no
    )
  from lead_sync.conditions as c
  where c.set_no = p_set_no
  on conflict (set_no) do update set used = excluded.used, keys = excluded.keys, worded = excluded.worded, dated = excluded.dated;
end
$$;
select lead_sync.describe_set(c.set_no) from (select distinct d.set_no from lead_sync.conditions as d) as c;

-- Rules or criteria in the form in which they are evaluated. p_conditions: [{condition_key, group_key, lowest, highest, attribute, operator, value, points, decay_days}].
create or replace function lead_sync.compile_conditions(p_set_no integer, p_conditions jsonb) returns void
language plpgsql volatile set search_path = '' as $$
begin
  delete from lead_sync.conditions as c where c.set_no = p_set_no;
  insert into lead_sync.conditions (
    set_no, condition_key, group_key, lowest, highest, attribute_no, attribute_key, operator_no, text_value, texts, low, high, points, decay_days, timed
  )
  select
    p_set_no, c.condition_key, c.group_key, c.lowest, c.highest,
    coalesce(array_position(lead_sync.scoring_attributes(), c.attribute), cardinality(lead_sync.scoring_attributes()) + k.key_no),
    k.key,
    case
      when c.operator in ('contains', 'starts_with', 'ends_with') then array_position(lead_sync.scoring_operators(), 'contains')
      else array_position(lead_sync.scoring_operators(), c.operator)
    end,
    case when c.operator in ('equals', 'not_equals') then lower(btrim(c.value #>> '{}')) end,
    case
      when c.operator in ('in', 'not_in') then array(select lower(btrim(t)) from jsonb_array_elements_text(c.value) as t)
      when c.operator in ('contains', 'contains_word', 'starts_with', 'ends_with') then array(
        select lead_sync.like_pattern(c.operator, t)
        from jsonb_array_elements_text(case when jsonb_typeof(c.value) = 'array' then c.value else jsonb_build_array(c.value) end) as t
      )
    end,
    case
      when c.operator in ('greater', 'less', 'within_days') then (c.value #>> '{}')::double precision
      when c.operator = 'between' then (c.value ->> 0)::double precision
    end,
    case when c.operator = 'between' then (c.value ->> 1)::double precision end,
    c.points, c.decay_days,
    c.decay_days is not null or c.operator = 'within_days' or (c.attribute = 'lead_age_days' and c.operator in ('greater', 'less', 'between'))
  from jsonb_to_recordset(p_conditions) as c (
    condition_key text, group_key text, lowest numeric, highest numeric, attribute text, operator text, value jsonb,
    points numeric, decay_days integer
  )
  left join (
    select a.key, dense_rank() over (order by a.key) as key_no
    from (select distinct substr(d ->> 'attribute', 12) as key from jsonb_array_elements(p_conditions) as d where d ->> 'attribute' like 'attributes.%') as a
  ) as k on c.attribute = 'attributes.' || k.key;
  perform lead_sync.describe_set(p_set_no);
end
$$;

-- Compiles the draft: the enabled rules with their groups' limits.
create or replace function lead_sync.compile_draft() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform lead_sync.compile_conditions(-1, coalesce((
    select jsonb_agg(jsonb_build_object(
      'condition_key', r.rule_key, 'group_key', r.rule_group, 'lowest', g.lowest, 'highest', g.highest, 'attribute', r.attribute, 'operator', r.operator,
      'value', r.value, 'points', r.points, 'decay_days', r.decay_days
    ))
    from public.lead_scoring_rules as r
    left join public.lead_scoring_groups as g on g.rule_group = r.rule_group
    where r.enabled
  ), '[]'));
  return null;
end
$$;

-- Refuses a rule that cannot be evaluated, by its name and with what to do.
create or replace function lead_sync.check_scoring_rule() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_problem text := case
    when new.rule_key is null or new.rule_key !~ '^[a-z0-9][a-z0-9_]{0,62}$' then
      'a rule''s key has up to 63 small letters, digits and underscores, e.g. job_title_c_level'
    when btrim(new.rule_group) = '' then 'rule_group is blank: name a group, e.g. role'
    when new.points is null or new.points not between -100 and 100 then 'points must be between -100 and 100, got ' || coalesce(new.points::text, 'nothing')
    when new.decay_days not between 1 and 3650 then 'decay_days must be between 1 and 3650, got ' || new.decay_days || '; leave it empty for points that stay'
    else lead_sync.condition_problem(new.attribute, new.operator, new.value)
  end;
begin
  if v_problem is not null then
    raise exception 'Rule "%": %', new.rule_key, v_problem using errcode = '22023', hint = 'The rule was not saved. Correct it and save it again.';
  end if;
  new.updated_at := now();
  return new;
end
$$;

create or replace trigger lead_scoring_rules_check before insert or update on public.lead_scoring_rules
  for each row execute function lead_sync.check_scoring_rule();
create or replace trigger lead_scoring_rules_compile after insert or update or delete or truncate on public.lead_scoring_rules
  for each statement execute function lead_sync.compile_draft();
create or replace trigger lead_scoring_groups_compile after insert or update or delete or truncate on public.lead_scoring_groups
  for each statement execute function lead_sync.compile_draft();

alter table public.customer_segments add column if not exists criteria jsonb;
alter table public.customer_segments add column if not exists threshold numeric not null default 1;
alter table public.customer_segments add column if not exists priority integer not null default 100;
alter table public.customer_segments add column if not exists enabled boolean not null default true;
comment on column public.customer_segments.criteria is 'A list of {attribute, operator, value, weight}, weight 1 unless said otherwise; empty: only people and AI choose this segment';
comment on column public.customer_segments.threshold is 'The share of the criteria''s weight that a lead must meet, above 0 to 1; the share met is the confidence';
comment on column public.customer_segments.priority is 'Of the segments that fit, the one with the lowest number is taken';

-- Refuses criteria that cannot be evaluated, by the segment's name and with what to do.
create or replace function lead_sync.check_segment() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_problem text;
begin
  if new.threshold is null or new.threshold <= 0 or new.threshold > 1 then
    v_problem := 'threshold must be above 0 and at most 1, got ' || coalesce(new.threshold::text, 'nothing');
  elsif new.criteria is not null and (jsonb_typeof(new.criteria) <> 'array' or new.criteria = '[]') then
    v_problem := 'criteria are a list, e.g. [{"attribute": "company_employees", "operator": "greater", "value": 1000}]; leave them empty for a segment that only people and AI choose';
  elsif new.criteria is not null then
    select 'criterion ' || c.ordinality || ': ' || p.problem into v_problem
    from jsonb_array_elements(new.criteria) with ordinality as c
    cross join lateral (
      select case
        when jsonb_typeof(c.value) <> 'object' then 'is not an object with attribute, operator and value'
        when c.value ->> 'attribute' = 'segment' then 'a segment cannot depend on segments'
        when jsonb_typeof(c.value -> 'weight') <> 'number' then 'weight must be a number'
        when (c.value ->> 'weight')::numeric not between 0.01 and 100 then 'weight must be between 0.01 and 100'
        else lead_sync.condition_problem(c.value ->> 'attribute', c.value ->> 'operator', c.value -> 'value')
      end as problem
    ) as p
    where p.problem is not null
    order by c.ordinality
    limit 1;
  end if;
  if v_problem is not null then
    raise exception 'Segment "%": %', new.segment_name, v_problem using errcode = '22023', hint = 'The segment was not saved. Correct it and save it again.';
  end if;
  return new;
end
$$;

-- Compiles the criteria of the enabled segments; when they are others than before, leads are classified again.
create or replace function lead_sync.compile_segments() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_before text;
begin
  select string_agg(c::text, ' ' order by c.condition_key) into v_before from lead_sync.conditions as c where c.set_no = 0;
  perform lead_sync.compile_conditions(0, coalesce((
    select jsonb_agg(c.value || jsonb_build_object(
      'condition_key', s.id || ' ' || c.ordinality, 'group_key', s.id, 'points', coalesce((c.value ->> 'weight')::numeric, 1) / w.total
    ))
    from public.customer_segments as s
    cross join lateral (
      select sum(coalesce((e ->> 'weight')::numeric, 1)) as total from jsonb_array_elements(s.criteria) as e
    ) as w
    cross join lateral jsonb_array_elements(s.criteria) with ordinality as c
    where s.enabled
  ), '[]'));
  if v_before is distinct from (select string_agg(c::text, ' ' order by c.condition_key) from lead_sync.conditions as c where c.set_no = 0) then
    update lead_sync.scoring_state as s set epoch = s.epoch + 1, segments_epoch = s.epoch + 1 where true;
  end if;
  return null;
end
$$;

-- A table of the enrichment changed: what was worked out from it is stale.
create or replace function lead_sync.note_enrichment_change() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
  update lead_sync.scoring_state as s set epoch = s.epoch + 1, enriched_epoch = s.epoch + 1, segments_epoch = s.epoch + 1 where true;
  return null;
end
$$;

create or replace trigger customer_segments_check before insert or update on public.customer_segments
  for each row execute function lead_sync.check_segment();
create or replace trigger customer_segments_compile after insert or update or delete or truncate on public.customer_segments
  for each statement execute function lead_sync.compile_segments();
create or replace trigger country_names_note after insert or update or delete or truncate on public.country_names
  for each statement execute function lead_sync.note_enrichment_change();
create or replace trigger phone_prefixes_note after insert or update or delete or truncate on public.phone_prefixes
  for each statement execute function lead_sync.note_enrichment_change();
create or replace trigger free_email_domains_note after insert or update or delete or truncate on public.free_email_domains
  for each statement execute function lead_sync.note_enrichment_change();
create or replace trigger company_size_bands_note after insert or update or delete or truncate on public.company_size_bands
  for each statement execute function lead_sync.note_enrichment_change();
create or replace trigger geo_income_tiers_note after insert or update or delete or truncate on public.geo_income_tiers
  for each statement execute function lead_sync.note_enrichment_change();
create or replace trigger settings_note_size_scheme after update of company_size_scheme on lead_sync.settings
  for each statement execute function lead_sync.note_enrichment_change();

-- Published versions stay as they are: their rows are what a score can be explained by.
create or replace function lead_sync.refuse_version_edit() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
  raise exception 'Published rules cannot be edited: version % stays as it was published', old.version
    using errcode = '22023', hint = 'Edit lead_scoring_rules and publish a new version, or roll back to another one.';
end
$$;
create or replace trigger lead_scoring_versions_refuse_edit before update or delete on public.lead_scoring_versions
  for each row execute function lead_sync.refuse_version_edit();

-- Puts the draft in force as a new version. Scores follow through calculate_lead_scores(); leads that change follow at once.
-- Returns {version, rules, previous}. Raises 22023 when the draft has no enabled rule.
create or replace function public.publish_scoring_rules(p_note text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_previous integer;
  v_version integer;
  v_rules integer;
begin
  select s.version into strict v_previous from lead_sync.scoring_state as s for update;
  if not exists (select from lead_sync.conditions as c where c.set_no = -1) then
    raise exception 'There is no enabled rule to publish' using errcode = '22023', hint = 'Add or enable rules in lead_scoring_rules; roll_back_scoring_rules(0) stops scoring.';
  end if;
  select coalesce(max(v.version), 0) + 1 into v_version from public.lead_scoring_versions as v;
  insert into public.lead_scoring_versions (version, rules, groups, note)
  select
    v_version,
    (select jsonb_agg(to_jsonb(r) - 'updated_at' order by r.rule_key) from public.lead_scoring_rules as r),
    (select coalesce(jsonb_agg(to_jsonb(g) order by g.rule_group), '[]') from public.lead_scoring_groups as g),
    p_note;
  insert into lead_sync.conditions (
    set_no, condition_key, group_key, lowest, highest, attribute_no, attribute_key, operator_no, text_value, texts, low, high, points, decay_days, timed
  )
  select
    v_version, c.condition_key, c.group_key, c.lowest, c.highest, c.attribute_no, c.attribute_key, c.operator_no, c.text_value, c.texts, c.low, c.high,
    c.points, c.decay_days, c.timed
  from lead_sync.conditions as c
  where c.set_no = -1;
  get diagnostics v_rules = row_count;
  perform lead_sync.describe_set(v_version);
  update lead_sync.scoring_state as s set version = v_version, epoch = s.epoch + 1 where true;
  return jsonb_build_object('version', v_version, 'rules', v_rules, 'previous', v_previous);
end
$$;

-- Puts an earlier version in force again.
--   p_version        null: the one published before the one in force; 0: no scoring, scores stay as they are
--   p_restore_draft  also makes that version's rules the draft, in place of what the draft holds now
-- Returns {version, rules, previous}. Raises 22023 when there is no such version.
create or replace function public.roll_back_scoring_rules(p_version integer default null, p_restore_draft boolean default false) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_previous integer;
  v_version integer := p_version;
  v_published public.lead_scoring_versions;
begin
  select s.version into strict v_previous from lead_sync.scoring_state as s for update;
  if v_version is null then
    select coalesce(max(v.version), 0) into v_version from public.lead_scoring_versions as v where v.version < v_previous;
  end if;
  select * into v_published from public.lead_scoring_versions as v where v.version = v_version;
  if not found and v_version <> 0 then
    raise exception 'There is no published version %', v_version using errcode = '22023', hint = 'get_scoring_rules() lists the versions.';
  end if;
  if p_restore_draft and v_version <> 0 then
    delete from public.lead_scoring_rules as r where true;
    delete from public.lead_scoring_groups as g where true;
    insert into public.lead_scoring_groups (rule_group, lowest, highest, description)
    select g.rule_group, g.lowest, g.highest, g.description
    from jsonb_to_recordset(v_published.groups) as g (rule_group text, lowest numeric, highest numeric, description text);
    insert into public.lead_scoring_rules (rule_key, rule_group, attribute, operator, value, points, decay_days, enabled, description)
    select r.rule_key, r.rule_group, r.attribute, r.operator, nullif(r.value, 'null'), r.points, r.decay_days, r.enabled, r.description
    from jsonb_to_recordset(v_published.rules) as r (
      rule_key text, rule_group text, attribute text, operator text, value jsonb, points numeric, decay_days integer, enabled boolean, description text
    );
  end if;
  update lead_sync.scoring_state as s set version = v_version, epoch = s.epoch + 1 where true;
  return jsonb_build_object(
    'version', v_version, 'rules', (select count(*) from lead_sync.conditions as c where c.set_no = v_version and v_version > 0), 'previous', v_previous
  );
end
$$;

-- The rules: the draft, the groups, and what was published.
-- Returns {version, published_at, draft: [rule], groups: [group], versions: [{version, published_at, note, rules}], draft_differs}.
create or replace function public.get_scoring_rules() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object(
    'version', s.version,
    'published_at', (select v.published_at from public.lead_scoring_versions as v where v.version = s.version),
    'draft', (select coalesce(jsonb_agg(to_jsonb(r) order by r.rule_group, r.points desc, r.rule_key), '[]') from public.lead_scoring_rules as r),
    'groups', (select coalesce(jsonb_agg(to_jsonb(g) order by g.rule_group), '[]') from public.lead_scoring_groups as g),
    'versions', (
      select coalesce(jsonb_agg(
        jsonb_build_object('version', v.version, 'published_at', v.published_at, 'note', v.note, 'rules', jsonb_array_length(v.rules)) order by v.version desc
      ), '[]')
      from public.lead_scoring_versions as v
    ),
    'draft_differs', exists (
      select from (select to_jsonb(c) - 'set_no' as condition from lead_sync.conditions as c where c.set_no = -1) as d
      full join (select to_jsonb(c) - 'set_no' as condition from lead_sync.conditions as c where c.set_no = s.version and s.version > 0) as f
        on f.condition = d.condition
      where d.condition is null or f.condition is null
    )
  )
  from lead_sync.scoring_state as s
$$;

alter table public.lead_scoring_groups enable row level security;
alter table public.lead_scoring_rules enable row level security;
alter table public.lead_scoring_versions enable row level security;
alter table lead_sync.condition_sets enable row level security;
alter table lead_sync.conditions enable row level security;
alter table lead_sync.scoring_state enable row level security;
revoke all on public.lead_scoring_groups, public.lead_scoring_rules, public.lead_scoring_versions, lead_sync.conditions, lead_sync.condition_sets, lead_sync.scoring_state
  from public, anon, authenticated;
grant select, insert, update, delete
  on public.lead_scoring_groups, public.lead_scoring_rules, public.lead_scoring_versions, lead_sync.conditions, lead_sync.condition_sets, lead_sync.scoring_state
  to service_role;
revoke all on all functions in schema lead_sync from public, anon, authenticated;
grant execute on all functions in schema lead_sync to service_role;
revoke all on function public.publish_scoring_rules(text) from public, anon, authenticated;
grant execute on function public.publish_scoring_rules(text) to service_role;
revoke all on function public.roll_back_scoring_rules(integer, boolean) from public, anon, authenticated;
grant execute on function public.roll_back_scoring_rules(integer, boolean) to service_role;
revoke all on function public.get_scoring_rules() from public, anon, authenticated;
grant execute on function public.get_scoring_rules() to service_role;

select lead_sync.end_migration();
notify pgrst, 'reload schema';

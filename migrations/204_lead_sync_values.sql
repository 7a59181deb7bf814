-- A lead and a snapshot as comparable values, what is due, and the triggers that note local changes.
-- Values are one jsonb object per lead: field name -> value, texts trimmed, lists as arrays, blanks left out, attributes as "attributes.<key>", "deleted": true when deleted.

set local lock_timeout = '10s';
set local statement_timeout = '5min';
select lead_sync.begin_migration();

-- Trims white space and invisible characters of every kind (byte order marks, soft hyphens, marks of direction); blank becomes null. nodes/lead/normal-form.ts
-- has the same characters, test/lead/normal-forms.json runs through both.
create or replace function lead_sync.clean(p_text text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return nullif(btrim(p_text, e' \t\r\n\f\u000b\u0085\u00a0\u00ad\u061c\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2061\u2062\u2063\u2064\u2065\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f\u3000\ufeff'), '');
end
$$;

-- A text in its one normal form, used to compare only: no invisible characters, one plain space for each run of white space, none around it, composed letters (NFC).
create or replace function lead_sync.normal_text(p_text text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return btrim(normalize(regexp_replace(regexp_replace(p_text, '[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]', '', 'g'), '[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+', ' ', 'g'), nfc));
end
$$;

-- What leads of one e-mail have in common, as the index on public.leads has it: neither white space nor invisible characters, composed, in small letters.
create or replace function lead_sync.email_key(p_email text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return case when p_email ~ '^[!-~]+$' then lower(p_email) else nullif(lower(normalize(regexp_replace(p_email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)), '') end;
end
$$;

-- The characters of a label as Punycode (RFC 3492): buecher with its umlaut -> bcher-kva.
create or replace function lead_sync.punycode(p_label text) returns text
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_digits constant text := 'abcdefghijklmnopqrstuvwxyz0123456789';
  v_points integer[] := array(select ascii(c.char) from regexp_split_to_table(p_label, '') with ordinality as c (char, place) order by c.place);
  v_basic text := regexp_replace(p_label, '[^\x01-\x7f]', '', 'g');
  v_handled integer := length(v_basic);
  v_out text := v_basic || case when v_basic <> '' then '-' else '' end;
  v_next integer := 128;
  v_delta integer := 0;
  v_bias integer := 72;
  v_lowest integer;
  v_point integer;
  v_rest integer;
  v_place integer;
  v_threshold integer;
begin
  while v_handled < cardinality(v_points) loop
    v_lowest := (select min(p) from unnest(v_points) as p where p >= v_next);
    v_delta := v_delta + (v_lowest - v_next) * (v_handled + 1);
    v_next := v_lowest;
    foreach v_point in array v_points loop
      if v_point < v_next then
        v_delta := v_delta + 1;
      elsif v_point = v_next then
        v_rest := v_delta;
        v_place := 36;
        loop
          v_threshold := greatest(1, least(26, v_place - v_bias));
          exit when v_rest < v_threshold;
          v_out := v_out || substr(v_digits, v_threshold + (v_rest - v_threshold) % (36 - v_threshold) + 1, 1);
          v_rest := (v_rest - v_threshold) / (36 - v_threshold);
          v_place := v_place + 36;
        end loop;
        v_out := v_out || substr(v_digits, v_rest + 1, 1);
        -- the bias adapts
        v_rest := v_delta / case when v_handled = length(v_basic) then 700 else 2 end;
        v_rest := v_rest + v_rest / (v_handled + 1);
        v_bias := 0;
        while v_rest > 455 loop
          v_rest := v_rest / 35;
          v_bias := v_bias + 36;
        end loop;
        v_bias := v_bias + 36 * v_rest / (v_rest + 38);
        v_delta := 0;
        v_handled := v_handled + 1;
      end if;
    end loop;
    v_delta := v_delta + 1;
    v_next := v_next + 1;
  end loop;
  return v_out;
end
$$;

-- A host as the name service has it: small letters, no dot at the end, labels in other letters as xn--… (at most 63 characters; a longer one is no label).
create or replace function lead_sync.ascii_host(p_host text) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select case
    when h.host !~ '[^\x01-\x7f]' then rtrim(h.host, '.')
    else (
      select string_agg(case when l.label ~ '[^\x01-\x7f]' and length(l.label) <= 63 then 'xn--' || lead_sync.punycode(l.label) else l.label end, '.' order by l.place)
      from regexp_split_to_table(rtrim(translate(lower(normalize(h.host, nfkc)), e'\u3002', '.'), '.'), '\.') with ordinality as l (label, place)
    )
  end
  from (select lower(p_host) as host) as h
$$;

-- A company's domain bare: no scheme, user, www, port, path or dot at the end.
create or replace function lead_sync.bare_domain(p_domain text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return regexp_replace(
    lead_sync.ascii_host(substring(regexp_replace(p_domain, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g') from '^(?:[A-Za-z][A-Za-z0-9+.-]*://)?/*(?:[^/?#]*@)?([^/?#:]*)')),
    '^(www\.)+(?=[^.]+\.)', ''
  );
end
$$;

-- The digits of a phone number, or of each in a list, that is written with its calling code (+ or 00 first); null when one is not.
create or replace function lead_sync.whole_phone(p_value jsonb) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select case when bool_and(d.digits is not null) then string_agg(distinct d.digits, ' ' order by d.digits) end
  from jsonb_array_elements_text(case when jsonb_typeof(p_value) = 'array' then p_value else jsonb_build_array(p_value) end) as e
  cross join lateral (
    select case
      when e ~ '^[^0-9+]*(\+|00)' then regexp_replace(regexp_replace(regexp_replace(lower(e), '(x|ext|;).*$|\(0\)', '', 'g'), '[^0-9]', '', 'g'), '^00', '')
    end as digits
  ) as d
$$;

-- Whether a text is a UUID.
create or replace function lead_sync.is_uuid(p_text text) returns boolean
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return p_text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
end
$$;

-- A list as it is compared: texts trimmed, blanks dropped; an empty one becomes a JSON null. [" a ", ""] -> ["a"]
create or replace function lead_sync.clean_list(p_list jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select coalesce(jsonb_agg(c.value order by e.ordinality) filter (where c.value <> 'null'), 'null')
  from jsonb_array_elements(p_list) with ordinality as e
  cross join lateral (
    select case when jsonb_typeof(e.value) = 'string' then coalesce(to_jsonb(lead_sync.clean(e.value #>> '{}')), 'null') else e.value end as value
  ) as c
$$;

-- What was stated for a column of several texts: a list, or one text with commas, semicolons or line breaks between them. Anything else stays as it is.
create or replace function lead_sync.stated_list(p_value jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select case jsonb_typeof(p_value)
    when 'string' then lead_sync.clean_list(to_jsonb(regexp_split_to_array(p_value #>> '{}', '[,;\n]')))
    when 'array' then lead_sync.clean_list(to_jsonb(array(select e.value from jsonb_array_elements_text(p_value) with ordinality as e order by e.ordinality)))
    else p_value
  end
$$;

-- A list as a column of texts holds it; blank is the empty one.
create or replace function lead_sync.text_array(p_list jsonb) returns text[]
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select array(
    select e.value
    from jsonb_array_elements_text(case when jsonb_typeof(p_list) = 'array' then p_list else '[]' end) with ordinality as e
    order by e.ordinality
  )
$$;

-- The columns of several texts as values.
create or replace function lead_sync.list_values(p_emails text[], p_phones text[]) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'additional_emails', lead_sync.clean_list(to_jsonb(p_emails)), 'additional_phones', lead_sync.clean_list(to_jsonb(p_phones))
  ))
$$;

-- An attributes object as fields: {"utm": " x "} -> {"attributes.utm": "x"}; p_keep_blank keeps blanks as nulls ("known to be blank").
create or replace function lead_sync.attribute_values(p_attributes jsonb, p_keep_blank boolean default false) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select coalesce(jsonb_object_agg('attributes.' || a.key, c.value) filter (where p_keep_blank or c.value <> 'null'), '{}')
  from jsonb_each(p_attributes) as a
  cross join lateral (
    select case jsonb_typeof(a.value)
      when 'string' then coalesce(to_jsonb(lead_sync.clean(a.value #>> '{}')), 'null')
      when 'array' then lead_sync.clean_list(a.value)
      else a.value
    end as value
  ) as c
$$;

-- The values of a lead's row. Trims in place of calling clean, and of plain white space only: this runs for every lead of every page.
create or replace function lead_sync.lead_values(p_lead public.leads) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  space constant text := e' \t\r\n\f\u000b\u00a0';
  v_segment text;
begin
  if p_lead.segment_id is not null then
    select s.segment_name into v_segment from public.customer_segments as s where s.id = p_lead.segment_id;
  end if;
  return jsonb_strip_nulls(jsonb_build_object(
    'first_name', nullif(btrim(p_lead.first_name, space), ''),
    'last_name', nullif(btrim(p_lead.last_name, space), ''),
    'email', nullif(btrim(p_lead.email, space), ''),
    'phone', nullif(btrim(p_lead.phone, space), ''),
    'job_title', nullif(btrim(p_lead.job_title, space), ''),
    'company_name', nullif(btrim(p_lead.company_name, space), ''),
    'company_domain', nullif(btrim(p_lead.company_domain, space), ''),
    'company_size', nullif(btrim(p_lead.company_size, space), ''),
    'city', nullif(btrim(p_lead.city, space), ''),
    'region', nullif(btrim(p_lead.region, space), ''),
    'country', nullif(btrim(p_lead.country, space), ''),
    'postal_code', nullif(btrim(p_lead.postal_code, space), ''),
    'linkedin_url', nullif(btrim(p_lead.linkedin_url, space), ''),
    'lead_source', nullif(btrim(p_lead.lead_source, space), ''),
    'lead_status', nullif(btrim(p_lead.lead_status, space), ''),
    'lead_score', p_lead.lead_score,
    'segment', v_segment,
    'deleted', case when p_lead.deleted_at is not null then true end
  ))
  || case when p_lead.attributes = '{}' then '{}'::jsonb else lead_sync.attribute_values(p_lead.attributes) end
  || case
    when cardinality(p_lead.additional_emails) + cardinality(p_lead.additional_phones) = 0 then '{}'::jsonb
    else lead_sync.list_values(p_lead.additional_emails, p_lead.additional_phones)
  end;
end
$$;

-- The values that a snapshot (or a lead from another source) states: blanks it states are kept as nulls, what it does not name is absent.
create or replace function lead_sync.stated_values(p_snapshot jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select (
    select coalesce(
      jsonb_object_agg(
        e.key,
        case
          when e.key in ('additional_emails', 'additional_phones') then lead_sync.stated_list(e.value)
          when jsonb_typeof(e.value) = 'string' then coalesce(to_jsonb(nullif(btrim(e.value #>> '{}', e' \t\r\n\f\u000b\u00a0'), '')), 'null')
          else e.value
        end
      ) filter (where e.key = any (array[
        'first_name', 'last_name', 'email', 'additional_emails', 'phone', 'additional_phones', 'job_title', 'company_name', 'company_domain',
        'company_size', 'city', 'region', 'country', 'postal_code', 'linkedin_url', 'lead_source', 'lead_status', 'lead_score', 'segment'
      ]) or e.key like 'attributes.%'),
      '{}'
    )
    from jsonb_each(p_snapshot) as e
  ) || case
    when jsonb_typeof(p_snapshot -> 'attributes') = 'object' and p_snapshot -> 'attributes' <> '{}' then lead_sync.attribute_values(p_snapshot -> 'attributes', true)
    else '{}'::jsonb
  end
$$;

-- Values back in the wire form of a lead: "attributes.utm" becomes {"attributes": {"utm": …}}.
create or replace function lead_sync.wire_form(p_values jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select coalesce(jsonb_object_agg(e.key, e.value) filter (where e.key not like 'attributes.%'), '{}')
    || case
      when bool_or(e.key like 'attributes.%')
        then jsonb_build_object('attributes', jsonb_object_agg(substr(e.key, 12), e.value) filter (where e.key like 'attributes.%'))
      else '{}'::jsonb
    end
  from jsonb_each(p_values) as e
$$;

-- A list in comparable form: what it holds, each once. Without order: Twenty keeps the one it was given, but it means nothing, and a merge of two people changes it.
create or replace function lead_sync.comparable_list(p_kind text, p_list jsonb) returns text
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  return (
    select nullif(jsonb_agg(distinct lead_sync.comparable(p_kind, e))::text, '[]')
    from jsonb_array_elements(case when jsonb_typeof(p_list) = 'array' then p_list else jsonb_build_array(p_list) end) as e
  );
end
$$;

-- A value in a form in which two spellings of one thing are equal; used only to see that both sides mean the same.
-- Phones: the last nine digits, extension dropped, because a local spelling lacks the country code (E.164 has at most 15 digits, national numbers mostly 9 or 10);
-- is_same compares more where it can. Domains, and those of e-mails, in letters of the name service: Twenty stores them so from 2.41 on.
-- A value of which that leaves nothing, such as a phone "call me", stands for itself: only a blank is equal to a blank.
create or replace function lead_sync.comparable(p_kind text, p_value jsonb) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return case
    when p_value is null or p_value = 'null' then ''
    -- what people type where they have no address or number
    when p_kind in ('email', 'phone', 'link', 'domain') and (p_value #>> '{}') ~* '^\s*(n/?a|n\.a\.|none|null|nil|unknown|[-–—.?_]+)\s*$' then ''
    else coalesce(
      nullif(
        case
          when p_kind = 'text' then null
          when p_kind = 'email' then case
            when (p_value #>> '{}') ~ '^[\x21-\x7e]+$' then lower(p_value #>> '{}')
            else regexp_replace(lead_sync.email_key(p_value #>> '{}'), '[^@]*$', '') || lead_sync.ascii_host(substring(lead_sync.email_key(p_value #>> '{}') from '[^@]*$'))
          end
          when p_kind = 'phone' then right(regexp_replace(regexp_replace(lower(p_value #>> '{}'), '(x|ext|;).*$', ''), '[^0-9]', '', 'g'), 9)
          when p_kind = 'domain' then lead_sync.bare_domain(p_value #>> '{}')
          when p_kind = 'link' then rtrim(regexp_replace(lower(lead_sync.normal_text(p_value #>> '{}')), '^([a-z]+://)?(www\.)?', ''), '/')
          when p_kind = 'number' and (p_value #>> '{}') ~ '^-?[0-9]+(\.[0-9]+)?$' then trim_scale((p_value #>> '{}')::numeric)::text
          when p_kind like '% list' then lead_sync.comparable_list(split_part(p_kind, ' ', 1), p_value)
        end,
        ''
      ),
      lead_sync.normal_text(p_value #>> '{}')
    )
  end;
end
$$;

-- Whether two values mean the same, blanks included. Two phones that are both written with their calling code are compared whole: +1 415 555 2671 is not
-- +1 315 555 2671. Some people write the 0 of a national number behind it (+49 0171 …).
create or replace function lead_sync.is_same(p_kind text, p_one jsonb, p_other jsonb) returns boolean
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  if p_one = p_other then
    return true;
  elsif lead_sync.comparable(p_kind, p_one) <> lead_sync.comparable(p_kind, p_other) then
    return false;
  elsif p_kind not in ('phone', 'phone list') or coalesce(p_one, 'null') = 'null' or coalesce(p_other, 'null') = 'null' then
    return true;
  end if;
  return coalesce((
    select w.one = w.other or exists (
      select from generate_series(1, 3) as code
      where regexp_replace(w.one, '^(.{' || code || '})0', '\1') = w.other or regexp_replace(w.other, '^(.{' || code || '})0', '\1') = w.one
    )
    from (select lead_sync.whole_phone(p_one) as one, lead_sync.whole_phone(p_other) as other) as w
  ), true);
end
$$;

-- The mapping's rules in force for an object: [{field, kind, direction, policy, base_since, of_company}], with a run's policy in place of each field's own when given.
-- The kind of a list says what is in it, as its field in Twenty has it: text list, email list, phone list.
-- Deletion always has a rule, because nothing may be written to a deleted record; its direction is 'none' when its row is disabled or missing.
create or replace function lead_sync.rules(p_object text, p_policy text default null) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(
    jsonb_agg(
      jsonb_build_object('field', m.lead_field, 'kind', m.kind, 'direction', m.direction, 'policy', coalesce(p_policy, m.policy))
      || case when m.base_since is not null then jsonb_build_object('base_since', m.base_since) else '{}' end
      || case when m.of_company then '{"of_company": true}'::jsonb else '{}' end
      order by m.lead_field
    ),
    '[]'
  )
  from (
    select
      f.lead_field,
      case
        when f.kind <> 'list' then f.kind
        when f.twenty_field like '%.additionalEmails' then 'email list'
        when f.twenty_field like '%.additionalPhones' then 'phone list'
        else 'text list'
      end as kind,
      f.direction, f.policy, f.base_since, f.twenty_field like 'company.%' as of_company
    from lead_sync.field_mappings as f
    where f.object = p_object and f.lead_field <> 'deleted' and f.enabled and f.missing_since is null
    union all
    select 'deleted', 'boolean', case when f.enabled then f.direction else 'none' end, coalesce(f.policy, 'last_write_wins'), null, false
    from (select) as always
    left join lead_sync.field_mappings as f on f.object = p_object and f.lead_field = 'deleted'
  ) as m
$$;

-- Those rules whose fields start anew in leads that were not merged or written since; null, as mostly, for none.
create or replace function lead_sync.renewed_rules(p_rules jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select jsonb_agg(r) from jsonb_array_elements(p_rules) as r where r ? 'base_since'
$$;

-- A base without the fields that start anew. p_settled_at: when the lead was last merged or written; p_renewed: of renewed_rules.
create or replace function lead_sync.known_base(p_base jsonb, p_settled_at timestamptz, p_renewed jsonb) returns jsonb
language sql stable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select p_base - array(select r ->> 'field' from jsonb_array_elements(p_renewed) as r where (r ->> 'base_since')::timestamptz > p_settled_at)
$$;

-- Before a mapping row is written: a field that is read from another place in Twenty, is there again, was not taken from there so far, or is new to leads that are
-- synced already has no base any more. Otherwise the blank at the new place would count as somebody's edit, and erase the leads' values.
create or replace function lead_sync.note_mapping_change() returns trigger
language plpgsql volatile set search_path = '' as $$
declare
  v_is_new boolean;
begin
  if tg_op = 'INSERT' then
    v_is_new := exists (select from lead_sync.lead_states);
  else
    v_is_new := new.twenty_field is distinct from old.twenty_field
      or (old.missing_since is not null and new.missing_since is null)
      or (old.direction = 'to_twenty' and new.direction <> 'to_twenty');
  end if;
  if v_is_new and new.lead_field <> 'deleted' then
    new.base_since := clock_timestamp();
  end if;
  return new;
end
$$;
create or replace trigger field_mappings_note_change before insert or update on lead_sync.field_mappings
  for each row execute function lead_sync.note_mapping_change();

-- The fields that must go out to Twenty: those whose local value is not what was last agreed.
-- Deletion first: a delete or a restore goes alone; while either side is deleted, fields wait, and a lead deleted before it went out stays here.
create or replace function lead_sync.due_fields(p_local jsonb, p_base_local jsonb, p_base_remote jsonb, p_linked boolean, p_rules jsonb) returns text[]
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select case
    when p_linked and (p_local ? 'deleted') <> (p_base_local ? 'deleted') then case
      when exists (select from jsonb_array_elements(p_rules) as r where r ->> 'field' = 'deleted' and r ->> 'direction' in ('both', 'to_twenty'))
        then array['deleted']
      else '{}'::text[]
    end
    when p_local ? 'deleted' or p_base_remote ? 'deleted' then '{}'::text[]
    when p_local = p_base_local then '{}'::text[]
    else (
      select coalesce(array_agg(r.value ->> 'field' order by r.ordinality), '{}')
      from jsonb_array_elements(p_rules) with ordinality as r
      where r.value ->> 'direction' <> 'to_supabase'
        and r.value ->> 'field' <> 'deleted'
        and (p_local -> (r.value ->> 'field')) is distinct from (p_base_local -> (r.value ->> 'field'))
    )
  end
$$;

-- Those of a lead's left-out fields whose value here still counts as agreed, although Twenty has another one.
create or replace function lead_sync.still_left_out(p_left_out jsonb, p_local jsonb, p_base_local jsonb, p_base_remote jsonb, p_rules jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select coalesce(jsonb_object_agg(e.key, e.value), '{}')
  from jsonb_each(p_left_out) as e
  join jsonb_array_elements(p_rules) as r on r ->> 'field' = e.key
  where (p_local -> e.key) is not distinct from (p_base_local -> e.key)
    and not lead_sync.is_same(r ->> 'kind', p_local -> e.key, p_base_remote -> e.key)
$$;

-- E-mail addresses as they are looked for: for the index below.
create or replace function lead_sync.email_keys(p_emails text[]) returns text[]
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  return array(select lead_sync.email_key(e) from unnest(p_emails) as e);
end
$$;
create index if not exists leads_additional_emails_idx on public.leads using gin (lead_sync.email_keys(additional_emails)) where additional_emails <> '{}';

-- The one live lead that has an address (in small letters) among its additional e-mails; null when there is none, or several. p_linked: only of leads whose person is there.
create or replace function lead_sync.lead_of_address(p_email text, p_linked boolean default false) returns uuid
language plpgsql stable set search_path = '' as $$
declare
  v_ids uuid[] := array(
    select l.id
    from public.leads as l
    where l.additional_emails <> '{}' and lead_sync.email_keys(l.additional_emails) @> array[p_email] and l.deleted_at is null
      and (not p_linked or (l.twenty_id is not null and not exists (select from lead_sync.lead_states as s where s.lead_id = l.id and s.gone)))
    limit 2
  );
begin
  return case when cardinality(v_ids) = 1 then v_ids[1] end;
end
$$;

-- True while the sync itself writes: its writes are not local changes.
create or replace function lead_sync.engine_is_writing() returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return coalesce(current_setting('lead_sync.engine', true), '') = 'on';
end
$$;

-- Refuses a lead of more bytes than the settings allow: anybody can fill in a form, and one huge lead would keep all others waiting.
-- One that had more before can still be edited, in steps of 16 kB at most where it grows.
create or replace function lead_sync.check_size(p_lead public.leads, p_before public.leads) returns void
language plpgsql stable set search_path = '' as $$
declare
  v_bytes integer := pg_column_size(p_lead);
  v_bytes_before integer := pg_column_size(p_before);
  v_limit integer := (select s.max_lead_bytes from lead_sync.settings as s);
begin
  if v_bytes > (case when v_bytes_before > v_limit then v_bytes_before + 16384 else v_limit end) then
    raise exception 'Lead % has % bytes, most of them in %; at most % are taken: shorten it, or raise max_lead_bytes in lead_sync.settings',
      p_lead.id, v_bytes,
      (select e.key from jsonb_each_text(to_jsonb(p_lead)) as e where e.value is not null order by octet_length(e.value) desc limit 1), v_limit
      using errcode = 'program_limit_exceeded';
  end if;
end
$$;

-- Before a row is written by anyone else: check and stamp it; when a synced value changed, note which and when, and make the lead due.
-- A claimed lead stays claimed: its completion sees the change. Setting sync_status to 'pending' by hand makes a lead due as well.
-- A lead that is linked to another person by hand, or to none, starts anew: nothing is agreed with that one, and a push at work with the old one loses its claim.
create or replace function lead_sync.note_lead_write() returns trigger
language plpgsql security definer set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_now timestamptz := clock_timestamp();
  v_before jsonb;
  v_after jsonb;
  v_is_relinked boolean;
begin
  new.updated_at := v_now;
  if lead_sync.engine_is_writing() then
    return new;
  end if;
  if pg_column_size(new) > 16384 then -- the least that can be allowed: a look into the settings costs more than all else here
    perform lead_sync.check_size(new, old);
  end if;
  if tg_op = 'INSERT' then
    new.sync_status := 'pending';
    return new;
  end if;

  v_before := lead_sync.lead_values(old);
  v_after := lead_sync.lead_values(new);
  v_is_relinked := new.twenty_id is distinct from old.twenty_id;
  if v_is_relinked then
    update lead_sync.lead_states as s set
      base_local = '{}', base_remote = '{}', remote_created_at = null, remote_updated_at = null, company_id = null, absent_since = null, gone = false,
      merged_at = null, read_at = null, intent = null, claim_token = null, lease = null
    where s.lead_id = new.id;
    new.left_out := '{}';
  end if;
  if new.left_out <> '{}' then
    new.left_out := new.left_out - array(select k from jsonb_object_keys(new.left_out) as k where (v_after -> k) is distinct from (v_before -> k));
  end if;
  if v_after is distinct from v_before or v_is_relinked or (new.sync_status = 'pending' and old.sync_status <> 'pending') then
    new.sync_status := case when old.sync_status = 'syncing' and not v_is_relinked then 'syncing' else 'pending' end;
    new.sync_error_message := null;
    new.sync_error_count := 0;
    insert into lead_sync.lead_states as s (lead_id, due_at, due_since, changed_at)
    values (
      new.id, v_now, v_now,
      (
        select coalesce(jsonb_object_agg(k, v_now), '{}')
        from jsonb_object_keys(v_before || v_after) as k
        where (v_after -> k) is distinct from (v_before -> k)
      )
    )
    on conflict (lead_id) do update set
      changed_at = s.changed_at || excluded.changed_at,
      due_at = case when s.claim_token is null then excluded.due_at else s.due_at end,
      due_since = coalesce(s.due_since, excluded.due_since),
      retries = 0,
      held_by = null;
  end if;
  return new;
end
$$;

-- After rows were inserted: their states, due at once unless the sync wrote them.
create or replace function lead_sync.note_leads_inserted() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if lead_sync.engine_is_writing() then
    return null;
  end if;
  insert into lead_sync.lead_states (lead_id, due_at, due_since, changed_at)
  select n.id, clock_timestamp(), clock_timestamp(),
    (select coalesce(jsonb_object_agg(k, clock_timestamp()), '{}') from jsonb_object_keys(lead_sync.lead_values(n)) as k)
  from new_leads as n
  on conflict (lead_id) do nothing;
  return null;
end
$$;

create or replace trigger leads_note_write before insert or update on public.leads
  for each row execute function lead_sync.note_lead_write();
create or replace trigger leads_note_inserted after insert on public.leads
  referencing new table as new_leads for each statement execute function lead_sync.note_leads_inserted();

revoke all on all functions in schema lead_sync from public, anon, authenticated;
grant execute on all functions in schema lead_sync to service_role;

select lead_sync.end_migration();
notify pgrst, 'reload schema';

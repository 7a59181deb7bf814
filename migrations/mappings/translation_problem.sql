-- Why values here cannot be translated so: a sentence, or null. Each value here is one option in Twenty and the other way round, and no value here is called like an option
-- there: what is translated twice stays as it is, and nothing can be meant that is not said.
--   p_translations  {value here: option in Twenty}
--   p_options       the options that the field has in Twenty; null where that is not known
create or replace function lead_sync.translation_problem(p_translations jsonb, p_options text[] default null) returns text
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_here text[];
  v_there text[];
  v_name text;
begin
  if jsonb_typeof(p_translations) is distinct from 'object' or jsonb_path_exists(p_translations, '$.* ? (@.type() != "string")') then
    return 'It must say of each value here which option it is in Twenty: {"website": "WEB_FORM"}.';
  end if;
  select array_agg(t.key), array_agg(t.value) into v_here, v_there from jsonb_each_text(p_translations) as t;
  if cardinality(v_here) > 200 or exists (select from unnest(v_here || v_there) as n where n <> coalesce(lead_sync.clean(n), '') or n = '' or length(n) > 200) then
    return 'A value is a text of 1 to 200 characters, without space around it; there may be 200 of them.';
  end if;
  v_name := (select min(n) from (select n from unnest(v_there) as n group by n having count(*) > 1) as twice);
  if v_name is not null then
    return format('The option "%s" has two names here: it can have one.', v_name);
  end if;
  v_name := (select min(n) from unnest(v_here) as n where n = any (v_there || coalesce(p_options, '{}')));
  if v_name is not null then
    return format('"%s" is the name of an option in Twenty: a value here needs another one, so that it cannot be taken for that.', v_name);
  end if;
  v_name := (select min(n) from unnest(v_there) as n where n <> all (p_options));
  if v_name is not null then
    return format('"%s" is none of the options in Twenty: %s.', v_name, left(array_to_string(p_options, ', '), 500));
  end if;
  return null;
end
$$;

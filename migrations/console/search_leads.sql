-- Looks for leads: by the beginning of a name, a last name or an e-mail, by a whole phone number with its calling code however it is written, by an id, ours or Twenty's. Without a query and a filter,
-- the newest leads.
--   p_query   up to 200 characters; several words are looked for in the name, in any order
--   p_filter  waiting | held | failed | conflict | left_out | duplicates: only leads that are that
--   p_after   the position of the page before
--   p_limit   1 to 200
-- Returns {leads: [{id, twenty_id, name, email, phone, company_name, sync_status, problem, held, conflicts, left_out, updated_at, deleted_at}], has_next, position}. A call looks at so many leads and no more:
-- with a filter that few of many fit, a page may be short, or empty, and the next one goes on. Raises 22023 on a malformed call.
create or replace function public.search_leads(p_query text default null, p_filter text default null, p_after text default null, p_limit integer default 50) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  most constant integer := 10000;
  v_query text := nullif(lower(regexp_replace(btrim(p_query), '\s+', ' ', 'g')), '');
  v_word text := left(split_part(v_query, ' ', 1), 80);
  v_phone text;
  v_after text[] := regexp_match(p_after, '^(\d) ([0-9a-f-]{36}) (.*)$');
  v_search integer;
  v_key text;
  v_id uuid;
  v_looks integer;
  v_few uuid[];
  v_ids uuid[] := '{}';
  v_page record;
  v_has_next boolean := false;
begin
  if length(p_query) > 200 or p_limit is null or p_limit not between 1 and 200 then
    raise exception 'p_query must have at most 200 characters, and p_limit be from 1 to 200' using errcode = '22023';
  elsif p_filter not in ('waiting', 'held', 'failed', 'conflict', 'left_out', 'duplicates') then
    raise exception 'There is no filter %', left(p_filter, 100) using errcode = '22023';
  elsif p_after is not null and not coalesce(lead_sync.is_uuid(v_after[2]) and v_after[1] <= '4' and length(p_after) <= 600, false) then
    raise exception 'p_after must come from the page before' using errcode = '22023';
  end if;
  v_search := v_after[1];
  v_id := v_after[2];
  v_key := v_after[3];
  if v_query ~ '^[0-9 ()/.+-]+$' then
    v_phone := coalesce(lead_sync.phone_key(v_query), lead_sync.phone_key('+' || regexp_replace(v_query, '[^0-9]', '', 'g')));
  end if;
  v_looks := p_limit + case when v_query is null then 1500 else 500 end;
  if p_filter is not null then
    v_few := array(select f from lead_sync.leads_in_trouble(p_filter, most + 1) as f);
  end if;

  if lead_sync.is_uuid(v_query) then
    v_ids := array(
      select l.id from public.leads as l where (l.id = v_query::uuid or l.twenty_id = v_query::uuid) and (p_filter is null or lead_sync.has_trouble(l, p_filter))
    );
  elsif cardinality(v_few) <= most and (v_phone is null or cardinality(v_few) <= 500) then
    v_ids := array(
      select l.id
      from (select distinct f from unnest(v_few) as f where v_id is null or f > v_id) as t (id)
      join public.leads as l on l.id = t.id
      -- found_by is called of those alone whose names or e-mail begin like the query: it would take most of the time
      where v_query is null or case
        when v_phone is not null or l.email !~ '^[!-~]+$' or starts_with(lower(l.email), v_query)
          or starts_with(lower(left(l.first_name, 80)), v_word) or starts_with(lower(left(l.last_name, 80)), v_word)
          then lead_sync.found_by(l, v_query, v_phone) is not null
      end
      order by l.id
      limit p_limit + 1
    );
    v_has_next := cardinality(v_ids) > p_limit;
    v_ids := v_ids[:p_limit];
    v_search := 0;
    v_key := '';
    v_id := v_ids[cardinality(v_ids)];
  elsif v_query is null and p_filter is null then
    v_ids := array(select l.id from public.leads as l order by l.created_at desc limit p_limit);
  else
    for v_each in coalesce(v_search, case when v_query is null then 0 else 1 end)..case when v_query is null then 0 else 4 end loop
      with looked_at as materialized (
        select s.*, row_number() over () as place
        from lead_sync.leads_by(
          v_each, v_query, v_phone, case when v_each = v_search then v_key end, case when v_each = v_search then v_id end, v_looks
        ) as s
      ),
      fit as materialized (
        select a.* from looked_at as a join public.leads as l on l.id = a.id
        where (v_each = 0 or lead_sync.found_by(l, v_query, v_phone) = v_each) and (p_filter is null or lead_sync.has_trouble(l, p_filter))
        order by a.place
        limit p_limit - cardinality(v_ids) + 1
      )
      select
        array(select f.id from fit as f order by f.place limit p_limit - cardinality(v_ids)) as ids,
        (select count(*) from fit) > p_limit - cardinality(v_ids) as is_full,
        (select count(*) from looked_at) >= v_looks as has_more,
        case
          when (select count(*) from fit) > p_limit - cardinality(v_ids) then (select to_jsonb(f) from fit as f order by f.place offset greatest(p_limit - cardinality(v_ids) - 1, 0) limit 1)
          else (select to_jsonb(a) from looked_at as a order by a.place desc limit 1)
        end as last
      into v_page;
      v_ids := v_ids || v_page.ids;
      v_search := v_each;
      if v_page.is_full or v_page.has_more then
        v_has_next := true;
        -- where the page was full before, from the beginning
        v_key := case when cardinality(v_page.ids) > 0 or not v_page.is_full then v_page.last ->> 'key' else '' end;
        v_id := case when cardinality(v_page.ids) > 0 or not v_page.is_full then v_page.last ->> 'id' else '00000000-0000-0000-0000-000000000000' end;
        exit;
      end if;
    end loop;
  end if;

  return jsonb_build_object(
    'leads', (
      select coalesce(jsonb_agg(
        jsonb_build_object(
          'id', l.id, 'twenty_id', l.twenty_id, 'name', nullif(concat_ws(' ', l.first_name, l.last_name), ''), 'email', l.email, 'phone', l.phone,
          'company_name', l.company_name, 'sync_status', l.sync_status, 'problem', coalesce(s.refusal, l.sync_error_message), 'held', s.held_by is not null,
          'conflicts', (select count(*) from public.lead_sync_conflicts as c where c.lead_id = l.id and c.resolved_at is null),
          'left_out', l.left_out, 'updated_at', l.updated_at, 'deleted_at', l.deleted_at
        ) order by i.place
      ), '[]')
      from unnest(v_ids) with ordinality as i (id, place)
      join public.leads as l on l.id = i.id
      left join lead_sync.lead_states as s on s.lead_id = l.id
    ),
    'has_next', v_has_next,
    'position', case when v_has_next then v_search || ' ' || v_id || ' ' || v_key end
  );
end
$$;

-- Leads that one search may find, in its order, from after a key and an id on: 0 all by id, 1 name, 2 last name, 3 e-mail, 4 phone; see found_by. Each reads its index, and no more than p_limit of it.
create or replace function lead_sync.leads_by(p_search integer, p_query text, p_phone text, p_after_key text, p_after_id uuid, p_limit integer)
returns table (id uuid, key text)
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' rows 20 as $$
declare
  v_from text := left(case p_search when 2 then split_part(p_query, ' ', 1) else p_query end, case p_search when 3 then 200 else 80 end);
  v_until text := v_from || chr(1114111);
  v_after text := coalesce(p_after_key, v_from);
  v_after_id uuid := coalesce(p_after_id, '00000000-0000-0000-0000-000000000000');
begin
  case p_search
    when 0 then
      return query select l.id, '' from public.leads as l where p_after_id is null or l.id > p_after_id order by l.id limit p_limit;
    when 1 then
      return query
        select f.id, f.key
        from (
          select l.id, lower(left(l.first_name || coalesce(' ' || l.last_name, ''), 80)) collate "C" as key
          from public.leads as l where l.first_name is not null
        ) as f
        where f.key >= v_from and f.key < v_until and (f.key, f.id) > (v_after, v_after_id)
        order by f.key, f.id
        limit p_limit;
    when 2 then
      return query
        select f.id, f.key
        from (select l.id, lower(left(l.last_name, 80)) collate "C" as key from public.leads as l where l.last_name is not null) as f
        where f.key >= v_from and f.key < v_until and (f.key, f.id) > (v_after, v_after_id)
        order by f.key, f.id
        limit p_limit;
    when 3 then
      return query
        select f.id, f.key
        from (
          select l.id, case when l.email ~ '^[!-~]+$' then lower(l.email) else lower(normalize(regexp_replace(l.email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)) end as key
          from public.leads as l
        ) as f
        where f.key ~>=~ v_from and f.key ~<~ v_until and f.key ~>=~ v_after and (f.key <> v_after or f.id > v_after_id)
        order by f.key using ~<~, f.id
        limit p_limit;
    else
      return query
        select l.id, '' from public.leads as l
        where p_phone is not null and (l.phone is not null or l.additional_phones <> '{}')
          and lead_sync.phone_keys(array_append(l.additional_phones, l.phone)) @> array[p_phone] and (p_after_id is null or l.id > p_after_id)
        order by l.id
        limit p_limit;
  end case;
end
$$;

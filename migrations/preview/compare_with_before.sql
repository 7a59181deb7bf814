-- Completes an answer of preview_pull or preview_push with what only the state before the sync tells: by what leads were linked, and the values that they have now.
create or replace function lead_sync.compare_with_before(p_answer jsonb) returns jsonb
language sql stable set search_path = '' as $$
  select (p_answer - 'linked') || jsonb_build_object(
    'counts', (p_answer -> 'counts') || jsonb_build_object('linked', coalesce((
      select jsonb_object_agg(b.by, b.count)
      from (
        select
          case
            when k ->> 0 = k ->> 1 then 'own_id'
            when lower(l.email) = any (lead_sync.email_spellings(k ->> 2)) or lead_sync.is_same('email', to_jsonb(l.email), k -> 2) then 'email'
            else 'other_email'
          end as by,
          count(*) as count
        from jsonb_array_elements(p_answer -> 'linked') as k
        left join public.leads as l on l.id = (k ->> 0)::uuid
        group by 1
      ) as b
    ), '{}')),
    'examples', coalesce((
      select jsonb_agg(case
        when e ? 'supabase' or l.id is null then e
        else e || jsonb_build_object('supabase', lead_sync.preview_values(lead_sync.lead_values(l), e -> 'fields'))
      end)
      from jsonb_array_elements(p_answer -> 'examples') as e
      left join public.leads as l on l.id = (e ->> 'lead_id')::uuid
    ), '[]')
  )
$$;

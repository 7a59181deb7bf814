-- Completes an answer of preview_pull or preview_push with what only the state before the sync tells: by what rows were linked, and the values that they have now.
create or replace function lead_sync.compare_with_before(p_adapter text, p_answer jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_answer jsonb;
begin
  execute lead_sync.rows_sql(p_adapter, $sql$
    select ($1 - 'linked') || jsonb_build_object(
      'counts', ($1 -> 'counts') || jsonb_build_object('linked', coalesce((
        select jsonb_object_agg(b.by, b.count)
        from (
          select
            case
              when k ->> 0 = lead_sync.own_id_of((k ->> 1)::uuid)::text then 'own_id'
              when $2 is not null then $2
              when lower({email}) = any (lead_sync.email_spellings(k ->> 2)) or lead_sync.is_same('email', to_jsonb({email}), k -> 2) then 'email'
              else 'other_email'
            end as by,
            count(*) as count
          from jsonb_array_elements($1 -> 'linked') as k
          left join {table} as l on l.id = (k ->> 0)::uuid
          group by 1
        ) as b
      ), '{}')),
      'examples', coalesce((
        select jsonb_agg(case
          when e ? 'supabase' or l.id is null then e
          else e || jsonb_build_object('supabase', lead_sync.preview_values({values}, e -> 'fields'))
        end)
        from jsonb_array_elements($1 -> 'examples') as e
        left join {table} as l on l.id = (e ->> 'lead_id')::uuid
      ), '[]')
    )
  $sql$) into v_answer using p_answer, (select o.known_by from lead_sync.objects as o where o.adapter = p_adapter);
  return v_answer;
end
$$;

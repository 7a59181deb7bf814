-- The additional addresses of a lead without those that a merge brought, as the dropped lead had them or as it had agreed on them with Twenty: {additional_emails, additional_phones}. What it had before, but is its first one again, is not among them.
create or replace function lead_sync.addresses_without(p_keep public.leads, p_merge lead_sync.merges, p_agreed jsonb, p_email jsonb, p_phone jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_object_agg(a.field, to_jsonb(array(
      select g.text
      from unnest(a.texts) with ordinality as g (text, place)
      where not lead_sync.same_value(a.kind, to_jsonb(g.text), a.first) and (
        exists (select from jsonb_array_elements(coalesce(p_merge.keep_values -> a.field, '[]')) as k where lead_sync.same_value(a.kind, k, to_jsonb(g.text)))
        or not exists (
          select
          from (values (p_merge.drop_values), (p_agreed)) as v (had)
          cross join jsonb_array_elements(jsonb_build_array(v.had -> a.kind) || coalesce(v.had -> a.field, '[]')) as d
          where lead_sync.same_value(a.kind, d, to_jsonb(g.text))
        )
      )
      order by g.place
    )))
    from (values ('email', 'additional_emails', p_keep.additional_emails, p_email), ('phone', 'additional_phones', p_keep.additional_phones, p_phone)) as a (kind, field, texts, first)
  );
end
$$;

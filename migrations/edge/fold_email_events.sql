-- Gives e-mails the earliest time of each kind of their events.
create or replace function lead_sync.fold_email_events(p_email_ids text[]) returns void
language plpgsql volatile set search_path = '' as $$
begin
  update public.emails as e
  set sent_at = least(e.sent_at, n.sent_at), delivered_at = least(e.delivered_at, n.delivered_at), opened_at = least(e.opened_at, n.opened_at),
    clicked_at = least(e.clicked_at, n.clicked_at), replied_at = least(e.replied_at, n.replied_at), bounced_at = least(e.bounced_at, n.bounced_at),
    failed_at = least(e.failed_at, n.failed_at)
  from (
    select r.email_id,
      min(r.at) filter (where r.kind = 'sent') as sent_at, min(r.at) filter (where r.kind = 'delivered') as delivered_at,
      min(r.at) filter (where r.kind = 'opened') as opened_at, min(r.at) filter (where r.kind = 'clicked') as clicked_at,
      min(r.at) filter (where r.kind = 'replied') as replied_at, min(r.at) filter (where r.kind = 'bounced') as bounced_at,
      min(r.at) filter (where r.kind = 'failed') as failed_at
    from public.email_events as r
    where r.email_id = any (p_email_ids)
    group by r.email_id
  ) as n
  where e.id = n.email_id
    and (n.sent_at < coalesce(e.sent_at, 'infinity') or n.delivered_at < coalesce(e.delivered_at, 'infinity') or n.opened_at < coalesce(e.opened_at, 'infinity')
      or n.clicked_at < coalesce(e.clicked_at, 'infinity') or n.replied_at < coalesce(e.replied_at, 'infinity')
      or n.bounced_at < coalesce(e.bounced_at, 'infinity') or n.failed_at < coalesce(e.failed_at, 'infinity'));
end
$$;

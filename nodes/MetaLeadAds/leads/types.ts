/** A lead as the Graph API gives it (developers.facebook.com/docs/marketing-api/guides/lead-ads/retrieving). Ids are texts of digits. */
export interface MetaLead {
  id: string;
  created_time: string;
  form_id?: string;
  ad_id?: string;
  ad_name?: string;
  adset_id?: string;
  adset_name?: string;
  campaign_id?: string;
  campaign_name?: string;
  is_organic?: boolean;
  platform?: string;
  partner_name?: string;
  field_data?: Array<{ name: string; values?: unknown[] }>;
  custom_disclaimer_responses?: Array<{ checkbox_key?: string; is_checked?: unknown }>;
}

export interface MetaForm {
  id: string;
  name?: string;
  status?: string;
  locale?: string;
  leads_count?: number;
  created_time?: string;
}

export const LEAD_FIELDS =
  'id,created_time,ad_id,ad_name,adset_id,adset_name,campaign_id,campaign_name,form_id,field_data,is_organic,platform,partner_name,custom_disclaimer_responses';
export const FORM_FIELDS = 'id,name,status,locale,leads_count,created_time';

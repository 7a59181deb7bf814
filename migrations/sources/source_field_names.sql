-- The names that columns with a field's values usually have, in lower case and without anything but letters and digits; of several, the first one is proposed.
create or replace function lead_sync.source_field_names() returns table (field text, name text, place bigint)
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select f.field, n.name, n.place
  from (values
    ('first_name', 'firstname,givenname,forename,fname'),
    ('last_name', 'lastname,surname,familyname,lname'),
    ('name', 'fullname,name,displayname,contactname'),
    ('email', 'email,emailaddress,mail,workemail,contactemail'),
    ('additional_emails', 'additionalemails,otheremails'),
    ('phone', 'phone,phonenumber,mobile,mobilephone,telephone,tel'),
    ('additional_phones', 'additionalphones,otherphones'),
    ('job_title', 'jobtitle,position'),
    ('company_name', 'companyname,company,organization,organisation,employer'),
    ('company_domain', 'companydomain,companywebsite,website,domain'),
    ('company_size', 'companysize,employees'),
    ('city', 'city,town'),
    ('region', 'region,state,province'),
    ('country', 'country,countrycode'),
    ('postal_code', 'postalcode,zipcode,postcode,zip'),
    ('linkedin_url', 'linkedinurl,linkedin,linkedinprofile'),
    ('lead_source', 'leadsource,source,utmsource'),
    ('lead_status', 'leadstatus,status,stage'),
    ('lead_score', 'leadscore,score'),
    ('segment', 'segment,leadsegment'),
    ('deleted', 'deletedat,isdeleted,deleted')
  ) as f (field, names)
  cross join lateral unnest(string_to_array(f.names, ',')) with ordinality as n (name, place)
$$;

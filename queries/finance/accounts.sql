-- The chart of accounts, with how often each account is booked on in entries of any status.
with used as (
    select account_id, count(*) as uses
    from journal_entry_lines
    group by account_id
)

select
    accounts.id::varchar as account_id,
    accounts.account_code,
    accounts.account_name,
    lower(trim(accounts.account_type)) as account_type,
    lower(trim(accounts.normal_balance)) as normal_balance,
    accounts.is_active,
    accounts.parent_account_id::varchar as parent_id,
    accounts.subcategory,
    accounts.description,
    coalesce(used.uses, 0) as uses
from gl_accounts as accounts
left join used on accounts.id = used.account_id
order by accounts.account_code nulls last, accounts.id

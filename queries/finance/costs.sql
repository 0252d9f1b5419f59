-- Recorded costs of a range with the account each belongs on.
select
    costs.id::varchar as cost_id,
    costs.date as day,
    costs.category,
    costs.vendor,
    costs.description,
    costs.amount,
    coalesce(costs.is_recurring, false) as recurring,
    accounts.account_code,
    accounts.account_name
from cost_entries as costs
left join gl_accounts as accounts on costs.gl_account_id = accounts.id
where costs.date between $first and $last
order by costs.date, costs.id

-- The incumbent's views, faults kept on purpose: they are what our own figures are compared with.
-- $$words of a database built under live or documented names are filled in by views.py.

-- Fault: the status test sits in the second outer join only, so unposted lines count too.
-- Fault: only the types DEBIT and expense have a debit balance. Inactive accounts vanish with their history.
create view v_trial_balance as
select
    a.${code} as code,
    a.${name} as name,
    ${category} as category,
    a.subcategory,
    a.account_type,
    coalesce(sum(${debit_cents}), 0)::bigint as total_debits_cents,
    coalesce(sum(${credit_cents}), 0)::bigint as total_credits_cents,
    (case when a.account_type in ('DEBIT', 'expense')
        then coalesce(sum(${debit_cents}), 0) - coalesce(sum(${credit_cents}), 0)
        else coalesce(sum(${credit_cents}), 0) - coalesce(sum(${debit_cents}), 0)
    end)::bigint as balance_cents
from gl_accounts a
left join journal_entry_lines l on l.${account} = a.id
left join journal_entries e on e.id = l.journal_entry_id and e.status = 'posted'
where a.is_active
group by a.id, a.${code}, a.${name}, a.subcategory, a.account_type;

create view v_gl_account_balances as
select
    t.code, t.name, t.category, t.subcategory, t.account_type, a.description,
    t.balance_cents, t.balance_cents / 100.0 as balance_dollars, t.total_debits_cents, t.total_credits_cents
from v_trial_balance t
join gl_accounts a on a.${code} = t.code and a.is_active;

-- Fault: categories are compared in exact lower case; months without postings have no row.
create view v_income_statement_monthly as
with posted as (
    select
        e.fiscal_year, e.fiscal_month, a.${code} as code, a.${name} as name, ${category} as category, a.subcategory,
        ${debit_cents} as debit_cents, ${credit_cents} as credit_cents
    from gl_accounts a
    left join journal_entry_lines l on l.${account} = a.id
    left join journal_entries e on e.id = l.journal_entry_id and e.status = 'posted'
    where a.is_active
),
amounts as (
    select
        fiscal_year, fiscal_month, code, name, category, subcategory,
        (case when category in ('revenue', 'other_income')
            then sum(coalesce(credit_cents, 0)) - sum(coalesce(debit_cents, 0))
            else sum(coalesce(debit_cents, 0)) - sum(coalesce(credit_cents, 0))
        end)::bigint as amount_cents
    from posted
    where fiscal_year is not null and category in (
        'revenue', 'cogs', 'operating_expenses', 'product_development', 'other_income', 'other_expenses', 'taxes'
    )
    group by fiscal_year, fiscal_month, code, name, category, subcategory
)
select
    fiscal_year, fiscal_month, code, name, category, subcategory, amount_cents, amount_cents / 100.0 as amount_dollars
from amounts;

-- Fault: the margin of a month without revenue is 0 rather than unknown.
create view v_pnl_summary as
with pivot as (
    select
        fiscal_year,
        fiscal_month,
        sum(amount_cents) filter (where category = 'revenue') as revenue,
        sum(amount_cents) filter (where category = 'cogs') as cogs,
        sum(amount_cents) filter (where category = 'operating_expenses') as opex,
        sum(amount_cents) filter (where category = 'product_development') as rd,
        sum(amount_cents) filter (where category = 'other_income') as other_income,
        sum(amount_cents) filter (where category = 'other_expenses') as other_expense,
        sum(amount_cents) filter (where category = 'taxes') as tax
    from v_income_statement_monthly
    group by fiscal_year, fiscal_month
),
filled as (
    select
        fiscal_year, fiscal_month, coalesce(revenue, 0) as revenue, coalesce(cogs, 0) as cogs,
        coalesce(opex, 0) as opex, coalesce(rd, 0) as rd, coalesce(other_income, 0) as other_income,
        coalesce(other_expense, 0) as other_expense, coalesce(tax, 0) as tax
    from pivot
)
select
    fiscal_year,
    fiscal_month,
    revenue as revenue_cents,
    cogs as cogs_cents,
    revenue - cogs as gross_profit_cents,
    case when revenue > 0 then round((revenue - cogs) / revenue * 100, 2) else 0 end as gross_margin_pct,
    opex as opex_cents,
    rd as rd_cents,
    revenue - cogs - opex - rd as operating_income_cents,
    other_income as other_income_cents,
    other_expense as other_expense_cents,
    revenue - cogs - opex - rd + other_income - other_expense as pretax_income_cents,
    tax as tax_cents,
    revenue - cogs - opex - rd + other_income - other_expense - tax as net_income_cents
from filled;

-- Fault: a stored snapshot, never held against the ledger; one of a future date wins.
create view v_balance_sheet_current as
select
    snapshot_date, fiscal_year, fiscal_month,
    cash_and_equivalents_cents / 100.0 as cash_and_equivalents,
    accounts_receivable_cents / 100.0 as accounts_receivable,
    prepaid_expenses_cents / 100.0 as prepaid_expenses,
    total_current_assets_cents / 100.0 as total_current_assets,
    net_fixed_assets_cents / 100.0 as net_fixed_assets,
    net_intangible_assets_cents / 100.0 as net_intangible_assets,
    total_assets_cents / 100.0 as total_assets,
    accounts_payable_cents / 100.0 as accounts_payable,
    accrued_liabilities_cents / 100.0 as accrued_liabilities,
    deferred_revenue_cents / 100.0 as deferred_revenue,
    total_current_liabilities_cents / 100.0 as total_current_liabilities,
    total_long_term_liabilities_cents / 100.0 as total_long_term_liabilities,
    total_liabilities_cents / 100.0 as total_liabilities,
    common_stock_cents / 100.0 as common_stock,
    additional_paid_in_capital_cents / 100.0 as additional_paid_in_capital,
    retained_earnings_prior_cents / 100.0 as retained_earnings_prior,
    current_year_net_income_cents / 100.0 as current_year_net_income,
    total_equity_cents / 100.0 as total_equity,
    is_balanced, current_ratio, quick_ratio, debt_to_equity_ratio,
    working_capital_cents / 100.0 as working_capital
from balance_sheet_snapshots
order by snapshot_date desc
limit 1;

-- Fault: three of the operating adjustments are shown, so the lines need not add up to the total.
create view v_cash_flow_statement as
select
    fiscal_year, fiscal_month, period_start_date, period_end_date,
    net_income_cents / 100.0 as net_income,
    depreciation_cents / 100.0 as depreciation,
    amortization_cents / 100.0 as amortization,
    change_in_ar_cents / 100.0 as change_ar,
    change_in_ap_cents / 100.0 as change_ap,
    change_in_deferred_revenue_cents / 100.0 as change_deferred_revenue,
    net_cash_operating_cents / 100.0 as net_cash_operating,
    capitalized_software_cents / 100.0 as capitalized_software,
    equipment_purchases_cents / 100.0 as equipment_purchases,
    net_cash_investing_cents / 100.0 as net_cash_investing,
    stock_issuance_cents / 100.0 as stock_issuance,
    owner_contributions_cents / 100.0 as owner_contributions,
    owner_distributions_cents / 100.0 as owner_distributions,
    net_cash_financing_cents / 100.0 as net_cash_financing,
    net_change_in_cash_cents / 100.0 as net_change_in_cash,
    beginning_cash_cents / 100.0 as beginning_cash,
    ending_cash_cents / 100.0 as ending_cash,
    cash_change_matches
from cash_flow_summary
order by fiscal_year desc, fiscal_month desc;

create view v_financial_dashboard as
select
    fiscal_year, fiscal_month, report_date,
    total_revenue_cents / 100.0 as revenue,
    gross_profit_cents / 100.0 as gross_profit,
    gross_margin_percent,
    operating_income_cents / 100.0 as operating_income,
    operating_margin_percent,
    net_income_cents / 100.0 as net_income,
    net_margin_percent,
    total_assets_cents / 100.0 as total_assets,
    total_liabilities_cents / 100.0 as total_liabilities,
    total_equity_cents / 100.0 as total_equity,
    is_balanced, current_ratio, debt_to_equity_ratio,
    working_capital_cents / 100.0 as working_capital,
    cash_from_operations_cents / 100.0 as cash_from_operations,
    cash_from_investing_cents / 100.0 as cash_from_investing,
    cash_from_financing_cents / 100.0 as cash_from_financing,
    ending_cash_cents / 100.0 as ending_cash,
    total_users, paying_users, new_users,
    mrr_cents / 100.0 as mrr,
    arr_cents / 100.0 as arr,
    arpu_cents / 100.0 as arpu,
    ltv_cents / 100.0 as ltv,
    status, warnings, generated_at
from monthly_financial_reports
order by fiscal_year desc, fiscal_month desc;

-- Fault: the allocation of a paid tier does not fill its tank; older tiers fall to the free values.
create view al_user_balance as
select
    user_id, subscription_tier, balance_cents, purchased_cents, spent_cents_this_month, input_tokens_this_month,
    output_tokens_this_month, messages_this_month, last_refill_date,
    case subscription_tier when 'collector' then 100 when 'tuner' then 250 else 25 end as monthly_allocation_cents,
    least(round(balance_cents * 100.0
        / case subscription_tier when 'collector' then 150 when 'tuner' then 350 else 25 end), 100) as tank_percentage
from al_user_credits;

-- Fault: every event ever counts, past and rejected ones too, for each city within 30 miles; thresholds are fixed.
-- Distances are measured on a sphere. The label reads the stored count, as old as the last check.
create view city_coverage_report as
select
    t.population_rank, t.city, t.state, t.region, t.population,
    null::text as msa_name,
    t.has_cnc_coverage,
    coalesce(near.cnc_event_count, 0) as cnc_event_count,
    t.total_event_count,
    coalesce(near.track_event_count, 0) as track_event_count,
    coalesce(near.show_event_count, 0) as show_event_count,
    coalesce(near.autocross_event_count, 0) as autocross_event_count,
    near.nearest_event_distance_miles,
    t.priority_tier,
    t.last_coverage_check,
    case when t.total_event_count >= 10 then 'Excellent' when t.total_event_count >= 5 then 'Good'
        when t.total_event_count >= 1 then 'Partial' else 'None' end as coverage_level
from target_cities t
left join lateral (
    select
        count(*) filter (where slug = 'cars-and-coffee' and miles <= 30) as cnc_event_count,
        count(*) filter (where is_track_event and miles <= 30) as track_event_count,
        count(*) filter (where slug like '%show%' and miles <= 30) as show_event_count,
        count(*) filter (where slug = 'autocross' and miles <= 30) as autocross_event_count,
        round(min(miles)::numeric, 1) as nearest_event_distance_miles
    from (
        select
            k.slug, k.is_track_event,
            3959 * acos(least(1, greatest(-1,
                sin(radians(t.latitude)) * sin(radians(e.latitude))
                + cos(radians(t.latitude)) * cos(radians(e.latitude)) * cos(radians(e.longitude - t.longitude))
            ))) as miles
        from events e
        left join event_types k on k.id = e.event_type_id
        where e.latitude between t.latitude - 2 and t.latitude + 2
    ) measured
) near on true;

create view v_unresolved_errors as
select *
from application_errors
where fixed_at is null and resolved_at is null and issue_addressed is not true
    and coalesce(status, '') not in ('resolved', 'closed', 'fixed', 'wont_fix', 'duplicate');

create view v_regression_errors as
select * from application_errors where is_regression;

-- Fault: days without events are absent, the oldest day is partial, staff count as active.
create materialized view mv_daily_stats as
select
    date(created_at) as date,
    count(distinct user_id) filter (where user_id is not null) as active_users,
    count(*) as total_events,
    count(*) filter (where user_id is null) as anonymous_events
from user_events
where created_at >= (select max(created_at) from user_events) - interval '90 days'
group by date(created_at);

-- Fault: a slug that another one begins with gets the other's views too; views and talks are of 30 days, the rest of
-- all time. Counted one by one here: the five joins of the incumbent give the same numbers, later.
create materialized view mv_car_popularity as
with last as (select max(created_at) - interval '30 days' as month_ago from page_views),
viewed as materialized (
    select v.${path} as path, count(*) as views
    from page_views v, last
    where v.created_at >= month_ago
    group by v.${path}
)
select
    c.id as car_id, c.slug as car_slug, c.name as car_name, c.${brand} as brand,
    coalesce((select sum(views) from viewed where starts_with(path, '/cars/' || c.slug)), 0)::bigint as page_views_30d,
    (select count(*) from user_favorites f where f.car_id = c.id) as favorites_count,
    (select count(*) from user_projects p where p.car_id = c.id) as projects_count,
    (select count(*) from user_vehicles u where u.matched_car_id = c.id) as owned_count,
    (select count(*) from al_conversations a, last
        where a.initial_car_slug = c.slug and a.created_at >= month_ago) as al_conversations_count
from cars c;

-- Fault: the score reaches 120; has_pricing asks the price every car has; slugs and ids are mixed.
create materialized view mv_content_coverage as
with counted as (
    select
        c.id as car_id, c.slug as car_slug, c.name as car_name, c.${brand} as brand,
        c.hp is not null as has_hp,
        c.torque is not null as has_torque,
        c.${price} is not null as has_pricing,
        (select count(*) from car_issues i where ${issues}) as issues_count,
        (select count(*) from car_recalls r where r.car_slug = c.slug) as recalls_count,
        (select count(*) from youtube_video_car_links y where y.car_slug = c.slug) as videos_count,
        (select count(*) from community_insights n where n.car_id = c.id) as insights_count,
        (select count(*) from part_fitments p where p.car_id = c.id) as fitments_count,
        exists (select from car_fuel_economy f where ${fuel}) as has_fuel_economy,
        exists (select from car_safety_data s where ${safety}) as has_safety_data,
        exists (select from vehicle_maintenance_specs m where ${maintenance}) as has_maintenance,
        exists (select from car_tuning_profiles t where t.car_id = c.id) as has_tuning_profile
    from cars c
)
select
    counted.*,
    10 * (has_hp::int + has_torque::int + has_pricing::int + has_fuel_economy::int + has_safety_data::int)
    + 15 * (has_maintenance::int + has_tuning_profile::int)
    + least(videos_count * 3, 15) + least(insights_count * 5, 25) as coverage_score
from counted;

-- Fault: an event under way is not upcoming; cities are told apart by their spelling; events without a state vanish.
create materialized view mv_event_coverage_by_city as
select
    city, state,
    count(*) as total_events,
    count(*) filter (where start_date >= current_date) as upcoming_events,
    count(distinct event_type_id) as event_types_count,
    min(start_date) filter (where start_date >= current_date) as next_event_date
from events
where status = 'approved' and city is not null and state is not null
group by city, state;

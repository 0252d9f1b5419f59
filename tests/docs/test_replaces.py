"""Everything of the former admin is accounted for, and what is named in its place exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dashboards import navigation

PAGE = (Path(__file__).parents[2] / "docs" / "replaces.md").read_text(encoding="utf-8")
ROUTES = """
dashboard, users, site-analytics, marketing-analytics, advanced-analytics, retention, financials GET,
financials POST/PATCH/DELETE, export, stripe, usage, ai-cost-summary, al-usage, al-trends, al-conversations,
al-evaluations, external-costs, alerts, system-health, beta-dashboard, content-growth, data-coverage, parts-quality,
notifications/metrics, notifications/fatigued-users, emails GET, emails POST, emails/preview, feedback/resolve,
feedback/resolve-batch, run-action, insights, vercel-status, web-vitals, web-vitals/collect, auth-cleanup
"""
COMPONENTS = """
page.jsx, TabNav, TimeRangeToggle, MonthYearSelector, KPICard, Tooltip, Icons, ConsolidatedAnalytics,
UnifiedAnalyticsDashboard, SiteAnalytics, MarketingAnalytics, UsersDashboard, GrowthChart, FunnelChart,
RetentionMetrics, UnitEconomics, PLStatement, MonthlyTrend, CostBreakdown, BreakEvenProgress, CostEntriesTable,
CostInputForm, CostIntegrations, UsageEstimate, ExportButtons, StripeDashboard, ExecutiveInsights, SystemHealthPanel,
SystemHealth, AlertsList, VercelStatus, WebVitalsPanel, ALUserUsage, ALUsageTrends, AICostSummary,
ALConversationsDashboard, ContinuousLearning, ContentInventory, ContentStats, ContentGrowthChart,
PartsQualityDashboard, NotificationHealthPanel, QuickActions, EmailDashboard, image-qa/page.jsx
"""


def listed(text):
    return [name.strip() for name in text.replace("\n", " ").split(",")]


def rows(heading):
    part = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return [re.split(r"\s*\|\s*", line.strip("| ")) for line in part.splitlines() if line.startswith("| ")][1:]


@pytest.mark.parametrize(("heading", "text"), [("Routes", ROUTES), ("Components", COMPONENTS)])
def test_every_part_of_the_former_admin_is_named_once(heading, text):
    assert sorted(name for row in rows(heading) for name in listed(row[0])) == sorted(listed(text))


@pytest.mark.parametrize("heading", ["Routes", "Components"])
def test_every_row_leads_to_a_page_or_says_why_not(heading):
    titles = {page.title for page in navigation.PAGES}
    why = re.compile(
        r"not (?:replaced|in the documented)|dropped|external|every figure|the frame|the menu|Tables|`autorev",
        re.IGNORECASE,
    )
    strange = [row for row in rows(heading) if not why.search(row[1]) and not any(one in row[1] for one in titles)]
    assert strange == []

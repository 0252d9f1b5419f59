"""Email & Referrals: templates, deliveries, and the programme that rewards invitations."""

from __future__ import annotations

from catalogue._declare import (
    BOOLEAN,
    INTEGER,
    JSONB,
    TEXT,
    TIMESTAMP,
    UUID,
    Derived,
    Note,
    assumed,
    column,
    table,
)

DOMAIN = "Email & Referrals"

email_templates = table(
    "email_templates",
    Note(
        title="Email Template Storage",
        domain=DOMAIN,
        grain="One row per template from which e-mails are written.",
        rows=9,
        columns=15,
        event_time="created_at",
    ),
    assumed("id", UUID, "Identifies the template.", primary_key=True),
    column("slug", TEXT, "Name by which the application and the log call it.", unique=True),
    column("name", TEXT, "Name shown to the team."),
    column("subject", TEXT, "Subject line, with its variables."),
    column("preview_text", TEXT, "Line that inboxes show after the subject."),
    column("html_content", TEXT, "Body of the message as HTML.", mirrored=False),
    column(
        "category",
        TEXT,
        "Purpose of the template.",
        one_of=("transactional", "feature", "event", "engagement", "referral"),
    ),
    column(
        "requires_opt_in",
        BOOLEAN,
        "True when only people who agreed to such mail may get it.",
        live=Derived(
            ("requires_opt_in",),
            "{requires_opt_in} is not null",
            "name of the consent needed to yes or no",
            when_type="text",
            always=True,
        ),
    ),
    column("is_active", BOOLEAN, "True while the template may be sent."),
    column("available_variables", JSONB, "Variables that the template can fill in."),
    assumed("created_at", TIMESTAMP, "When the template was made."),
    assumed("updated_at", TIMESTAMP, "When the template was last changed."),
)


email_logs = table(
    "email_logs",
    Note(
        title="Email Delivery Log",
        domain=DOMAIN,
        grain="One row per e-mail and recipient, followed from queue to click.",
        rows=60,
        columns=15,
        event_time="created_at",
    ),
    assumed("id", UUID, "Identifies the e-mail.", primary_key=True),
    column("user_id", UUID, "Account it was written to.", references="user_profiles.id"),
    column("recipient_email", TEXT, "Address it went to.", personal="email"),
    column("template_slug", TEXT, "Template it was written from.", references="email_templates.slug"),
    column("subject", TEXT, "Subject line as sent.", personal="message"),
    column("resend_id", TEXT, "Number the delivery service gave the message.", personal="pseudonym"),
    column(
        "status",
        TEXT,
        "Last known state of the delivery.",
        one_of=("queued", "sent", "delivered", "bounced", "complained", "failed", "skipped", "unsubscribed"),
    ),
    column("error_message", TEXT, "What went wrong, where it did.", personal="free text"),
    column("sent_at", TIMESTAMP, "When it was handed to the delivery service."),
    column("delivered_at", TIMESTAMP, "When the recipient's server took it."),
    column("opened_at", TIMESTAMP, "When it was first opened, as far as that can be seen."),
    column("clicked_at", TIMESTAMP, "When a link in it was first followed."),
    assumed("created_at", TIMESTAMP, "When it was queued."),
)


referrals = table(
    "referrals",
    Note(
        title="Referral Program Tracking",
        domain=DOMAIN,
        grain="One row per invitation that one person sent to another.",
        rows=0,
        columns=12,
        event_time="created_at",
    ),
    assumed("id", UUID, "Identifies the invitation.", primary_key=True),
    column("referrer_id", UUID, "Who invited.", references="user_profiles.id"),
    column("referee_id", UUID, "Who came, once an account exists.", references="user_profiles.id"),
    column("referee_email", TEXT, "Address that was invited.", personal="email"),
    column("referral_code", TEXT, "Code that ties a sign-up to the invitation.", personal="identifier"),
    column(
        "status",
        TEXT,
        "How far the invitation has come.",
        one_of=("pending", "signed_up", "rewarded", "expired"),
    ),
    column("referrer_reward_credits", INTEGER, "Credits given to the one who invited.", unit="credits"),
    column("referee_reward_credits", INTEGER, "Credits given to the one who came.", unit="credits"),
    column("rewarded_at", TIMESTAMP, "When both got their credits."),
    assumed("signed_up_at", TIMESTAMP, "When the invited person opened an account."),
    assumed("expires_at", TIMESTAMP, "Until when the invitation holds."),
    assumed("created_at", TIMESTAMP, "When the invitation was sent."),
)


referral_milestones = table(
    "referral_milestones",
    Note(
        title="Milestone Configuration",
        domain=DOMAIN,
        grain="One row per reward for having invited a certain number of friends.",
        rows=4,
        columns=9,
    ),
    assumed("id", UUID, "Identifies the milestone.", primary_key=True),
    assumed("friends_required", INTEGER, "Friends who have to sign up.", unit="people"),
    assumed("reward_type", TEXT, "What is given: credits, or a plan for some time."),
    assumed("reward_value", INTEGER, "How much of it: a number of credits or of months."),
    assumed("description", TEXT, "The reward as people read it."),
)

"""User Data: accounts, garages, builds, service records, feedback and what people told about themselves."""

from __future__ import annotations

from catalogue._declare import (
    BOOLEAN,
    DATE,
    DECIMAL,
    INTEGER,
    JSONB,
    TEXT,
    TEXT_ARRAY,
    TIMESTAMP,
    UUID,
    Derived,
    Note,
    assumed,
    column,
    table,
)

DOMAIN = "User Data"

TIERS = ("free", "enthusiast", "collector", "tuner", "admin")
SEVERITIES = ("blocking", "major", "minor")
TRIAGE_STATUSES = ("new", "reviewed", "in_progress", "fixed", "resolved", "closed", "wont_fix", "duplicate")

user_profiles = table(
    "user_profiles",
    Note(
        title="User Settings & Billing",
        domain=DOMAIN,
        grain="One row per account: settings, billing state and progress through onboarding.",
        rows=70,
        columns=45,
        event_time="created_at",
    ),
    column("id", UUID, "Identifies the account; shared with the sign-in service.", primary_key=True),
    column("display_name", TEXT, "Name the person chose to show to others.", personal="name"),
    column("avatar_url", TEXT, "Address of the profile picture.", personal="identifier"),
    column("subscription_tier", TEXT, "Plan the account is on now; decides content and credits.", one_of=TIERS),
    column("preferred_units", TEXT, "System of measurement used for display.", one_of=("imperial", "metric")),
    column("email_notifications", BOOLEAN, "True when the person agreed to receive e-mail from us."),
    column("stripe_customer_id", TEXT, "Customer at the payment provider.", personal="identifier"),
    column("stripe_subscription_id", TEXT, "Running subscription at the payment provider.", personal="identifier"),
    column(
        "stripe_subscription_status",
        TEXT,
        "What the payment provider last said of the subscription.",
        one_of=("active", "trialing", "past_due", "canceled", "none"),
    ),
    column("subscription_started_at", TIMESTAMP, "When the paid subscription began."),
    column("subscription_ends_at", TIMESTAMP, "When the paid access runs out."),
    column("cancel_at_period_end", BOOLEAN, "True when the subscription will not renew."),
    column("al_credits_purchased", INTEGER, "Assistant credits ever bought on top of the plan.", unit="credits"),
    column("referral_source", TEXT, "Where the person says they heard of the product.", personal="free text"),
    column(
        "user_intent",
        TEXT,
        "What the person mainly wants from the product, as asked in onboarding.",
        personal="free text",
    ),
    column("onboarding_completed_at", TIMESTAMP, "When onboarding was finished; empty while it is not."),
    column("onboarding_step", INTEGER, "Last step of onboarding that was reached."),
    column("location_zip", TEXT, "Postal code.", personal="location"),
    column("location_city", TEXT, "Home city.", personal="location"),
    column("location_state", TEXT, "Home state.", personal="region"),
    assumed("email", TEXT, "Address used to sign in.", personal="email"),
    assumed("timezone", TEXT, "Zone in which the person lives, as an IANA name.", personal="location"),
    assumed(
        "is_staff",
        BOOLEAN,
        "True for our own people, who are left out of product numbers.",
        live=Derived(("subscription_tier",), "{subscription_tier} = 'admin'", "true for the tier admin"),
    ),
    assumed("created_at", TIMESTAMP, "When the account was opened."),
    assumed("updated_at", TIMESTAMP, "When the account was last changed."),
)


user_vehicles = table(
    "user_vehicles",
    Note(
        title="Owned Vehicles",
        domain=DOMAIN,
        grain="One row per vehicle in somebody's garage.",
        rows=45,
        columns=51,
        event_time="created_at",
    ),
    assumed("id", UUID, "Identifies the vehicle.", primary_key=True),
    column("user_id", UUID, "Owner of the vehicle.", references="user_profiles.id"),
    column("matched_car_slug", TEXT, "Car of our catalogue that it was recognised as.", references="cars.slug"),
    column("matched_car_id", UUID, "The same car by id.", references="cars.id"),
    column("matched_car_variant_id", UUID, "Exact year and trim, where recognised.", references="car_variants.id"),
    column("vin", TEXT, "Vehicle identification number.", personal="vin"),
    column("year", INTEGER, "Model year.", unit="year"),
    column("make", TEXT, "Make, as the owner or the VIN gave it.", personal="free text"),
    column("model", TEXT, "Model, as the owner or the VIN gave it.", personal="free text"),
    column("trim", TEXT, "Trim, as the owner or the VIN gave it.", personal="free text"),
    column("nickname", TEXT, "What the owner calls the car.", personal="message"),
    column("mileage", INTEGER, "Odometer when the vehicle was added.", unit="miles"),
    column("purchase_date", DATE, "Day the owner bought it."),
    column("purchase_price", INTEGER, "What the owner paid.", unit="dollars"),
    column("installed_modifications", JSONB, "List of upgrade keys that are fitted."),
    column("active_build_id", UUID, "Build project applied to the vehicle.", references="user_projects.id"),
    column("total_hp_gain", INTEGER, "Power added by the fitted modifications.", unit="horsepower"),
    column("modified_at", TIMESTAMP, "When the modifications were last changed."),
    column("current_mileage", INTEGER, "Latest odometer reading.", unit="miles"),
    column("mileage_updated_at", TIMESTAMP, "When that reading was entered."),
    column("usage_type", TEXT, "How the car is mostly used.", one_of=("daily", "weekend", "track", "stored")),
    column("last_oil_change_miles", INTEGER, "Odometer at the latest oil change.", unit="miles"),
    column("last_oil_change_date", DATE, "Day of the latest oil change."),
    column("last_brake_fluid_date", DATE, "Day the brake fluid was last replaced."),
    column("last_started_at", TIMESTAMP, "When the engine last ran."),
    column("battery_status", TEXT, "Condition of the battery, in the owner's words or choice.", personal="free text"),
    column("battery_installed_date", DATE, "Day the present battery was fitted."),
    column("storage_mode", BOOLEAN, "True while the car is laid up."),
    column("tire_brand_model", TEXT, "Tires fitted now.", personal="free text"),
    column("tire_tread_32nds", INTEGER, "Tread left on the tires.", unit="32nds of an inch"),
    column("registration_due_date", DATE, "Day the registration has to be renewed."),
    column("inspection_due_date", DATE, "Day the next inspection is due."),
    assumed("created_at", TIMESTAMP, "When the vehicle was added to the garage."),
    assumed("updated_at", TIMESTAMP, "When the vehicle was last changed."),
)


user_favorites = table(
    "user_favorites",
    Note(
        title="Saved Cars",
        domain=DOMAIN,
        grain="One row per person and car they saved.",
        rows=17,
        columns=10,
        event_time="created_at",
    ),
    assumed("id", UUID, "Identifies the favorite.", primary_key=True),
    column("user_id", UUID, "Who saved the car.", references="user_profiles.id"),
    column("car_slug", TEXT, "Saved car, by slug.", references="cars.slug"),
    column("car_id", UUID, "Saved car, by id.", references="cars.id"),
    column("car_name", TEXT, "Name of the car as it read on that day."),
    column("notes", TEXT, "The person's own remarks.", personal="message"),
    column("created_at", TIMESTAMP, "When the car was saved."),
)


user_projects = table(
    "user_projects",
    Note(
        title="Build Projects",
        domain=DOMAIN,
        grain="One row per saved build: a car with a chosen set of upgrades.",
        rows=32,
        columns=15,
        event_time="created_at",
    ),
    assumed("id", UUID, "Identifies the build.", primary_key=True),
    column("user_id", UUID, "Who planned the build.", references="user_profiles.id"),
    column("car_slug", TEXT, "Car being built, by slug.", references="cars.slug"),
    column("car_id", UUID, "Car being built, by id.", references="cars.id"),
    column("project_name", TEXT, "Name the person gave the build.", personal="message"),
    column("selected_upgrades", JSONB, "List of the upgrade keys chosen."),
    column("total_hp_gain", INTEGER, "Power the chosen upgrades add.", unit="horsepower"),
    column("total_cost_low", INTEGER, "Lower end of the estimated cost.", unit="dollars"),
    column("total_cost_high", INTEGER, "Upper end of the estimated cost.", unit="dollars"),
    column("stock_hp", INTEGER, "Power before the upgrades.", unit="horsepower"),
    column("final_hp", INTEGER, "Power expected after the upgrades.", unit="horsepower"),
    column("stock_zero_to_sixty", DECIMAL, "Time from 0 to 60 mph before the upgrades.", unit="seconds"),
    column("final_zero_to_sixty", DECIMAL, "Time from 0 to 60 mph expected after them.", unit="seconds"),
    assumed("created_at", TIMESTAMP, "When the build was first saved."),
    assumed("updated_at", TIMESTAMP, "When the build was last changed."),
)


user_project_parts = table(
    "user_project_parts",
    Note(
        title="Build Part Selections",
        domain=DOMAIN,
        grain="One row per part put into a build.",
        rows=16,
        columns=23,
        event_time="created_at",
    ),
    assumed("id", UUID, "Identifies the selection.", primary_key=True),
    column("project_id", UUID, "Build the part belongs to.", references="user_projects.id"),
    column("part_id", UUID, "Part of our parts catalogue.", references="parts.id"),
    column("quantity", INTEGER, "How many of it the build needs.", unit="pieces"),
    column("part_name", TEXT, "Name of the part as it read when chosen."),
    column("brand_name", TEXT, "Brand of the part as it read when chosen."),
    column("price_cents", INTEGER, "Price of one piece when chosen.", unit="cents"),
    assumed("created_at", TIMESTAMP, "When the part was put into the build."),
)


user_service_logs = table(
    "user_service_logs",
    Note(
        title="Service Records",
        domain=DOMAIN,
        grain="One row per service done on a vehicle of somebody's garage.",
        rows=1,
        columns=22,
        event_time="created_at",
    ),
    assumed("id", UUID, "Identifies the record.", primary_key=True),
    column("user_vehicle_id", UUID, "Vehicle that was serviced.", references="user_vehicles.id"),
    column("service_type", TEXT, "What was done.", personal="free text"),
    column("service_date", DATE, "Day it was done."),
    column("odometer_reading", INTEGER, "Odometer on that day.", unit="miles"),
    column("performed_by", TEXT, "Who did it: the owner, a shop, a dealer.", personal="message"),
    column("shop_name", TEXT, "Name of the workshop.", personal="message"),
    column("parts_cost", INTEGER, "What the parts cost.", unit="dollars"),
    column("labor_cost", INTEGER, "What the work cost.", unit="dollars"),
    column("total_cost", INTEGER, "Parts and work together.", unit="dollars"),
    assumed("created_at", TIMESTAMP, "When the record was entered."),
)


user_feedback = table(
    "user_feedback",
    Note(
        title="User Feedback",
        domain=DOMAIN,
        grain="One row per message sent through the feedback form, and per automatic error report of the early months.",
        rows=43,
        columns=47,
        event_time="created_at",
    ),
    assumed("id", UUID, "Identifies the message.", primary_key=True),
    column("user_id", UUID, "Who sent it; empty for visitors.", references="user_profiles.id"),
    column("page_url", TEXT, "Page on which the form was opened.", personal="free text"),
    column(
        "feedback_type",
        TEXT,
        "What kind of message the sender chose; bug, feature, praise and question are the documented kinds.",
        one_of=("bug", "feature", "praise", "question", "like", "dislike", "car_request", "other", "al-feedback"),
        live=Derived(
            ("feedback_type", "category"),
            "case when {category} = 'praise' and {feedback_type} in ('like', 'other') then 'praise' "
            "else {feedback_type} end",
            "praise is kept as a category, not as a type",
            always=True,
        ),
    ),
    column("message", TEXT, "What the sender wrote.", personal="message"),
    column("email", TEXT, "Address left for an answer.", personal="email"),
    column(
        "category",
        TEXT,
        "Topic under which the message is handled; auto-error marks reports that software sent.",
        one_of=("bug", "feature", "data", "general", "praise", "auto-error"),
    ),
    column("severity", TEXT, "How much the matter hinders the sender.", one_of=SEVERITIES),
    column("rating", INTEGER, "Score the sender gave.", unit="points"),
    column("user_tier", TEXT, "Plan the sender was on at that moment.", one_of=TIERS),
    column("status", TEXT, "How far the message has been dealt with.", one_of=TRIAGE_STATUSES),
    column("issue_addressed", BOOLEAN, "True once what was reported has been taken care of."),
    assumed("car_id", UUID, "Car the message is about.", references="cars.id"),
    assumed("priority", TEXT, "Urgency given by the team.", one_of=("low", "normal", "high", "urgent")),
    assumed("error_metadata", JSONB, "Technical details of an automatic error report.", personal="free text"),
    assumed("responded_at", TIMESTAMP, "When the sender got an answer."),
    assumed("resolved_at", TIMESTAMP, "When the matter was settled."),
    assumed("fixed_at", TIMESTAMP, "When the reported fault was repaired."),
    assumed("created_at", TIMESTAMP, "When the message was sent."),
    assumed("updated_at", TIMESTAMP, "When the row was last changed."),
)


user_questionnaire_responses = table(
    "user_questionnaire_responses",
    Note(
        title="Enthusiast Profile",
        domain=DOMAIN,
        grain="One row per person and question they answered.",
        rows=82,
        columns=7,
        event_time="answered_at",
    ),
    assumed("id", UUID, "Identifies the answer.", primary_key=True),
    column("user_id", UUID, "Who answered.", references="user_profiles.id"),
    column("question_id", TEXT, "Which question of the questionnaire."),
    column("question_category", TEXT, "Part of the questionnaire that the question belongs to."),
    column("answer", JSONB, "The answer: a choice, several choices or a text.", personal="message"),
    column("answered_at", TIMESTAMP, "When it was answered."),
)


user_profile_summary = table(
    "user_profile_summary",
    Note(
        title="Computed Persona",
        domain=DOMAIN,
        grain="One row per person whose questionnaire was condensed into a persona.",
        rows=2,
        columns=11,
        event_time="computed_at",
    ),
    assumed("id", UUID, "Identifies the summary.", primary_key=True),
    column("user_id", UUID, "Whom it describes.", references="user_profiles.id", unique=True),
    column("profile_completeness_pct", INTEGER, "Share of the questionnaire answered.", unit="percent 0-100"),
    column(
        "driving_persona",
        TEXT,
        "Type of driver that the answers point to.",
        one_of=("track_enthusiast", "spirited_driver", "casual_enthusiast", "weekend_warrior", "garage_tinkerer"),
    ),
    column(
        "knowledge_level",
        TEXT,
        "How much the person knows about cars.",
        one_of=("beginner", "intermediate", "expert"),
    ),
    column("engagement_style", TEXT, "In which manner the person uses the product."),
    column("interests", TEXT_ARRAY, "Topics the person cares for."),
    column("category_completion", JSONB, "Share answered for each part of the questionnaire."),
    assumed("computed_at", TIMESTAMP, "When the summary was computed."),
)

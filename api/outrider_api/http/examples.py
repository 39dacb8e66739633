"""Examples of request bodies, shown in the documentation; the suite sends each of them."""

from typing import Any

EXAMPLES: dict[str, dict[str, Any]] = {
    "MonitorCreate": {
        "name": "Production API",
        "type": "url",
        "url": "https://api.example.com/health",
        "interval": 60,
        "locations": ["us-east", "eu-west"],
        "assertions": [
            {"type": "status_code", "operator": "equals", "value": 200},
            {"type": "response_time", "operator": "less_than", "value": 2000},
        ],
    },
    "BrilyMonitorCreate": {
        "name": "homepage",
        "url": "https://example.com",
        "method": "GET",
        "interval_seconds": 60,
        "regions": ["fra", "hel", "ams"],
        "quorum": 2,
        "assertions": [
            {"type": "status", "operator": "eq", "value": 200},
            {"type": "latency_p95", "operator": "lt", "value_ms": 900},
        ],
        "headers": {"X-Health-Check": "outrider"},
        "alert_policy": {"severity": "p1", "slack_channel": "#ops-alerts", "escalate_after_minutes": 10},
    },
    "BrilyMonitorUpdate": {"interval_seconds": 120},
    "MonitorUpdate": {"interval": 300, "status": "paused"},
    "ApiMonitorCreate": {
        "name": "Sign in and read the profile",
        "interval": 300,
        "base_url": "https://api.example.com",
        "variables": {"USER_EMAIL": "ada@example.com"},
        "secrets": {"PASSWORD": "correct horse"},
        "steps": [
            {
                "name": "Sign in",
                "request": {
                    "url": "/login",
                    "method": "POST",
                    "body": {"email": "{{USER_EMAIL}}", "password": "{{PASSWORD}}"},
                },
                "extract": [{"name": "accessToken", "from": "body", "path": "$.data.access_token", "secret": True}],
                "assertions": [{"type": "status_code", "equals": 200}],
            },
            {
                "name": "Read the profile",
                "request": {"url": "/me", "headers": {"Authorization": "Bearer {{accessToken}}"}},
                "assertions": [{"type": "json_path", "path": "$.data.email", "equals": "{{USER_EMAIL}}"}],
            },
        ],
    },
    "ApiMonitorUpdate": {"interval": 600, "tags": ["login"]},
    "JourneyCreate": {
        "name": "Login",
        "description": "A customer signs in",
        "interval_seconds": 300,
        "timeout_seconds": 60,
        "primary_location": "us-east",
        "max_retries": 1,
        "base_url": "https://shop.example.com",
        "variables": {"EMAIL": "ada@example.com"},
        "secrets": {"PASSWORD": "correct horse"},
        "steps": [
            {"action": "goto", "url": "/login"},
            {"action": "expect_text", "text": "Welcome"},
        ],
    },
    "JourneyUpdate": {"cron": "*/15 8-18 * * 1-5", "timezone": "Europe/Berlin", "interval_seconds": None},
    "ChannelBody": {"name": "On call", "type": "webhook", "config": {"url": "https://hooks.example.com/outrider"}},
    "ChannelChanges": {"enabled": False},
    "RuleBody": {
        "name": "Three in a row",
        "type": "consecutive_failures",
        "threshold": 3,
        "monitor_id": "mon_06axk3c1q4v0v7w5n2v5c3d9ar",
        "channel_ids": ["chn_06axk3c1q4v0v7w5n2v5c3d9ar"],
    },
    "RuleChanges": {"threshold": 5, "enabled": True},
    "KeyBody": {"name": "GitHub Actions", "role": "member", "scopes": ["journeys:read", "journeys:run"]},
    "RotationBody": {"grace_seconds": 86400},
    "OrganizationBody": {"name": "Acme", "slug": "acme", "industry": "Retail"},
    "OrganizationChanges": {"name": "Acme Europe"},
    "RoleBody": {"role": "admin"},
    "InvitationBody": {"email": "lin@example.com", "role": "viewer"},
    "AcceptanceBody": {"name": "Lin", "password": "correct horse battery"},
    "CheckoutBody": {"plan_id": "team"},
    "TriggerBody": {"base_url": "https://staging.example.com", "variables": {"EMAIL": "ci@example.com"}},
}

"""An organisation's own team: who is invited, who has which role, who leaves, who acts for whom (ADR 30)."""

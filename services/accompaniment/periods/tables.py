"""Table of company periods: one row for each whose convention has been drawn up."""

import sqlalchemy as sa

metadata = sa.MetaData()

company_period = sa.Table(
    "company_period",
    metadata,
    sa.Column("parcours_id", sa.String(36), primary_key=True),
    sa.Column("solution_id", sa.String(20), primary_key=True),
    sa.Column("teacher_id", sa.String(100), nullable=False),
    sa.Column("tutor", sa.String(330), nullable=False),
    sa.Column("first_on", sa.Date, nullable=False),
    sa.Column("last_on", sa.Date, nullable=False),
    sa.Column("attested_days", sa.Integer),
    sa.Column("frame", sa.String(20)),
    sa.Column("tutor_name", sa.String(120)),
    sa.Index("ix_company_period_teacher", "teacher_id", "last_on"),
    sa.Index("ix_company_period_tutor", "tutor", "last_on"),
)
"""``tutor``: name and host in small letters, as no directory knows tutors; ``attested_days``: null till attested.

``frame``: the legal one of the attested days; null till then, and for those attested before it was kept.
``tutor_name``: as it was written, from the first day of a signed period on; null till then.
"""

"""Campagnes at enrolment, which owns them: who may publishes a version, every version stays readable."""

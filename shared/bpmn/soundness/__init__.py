"""Soundness before deployment: what can go wrong in a diagram whatever people do (ADR 13)."""

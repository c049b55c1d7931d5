"""A package whose migration takes longer than a request may."""

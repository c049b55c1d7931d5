"""Contract suites: one set of promises, every adapter."""

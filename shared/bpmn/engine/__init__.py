"""What runs: tokens, steps, scopes, and their bytes at rest, on the parts of SpiffWorkflow that ``kernel.py`` names."""

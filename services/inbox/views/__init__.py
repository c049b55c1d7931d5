"""The pages, one module per subject: each gives a blueprint built on what it is passed."""

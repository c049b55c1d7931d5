"""Running instances on another version of their process: what would become of each, and carrying it over."""

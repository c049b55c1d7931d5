"""A task's form between its service and its page: shown, typed, kept, merged, sent."""

"""The list of tasks: out of all services, narrowed, counted, given on, taken away as a file."""

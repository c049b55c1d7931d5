"""The command under limits of the operating system: whatever the file holds, a verdict in two seconds and 256 MB."""

"""What only `make run` on one machine needs: PostgreSQL without installing it, messages in a folder, the processes."""

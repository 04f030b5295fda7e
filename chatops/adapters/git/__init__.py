"""Git: objects read and written without a work tree, merges, jobs, and the proof of alignment."""

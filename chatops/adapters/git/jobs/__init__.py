"""What is asked of a repository, job by job, under one lock."""

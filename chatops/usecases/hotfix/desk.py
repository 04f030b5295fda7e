"""Everything that can be asked about hotfixes, in one place, for the edges to call."""

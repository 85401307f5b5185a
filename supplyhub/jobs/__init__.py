"""Work that outlives a request: the job table, its worker and its progress."""

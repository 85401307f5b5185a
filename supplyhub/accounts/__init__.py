"""People, log-in, server-side sessions, and roles with a scope."""

"""The planning engine: pure computation, with no application, database, network or clock."""

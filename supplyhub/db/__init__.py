"""The database: base class, engine, transactions. The only place that commits."""

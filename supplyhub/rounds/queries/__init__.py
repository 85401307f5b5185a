"""Reading rounds: the plans of a day, one plan's rounds and unserved orders, what a map shows."""

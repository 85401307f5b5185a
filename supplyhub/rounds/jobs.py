"""Jobs of rounds: planning a day."""

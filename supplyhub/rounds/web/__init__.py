"""Pages of rounds: plans, imports, the loading list, the rider's round and the gate."""

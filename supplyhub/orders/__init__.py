"""Orders, their lines, states and transitions."""

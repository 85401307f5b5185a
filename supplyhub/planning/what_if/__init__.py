"""What would come of a day with more or fewer riders, other gates, or no limits by street. Pure."""

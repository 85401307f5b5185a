"""What happens while a day runs, and the plan that comes of it. Pure."""

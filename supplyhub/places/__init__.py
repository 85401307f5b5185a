"""City, districts, streets, compounds, gates, buildings and households."""

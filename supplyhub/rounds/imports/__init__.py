"""Reading files into a district: every kind of import with its preview and its confirmation."""

"""Planning days, plans and rounds; the loading list, the rider's and the gate's pages."""

"""Questions about engagement, answered from day facts alone. It never writes."""

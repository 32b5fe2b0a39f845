"""How much of the service one client may hold: seconds and rows of a question, questions a minute, and turns."""

"""How requests and answers become bytes and come back."""

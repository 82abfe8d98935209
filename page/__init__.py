"""The web page and the HTTP API: everything a browser or a script sees of one assistant."""

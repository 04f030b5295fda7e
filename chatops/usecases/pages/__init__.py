"""What the web pages are filled from: for everybody, and for those who signed in."""

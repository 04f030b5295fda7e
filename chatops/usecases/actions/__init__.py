"""What is to be done when the fight is over, and the issues in a tracker that stand for it."""

"""What a reader can touch: one class a file. A widget never computes a figure."""

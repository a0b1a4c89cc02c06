"""The parts of an explorer, a file each."""

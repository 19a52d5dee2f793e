"""What takes the time, and what could be changed: one file for each adviser, all in `ADVISERS` of `advise.py`."""

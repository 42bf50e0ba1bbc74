"""Each file is a verb of `manage.py`."""

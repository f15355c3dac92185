"""Whether mail of ours will arrive: the domain's records, the mail server, the house. `manage.py newsletter_check`."""

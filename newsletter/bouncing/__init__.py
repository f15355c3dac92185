"""What comes back of a mail after it was handed over: refusals, returned mails, complaints, providers' reports."""

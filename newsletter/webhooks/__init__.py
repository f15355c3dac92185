"""Reports that mail servers and providers push to us: verified, stored, answered; applied afterwards by the worker."""

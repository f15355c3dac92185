"""An issue on its way to its readers: frozen, claimed, handed over, recorded."""

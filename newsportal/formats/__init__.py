"""How dates are written where Django writes them (the admin's lists): as everywhere else in the portal."""
